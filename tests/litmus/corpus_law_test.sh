#!/bin/bash
# What the files of the corpus have in common; whether they hold, each tells in
# a test of its own.
set -u
cd tests/litmus || exit 1
failures=0
complain() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# Every bug has a twin without it, of the same name.
bad=$(cd bad && printf '%s\n' *.litmus)
good=$(cd good && printf '%s\n' *.litmus)
[ "$bad" = "$good" ] ||
  complain "not in pairs: $(diff <(echo "$bad") <(echo "$good") | grep '^[<>]')"
[ "$(wc -l <<<"$bad")" -ge 33 ] || complain 'fewer than 33 pairs'

for file in bad/*.litmus good/*.litmus; do
  name=$(basename "$file" .litmus)
  why=$(sed -n '/^\/\//!q; s/^\/\/ //p' "$file")
  [ -n "$why" ] && [ "$(wc -l <<<"$why")" -le 4 ] ||
    complain "$file: does not begin with one to four lines of why"
  [[ ${why//$'\n'/ } =~ 'chapter '[A-Z]|VUID- ]] ||
    complain "$file: no chapter or VUID is named"
  grep -qx "litmus $name" "$file" || complain "$file: not titled $name"
  [ "$(grep -c '^reports ' "$file")" = 1 ] ||
    complain "$file: not one line of what is reported"
  [ "$(wc -l <"$file")" -le 45 ] || complain "$file: more than a screen"
done

# What is right is silent; what is wrong is not, or shows undefined bytes.
for file in good/*.litmus; do
  grep -qx 'reports nothing' "$file" || complain "$file: reports something"
done
for file in bad/*.litmus; do
  cmp -s "$file" "good/${file#bad/}" && complain "$file: the same as its twin"
  if grep -qx 'reports nothing' "$file" &&
    ! grep -q '== undef) expect allowed' "$file"; then
    complain "$file: what is wrong with it?"
  fi
done

# Every kind of finding has a file, and so has every rule of a flushed range.
for kind in lost-host-write stale-host-read missing-host-barrier \
  in-flight-access discarded-host-write atom-clobber missing-device-barrier \
  invalid-usage; do
  grep -qE "^reports (.*, )?$kind(,|\$)" bad/*.litmus || complain "no $kind"
done
for vuid in memory-00684 size-00685 size-00686 offset-00687 size-01389 \
  size-01390; do
  grep -q "VUID-VkMappedMemoryRange-$vuid" bad/*.litmus || complain "no $vuid"
done

[ "$failures" = 0 ] || exit 1
