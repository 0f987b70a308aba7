#!/usr/bin/env bash
# Every test that docs/handles.md names exists: handles_test.sh PAGE TEST...
#
# A row names tests as `file_test.cc: Suite.Name`, with * for any text. The tests
# given are the programs of those files; each is asked what it has.
set -u
page=$1
shift

declare -A listed
for program in "$@"; do
  listed[$(basename "$program")]=$(
    "$program" --gtest_list_tests |
      awk '/^[^ ]/ { suite = $1 } /^ / { print suite $1 }'
  )
done

failed=0
named=0
while IFS= read -r line; do
  file=$(basename "${line%%: *}")
  pattern=${line#*: }
  named=$((named + 1))
  tests=${listed[${file%.cc}]-}
  if [[ -z $tests ]]; then
    echo "$page names $file, which is no test that it has" >&2
    failed=1
    continue
  fi
  found=0
  while IFS= read -r test; do
    # shellcheck disable=SC2053  # the right side is a pattern
    [[ $test == $pattern ]] && found=1 && break
  done <<<"$tests"
  if [[ $found -eq 0 ]]; then
    echo "$page names $pattern, which $file does not have" >&2
    failed=1
  fi
done < <(grep -oE '`[a-z_/]+_test\.cc: [^`]+`' "$page" | tr -d '`')

if [[ $named -lt 100 ]]; then
  echo "$page names only $named tests: is it read rightly?" >&2
  failed=1
fi
# A row of a table without a test says so in words.
while IFS= read -r row; do
  echo "$page: a row without a test: $row" >&2
  failed=1
done < <(awk '/^\| document \| here \| test \|/ { table = 1; next }
              !/^\|/ { table = 0 }
              table && !/^\|-/ && !/_test\.cc: / && !/\| by the compiler:/' "$page")
echo "$named tests are named"
exit $failed
