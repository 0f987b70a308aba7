#!/bin/bash
# `incoherent run`: whose status it has, what the application sees, and what is
# refused.
set -u
. sim/cli/expect.sh

# A downstream that can be named; no test here loads it.
driver=$TEST_TMPDIR/driver.json
echo '{"ICD": {"library_path": "libdriver.so"}}' >"$driver"
run() { try run --downstream "$driver" "$@"; }

# The status is the application's.
for code in 0 1 2 3 77 255; do
  run -- sh -c "exit $code"
  expect_status "$code"
  expect_out ''
  expect_err ''
done

# So are its signals: a shell sees 128 plus the number.
for signal in 6:ABRT 9:KILL 11:SEGV 13:PIPE 15:TERM; do
  run -- sh -c "ulimit -c 0; kill -${signal#*:} \$\$"
  expect_status $((128 + ${signal%%:*}))
done

# The application is not a child: it has the process of the command.
"$incoherent" run --downstream "$driver" -- sh -c 'echo $$' >"$out" &
started=$!
wait "$started"
tried='incoherent run -- sh -c "echo $$"'
expect_out "$started"

# Its words are its own.
run sh -c 'printf "<%s>" "$0" "$@"' --profile 'a b' '' -- --help
expect_status 0
expect_out '<--profile><a b><><--><--help>'

# What it reads and writes is the caller's.
tried='echo hello | incoherent run -- cat'
echo hello | "$incoherent" run --downstream "$driver" -- cat >"$out" 2>"$err"
status=$?
expect_status 0
expect_out hello

# The environment.
run --profile lavapipe --eviction random --hide-extension VK_A \
  --hide-extension VK_B --quiet -- /usr/bin/env
expect_status 0
expect_out_line 'INCOHERENT_PROFILE=lavapipe'
expect_out_line 'INCOHERENT_EVICTION=random:0'
expect_out_line 'INCOHERENT_HIDE_EXTENSIONS=VK_A,VK_B'
expect_out_line 'INCOHERENT_QUIET=1'
expect_out_line "INCOHERENT_DOWNSTREAM=$driver"
expect_out_match '^VK_DRIVER_FILES=/.*/sim/icd/incoherent_icd.json$'
expect_out_match '^VK_ICD_FILENAMES=/.*/sim/icd/incoherent_icd.json$'
expect_no_out_match '^BUILD_WORKING_DIRECTORY='

# What is said of findings: the defaults are no variables.
run env
expect_no_out_match '^INCOHERENT_(HOST_DOMAIN|TRAP|LINT|REPORT|SARIF|SUPPRESSIONS|ERROR_EXITCODE)='
printf '{\nname: a\nkind: *\n}\n' >"$TEST_TMPDIR/known.supp"
run --host-domain strict --trap off --lint --report /out/%p.json \
  --sarif /out/s --suppressions "$TEST_TMPDIR/known.supp" \
  --error-exitcode 9 env
expect_status 0
expect_out_line 'INCOHERENT_HOST_DOMAIN=strict'
expect_out_line 'INCOHERENT_TRAP=off'
expect_out_line 'INCOHERENT_LINT=1'
expect_out_line 'INCOHERENT_REPORT=/out/%p.json'
expect_out_line 'INCOHERENT_SARIF=/out/s'
expect_out_line "INCOHERENT_SUPPRESSIONS=$TEST_TMPDIR/known.supp"
expect_out_line 'INCOHERENT_ERROR_EXITCODE=9'

# The last one wins.
run --profile strict --profile lavapipe --eviction lazy --eviction eager env
expect_out_line 'INCOHERENT_PROFILE=lavapipe'
expect_out_line 'INCOHERENT_EVICTION=eager'

# The environment wins over defaults, options win over the environment.
export INCOHERENT_PROFILE=lavapipe INCOHERENT_EVICTION=nonsense
run --eviction eager env
expect_status 0
expect_out_line 'INCOHERENT_PROFILE=lavapipe'
expect_out_line 'INCOHERENT_EVICTION=eager'
run true
expect_status 2
expect_err "incoherent run: INCOHERENT_EVICTION: 'nonsense' is no eviction policy; say lazy, eager, random or random:SEED (SEED a number)"
unset INCOHERENT_PROFILE INCOHERENT_EVICTION

# The user's other variables stay, also those of the loader.
export VK_LOADER_DEBUG=error VK_INSTANCE_LAYERS= OTHER=1
run env
expect_out_line 'VK_LOADER_DEBUG=error'
expect_out_line 'VK_INSTANCE_LAYERS='
expect_out_line 'OTHER=1'
unset VK_LOADER_DEBUG VK_INSTANCE_LAYERS OTHER

# Relative paths are the caller's, under `bazel run` as well.
here=$TEST_TMPDIR/here
mkdir -p "$here/elsewhere"
"$incoherent" profiles --json lavapipe >"$here/mine.json"
cp "$driver" "$here/driver.json"
printf '#!/bin/sh\npwd\nenv\n' >"$here/app"
chmod +x "$here/app"
relative() {
  try run --profile mine.json --downstream ./driver.json ./app
  expect_status 0
  expect_out_line "$here"
  expect_out_line "INCOHERENT_PROFILE=$here/mine.json"
  expect_out_line "INCOHERENT_DOWNSTREAM=$here/./driver.json"
  expect_no_out_match '^BUILD_WORKING_DIRECTORY='
}
top=$PWD
cd "$here" && relative
cd "$here/elsewhere" && BUILD_WORKING_DIRECTORY=$here relative
cd "$top"
export BUILD_WORKING_DIRECTORY=$TEST_TMPDIR/nowhere
run true
expect_status 2
expect_err "incoherent: BUILD_WORKING_DIRECTORY: cannot enter $TEST_TMPDIR/nowhere: No such file or directory"
unset BUILD_WORKING_DIRECTORY

# No such application: as in a shell.
refused() {
  expected_status=$1 expected=$2
  shift 2
  run "$@"
  expect_status "$expected_status"
  expect_out ''
  expect_err "incoherent run: $expected"
}
printf '#!/no/such/interpreter\n' >"$here/orphan"
printf 'data\n' >"$here/data"
chmod +x "$here/orphan"
refused 127 'no-such-app: not found in PATH' -- no-such-app --help
refused 127 './no-such-app: not found' ./no-such-app
refused 127 "$here/data/app: not found" "$here/data/app"
refused 127 "$here/orphan: its interpreter is missing; look at its first line, or at \`readelf -l\`" "$here/orphan"
refused 126 "$here/data: cannot be executed: Permission denied" "$here/data"
refused 126 "$here: cannot be executed: Permission denied" "$here"

# Wrong options: nothing is run.
refused 2 'no application; say `incoherent run [OPTION]... -- APP [ARG]...`'
refused 2 'no application; say `incoherent run [OPTION]... -- APP [ARG]...`' --
refused 2 "--eviction: 'never' is no eviction policy; say lazy, eager, random or random:SEED (SEED a number)" --eviction never -- echo ran
refused 2 "--hide-extension: 'VK_A,VK_B' has a comma; give the option once for each extension" --hide-extension VK_A,VK_B -- echo ran
refused 2 '--hide-extension: the name is empty; give one such as VK_EXT_external_memory_host' --hide-extension= -- echo ran
refused 2 'driver manifest no.json: no such file; name the JSON file of a Vulkan driver, as in /usr/share/vulkan/icd.d' --downstream no.json -- echo ran
refused 2 "--host-domain: 'loose' is neither report, strict nor merged" --host-domain loose -- echo ran
refused 2 "--trap: '1' is neither on nor off" --trap 1 -- echo ran
refused 2 "--error-exitcode: '256' is no exit status; say a number from 1 to 255" --error-exitcode 256 -- echo ran
refused 2 '--report: the name of the file is empty' --report= -- echo ran
refused 2 'suppressions no.supp: No such file or directory' --suppressions no.supp -- echo ran
echo 'kind: *' >"$here/bad.supp"
refused 2 "$here/bad.supp:1: 'kind: *' is outside of a block; begin one with '{'" --suppressions "$here/bad.supp" -- echo ran
mkfifo "$here/pipe"
refused 2 "$here/pipe: is a pipe, and the ICD reads the profile once more; name a file that stays" --profile "$here/pipe" -- echo ran
run --profile no-such-device -- echo ran
expect_status 2
expect_out ''
grep -qE '^incoherent run: .*"no-such-device"' "$err" || complain 'the profile is not named'
[ "$(wc -l <"$err")" = 1 ] || complain 'not one line'

# A report of a program without findings, where the caller is.
cd "$here"
demo=$top/sim/cli/demo/incoherent_demo
try run --quiet --report report.json --sarif report.sarif --error-exitcode 9 \
  "$demo" --flush
expect_status 0
grep -qF '"schema": "incoherent-report/1"' report.json || complain 'no report'
grep -qF '"errors": 0' report.json || complain 'it has errors'
grep -qF '"version": "2.1.0"' report.sarif || complain 'no SARIF'
try run --quiet --report /no/report.json "$demo" --flush
expect_status 0
expect_err 'incoherent: /no/report.json: cannot be written: No such file or directory'
cd "$top"

# The command finds its files when it is a link, in runfiles, and installed.
rm -rf "$TEST_TMPDIR/link" "$TEST_TMPDIR/usr" "$TEST_TMPDIR/alone"
mkdir -p "$TEST_TMPDIR/link" "$TEST_TMPDIR/usr/bin" \
  "$TEST_TMPDIR/usr/lib/incoherent" "$TEST_TMPDIR/alone"
built=$incoherent
ln -s "$built" "$TEST_TMPDIR/link/incoherent"
incoherent=$TEST_TMPDIR/link/incoherent
run env
expect_status 0

cp -L "$built" "$TEST_TMPDIR/alone/incoherent"
incoherent=$TEST_TMPDIR/alone/incoherent
RUNFILES_DIR=$TEST_SRCDIR run env
expect_status 0
expect_out_line "VK_DRIVER_FILES=$TEST_SRCDIR/incoherent/sim/icd/incoherent_icd.json"
RUNFILES_DIR= run env
expect_status 2
grep -q '^incoherent run: cannot find sim/icd/incoherent_icd.json, sought as ' "$err" || complain 'it found what is not there'

cp -L "$built" "$TEST_TMPDIR/usr/bin/incoherent"
cp -L sim/icd/incoherent_icd.json sim/icd/libincoherent_icd.so \
  "$TEST_TMPDIR/usr/lib/incoherent"
incoherent=$TEST_TMPDIR/usr/bin/incoherent
RUNFILES_DIR= run env
expect_status 0
expect_out_line "VK_DRIVER_FILES=$TEST_TMPDIR/usr/lib/incoherent/incoherent_icd.json"

finish
