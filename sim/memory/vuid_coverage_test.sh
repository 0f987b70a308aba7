#!/bin/bash
# Every VUID that the model can report is broken by a row of some test.
#
#   vuid_coverage_test.sh RULE_TEST...
#
# Rows are asked of the test programs themselves, so that a row counts only if
# it runs. A row's name holds its rule: VUID_<owner>_<member>_<number>__breaks__.

set -u
cd sim/memory || exit 1
failed=0

fail() {
  echo "FAILED: $1"
  failed=1
}

# The rules that sources can report: the "member-01234" of each string literal.
# Some are put together from an owner and the rest, so the owner is left out.
reported_rules() {
  grep -hoE '"[^"]*[A-Za-z]+-[0-9]{5}"' "$@" |
    grep -oE '[A-Za-z]+-[0-9]{5}' | sort -u
}

# The rules that rows break.
broken_rules() {
  for test in "$@"; do "$test" --gtest_list_tests; done |
    grep -oE 'VUID_[A-Za-z0-9]+_[A-Za-z]+_[0-9]{5}__breaks__' |
    sed -E 's/.*_([A-Za-z]+)_([0-9]{5})__breaks__/\1-\2/' | sort -u
}

# The numbers that headers promise, also where they stand as "00678/07958".
promised_numbers() {
  grep -hE '^ *//' "$@" | grep -oE '\b(0[0-9]{4}|10[0-9]{3})\b' | sort -u
}

# Lines of the first argument that the second has not.
missing() { comm -23 <(echo "$1") <(echo "$2"); }

tests=()
for test in "$@"; do tests+=("$(basename "$test")"); done
reported=$(reported_rules ./*.cc)
broken=$(broken_rules "${tests[@]/#/./}")
promised=$(promised_numbers ./*.h)

for rule in $(missing "$reported" "$broken"); do
  fail "the model can report $rule, and no test row breaks it"
done
for rule in $(missing "$broken" "$reported"); do
  fail "a test row breaks $rule, which the model never reports"
done
for number in $(missing "$promised" "$(grep -oE '[0-9]{5}' <<<"$reported" |
    sort -u)"); do
  fail "a header names rule $number, which the model never reports"
done

# The check itself: it finds rules, and would notice one without a row.
count=$(wc -l <<<"$reported")
[[ $count -ge 50 ]] || fail "only $count rules found in the sources"
made_up=$'offset-99999\n'"$reported"
[[ $(missing "$(sort <<<"$made_up")" "$broken") == offset-99999 ]] ||
  fail "a rule without a row goes unnoticed"

echo "$count rules"
exit $failed
