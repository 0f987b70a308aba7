#!/bin/bash
# litmus_test.sh INCOHERENT FILE.litmus: what the test of one litmus file runs.
set -eu
if [ $# -ne 2 ]; then
  echo "usage: litmus_test.sh INCOHERENT FILE.litmus" >&2
  exit 2
fi
exec "$1" check --witness "$2"
