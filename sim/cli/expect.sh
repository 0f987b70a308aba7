# Sourced by the tests that drive the command: runs it and compares.
#
#   try run -- true       # runs `incoherent run -- true`
#   expect_status 0
#   expect_out ''         # all of stdout
#   expect_err_line '...' # one of the lines of stderr
#   finish

incoherent=$PWD/incoherent
failures=0
status=
tried=

# Variables of whoever runs the tests would change what they see.
unset INCOHERENT_PROFILE INCOHERENT_EVICTION INCOHERENT_DOWNSTREAM \
  INCOHERENT_HIDE_EXTENSIONS INCOHERENT_QUIET INCOHERENT_HOST_DOMAIN \
  INCOHERENT_TRAP INCOHERENT_LINT INCOHERENT_REPORT INCOHERENT_SARIF \
  INCOHERENT_SUPPRESSIONS INCOHERENT_ERROR_EXITCODE VK_DRIVER_FILES \
  VK_ICD_FILENAMES

out=$TEST_TMPDIR/out
err=$TEST_TMPDIR/err

try() {
  tried="incoherent $*"
  status=0
  # In a shell of its own, which has the signals of the command as a status.
  bash -c '"$@"' sh "$incoherent" "$@" >"$out" 2>"$err" </dev/null || status=$?
}

complain() {
  echo "FAILED: $tried: $*"
  echo "  status: $status"
  sed 's/^/  stdout: /' "$out"
  sed 's/^/  stderr: /' "$err"
  failures=$((failures + 1))
}

expect_status() {
  [ "$status" = "$1" ] || complain "expected status $1"
}

expect_out() {
  [ "$(cat "$out")" = "$1" ] || complain "expected on stdout: $1"
}

expect_err() {
  [ "$(cat "$err")" = "$1" ] || complain "expected on stderr: $1"
}

expect_out_line() {
  grep -qxF -e "$1" "$out" || complain "expected a line on stdout: $1"
}

expect_out_match() {
  grep -qE -e "$1" "$out" || complain "expected on stdout, as a pattern: $1"
}

expect_no_out_match() {
  ! grep -qE -e "$1" "$out" || complain "unexpected on stdout: $1"
}

finish() {
  [ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
  exit 0
}
