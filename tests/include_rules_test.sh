#!/usr/bin/env bash
# Who may include whom. Bazel's visibility keeps targets apart; this keeps the
# headers apart, those of the system included.
set -u

# allow FOLDER REGEX: what the sources of a folder may include with quotes.
failed=0
allow() {
  local folder=$1 allowed=$2 line
  [[ -d sim/$folder ]] || {
    echo "sim/$folder is not here" >&2
    failed=1
  }
  while IFS= read -r line; do
    echo "$line: $folder may not include that" >&2
    failed=1
  done < <(grep -rnE '^#include "(sim|tests|include|incoherent|fuzz|bench)/' \
    --include='*.h' --include='*.cc' "sim/$folder" |
    grep -vE '_test\.cc:' | grep -vE "#include \"($allowed)/")
}

# deny FOLDER REGEX: system headers that a folder does without.
deny() {
  local folder=$1 denied=$2
  if grep -rnE "^#include <($denied)" --include='*.h' --include='*.cc' \
    "sim/$folder" | grep -vE '_test\.cc:' >&2; then
    failed=1
  fi
}

[[ -f sim/memory/host_view.h ]] || {
  echo "the sources are not here; run me with bazel test" >&2
  exit 1
}
allow memory sim/memory
allow profiles 'sim/(profiles|memory)'
allow findings 'sim/(findings|memory)'
allow device 'sim/(device|memory|findings|profiles)'
allow litmus 'sim/(litmus|device|memory|findings|profiles)'
allow icd 'sim/(icd|memory|findings|profiles)'
allow host '(incoherent|sim/(host|device|memory|findings|profiles))'

# The model: no Vulkan, no I/O, no clocks; one injected source of randomness.
deny memory 'vulkan|fstream|iostream|chrono|ctime|sys/|unistd|fcntl|thread'
exit $failed
