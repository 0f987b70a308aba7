#!/bin/bash
# `incoherent check`: answers as text and JSON, witnesses, and exit statuses.
set -u
. sim/cli/expect.sh
readme=$PWD/README.md
cd "$TEST_TMPDIR" || exit 1

bad() {
  cat <<END
litmus upload
memory buf { size 64; type noncoherent; atom 64 }
host {
  buf[0] = 1
  submit q
  wait q
}
queue q { r0 = buf[0] }
exists (q:r0 == 0) expect ${1:-allowed}
reports ${2:-lost-host-write}
END
}
bad >bad.litmus
bad | sed '4a flush buf' | sed '/^exists/s/allowed/forbidden/;/^reports/s/ .*/ nothing/' >good.litmus
bad forbidden nothing >wrong.litmus
echo 'litmus broken { ' >broken.litmus

# One line for each thing, in this order.
try check bad.litmus
expect_status 0
expect_err ''
[ "$(sed -n '1,2p' "$out")" = $'Test upload\nStates 2' ] || complain 'the head'
expect_out_match '^[1-9][0-9]* > q:r0=0$'
expect_out_match '^[1-9][0-9]* > q:r0=1$'
expect_out_line 'exists (q:r0 == 0): Allowed, 1 positive, 1 negative: ok'
expect_out_line 'finding lost-host-write: buf[0..1): bad.litmus:4 host: buf[0] = 1, then bad.litmus:8 q: r0 = buf[0]; missing: flush'
expect_out_line 'reports lost-host-write: ok'
expect_out_match '^Explored [1-9][0-9]* states$'
expect_no_out_match 'replay'
expect_no_out_match ' $'

try check good.litmus
expect_status 0
expect_out_line 'States 1'
expect_out_line 'exists (q:r0 == 0): Forbidden, 0 positive, 1 negative: ok'
expect_out_line 'reports nothing: ok'
expect_no_out_match '^finding'

# What a file expects and what is so.
try check wrong.litmus
expect_status 1
expect_err ''
expect_out_line 'exists (q:r0 == 0): Allowed, 1 positive, 1 negative: FAILED: expected forbidden, got allowed'
expect_out_line 'reports nothing: FAILED: expected nothing, got lost-host-write'

# The example of the README; how many states there are is no promise.
example=$(sed -n '/^\$ cat upload.litmus$/,/^```$/p' "$readme")
sed '1d;/^\$/,$d' <<<"$example" >upload.litmus
varying='s/^[0-9]+ >/N >/; s/^Explored [0-9]+/Explored N/; s/replay .*/replay R/'
try check --witness upload.litmus
expect_status 0
[ "$(sed -E "$varying" "$out")" = \
  "$(sed '1,/^\$.* check /d;/^```$/d' <<<"$example" | sed -E "$varying")" ] ||
  complain 'not what the README shows'

# Several files: each is answered, whatever the others are.
try check good.litmus wrong.litmus bad.litmus
expect_status 1
[ "$(grep -c '^Test upload$' "$out")" = 3 ] || complain 'not three answers'
expect_out_line '3 files: 2 ok, 1 FAILED'
try check broken.litmus good.litmus no-such-file.litmus wrong.litmus
expect_status 2
expect_out_line 'exists (q:r0 == 0): Forbidden, 0 positive, 1 negative: ok'
expect_out_line '4 files: 1 ok, 1 FAILED, 2 could not be checked'
grep -qE '^broken\.litmus:1:[0-9]+: ' "$err" || complain 'no place in the file'
grep -qx 'no-such-file.litmus: cannot be read: No such file or directory' "$err" ||
  complain 'the missing file is not named'
[ "$(head -1 "$out")" = 'Test upload' ] || complain 'an empty line at the top'

# Standard input.
"$incoherent" check - <good.litmus >"$out" 2>"$err"
status=$?
tried='incoherent check -'
expect_status 0
expect_out_line 'Test upload'
"$incoherent" check - <broken.litmus >"$out" 2>"$err"
status=$?
expect_status 2
expect_out ''
grep -q '^<stdin>:1:' "$err" || complain 'standard input is not named'
try check .
expect_status 2
expect_err '.: cannot be read: Is a directory'
"$incoherent" check /dev/zero >"$out" 2>"$err"
status=$?
tried='incoherent check /dev/zero'
expect_status 2

# A witness, in columns, and the same schedule again.
try check --witness bad.litmus
expect_status 0
expect_out_match '^   ?1  host  +buf\[0\] = 1$'
expect_out_match '  q  +r0 = buf\[0\] +r0 = 0$'
steps=$(grep -E '^ +[0-9]+  ' "$out")
replay=$(sed -n 's/^  replay //p' "$out")
[ "$(wc -w <<<"$replay")" = 1 ] || complain 'not one word to replay'
try check --replay "$replay" bad.litmus
expect_status 0
[ "$(grep -E '^ +[0-9]+  ' "$out")" = "$steps" ] || complain 'not the same steps'
expect_out_line "  replay $replay"
try check --replay "$replay" good.litmus
expect_status 2
expect_out ''
try check --replay bogus bad.litmus
expect_status 2
grep -q '^bad.litmus: ' "$err" || complain 'the file is not named'

# A witness is of what is allowed; nothing shows what is forbidden.
try check --witness good.litmus
expect_status 0
expect_no_out_match 'replay'

# Bounds: what was not seen is unknown, and meets no expectation.
try check --max-states 3 good.litmus
expect_status 1
expect_out_match '^exists .*: Unknown \(bounded\), .*: FAILED: expected forbidden, got unknown \(bounded\)$'
expect_out_match '^Explored [0-9]+ states; bounded: '

# Pruning changes how many states there are, and no answer.
try check bad.litmus
answers=$(grep -E '^(exists|finding|reports)' "$out")
try check --no-prune bad.litmus
expect_status 0
[ "$(grep -E '^(exists|finding|reports)' "$out")" = "$answers" ] ||
  complain 'other answers'

# JSON: one document, for all files.
try check --json --witness bad.litmus broken.litmus
expect_status 2
expect_err ''
python3 - "$out" <<'END' || complain 'the JSON'
import json, sys
with open(sys.argv[1]) as file:
    document = json.load(file)
assert document["schema"] == "incoherent-litmus/1"
bad, broken = document["tests"]
assert bad["ok"] and bad["test"] == "upload" and bad["error"] is None
assert {state["values"]["q:r0"] for state in bad["states"]} == {0, 1}
question, = bad["questions"]
assert question["verdict"] == question["expected"] == "allowed"
assert question["witness"]["replay"] and question["witness"]["steps"]
assert [f["missing"] for f in bad["findings"]] == ["flush"]
assert bad["findings"][0]["earlier"]["line"] == 4
assert bad["reports"]["found"] == ["lost-host-write"]
assert not broken["ok"] and broken["error"].startswith("broken.litmus:1:")
END
try check --json wrong.litmus
expect_status 1

# Wrong usage.
wrong() {
  expected=$1
  shift
  try check "$@"
  expect_status 2
  expect_out ''
  expect_err "incoherent check: $expected"
}
wrong 'no file; say `incoherent check FILE.litmus...`, or - for standard input'
wrong '--replay is of one file' --replay x bad.litmus good.litmus
wrong "--max-states needs a number from 1, not '0'" --max-states 0 bad.litmus
wrong "--max-states needs a number from 1, not 'many'" --max-states many bad.litmus
wrong "--max-states needs a number from 1, not ''" --max-states= bad.litmus
finish
