#!/bin/bash
# Help, version and wrong usage: what is printed where, and the exit status.
set -u
. sim/cli/expect.sh

try --version
expect_status 0
expect_out 'incoherent 0.1.0'
expect_err ''

for words in --help -h help; do
  try $words
  expect_status 0
  expect_err ''
  expect_out_line 'usage: incoherent COMMAND [OPTION]... [ARGUMENT]...'
  for command in run check explain profiles doctor demo help; do
    expect_out_match "^  $command +[A-Z].*\.$"
  done
done

for command in run check explain profiles doctor demo help; do
  try "$command" --help
  expect_status 0
  expect_err ''
  expect_out_match "^usage: incoherent $command "
  expect_out_match '^  --help +print this and exit$'
  expect_no_out_match '.{81}'
  by_option=$(cat "$out")
  try help "$command"
  expect_status 0
  expect_out "$by_option"
done

for command in run doctor demo; do
  try "$command" --help
  for option in '--profile NAME\|FILE' '--eviction POLICY' \
    '--downstream ICD.json' '--hide-extension NAME' '--host-domain MODE' \
    '--trap on\|off' --lint '--report FILE' '--sarif FILE' \
    '--suppressions FILE' '--error-exitcode N' --quiet; do
    expect_out_match "^  $option +[a-z]"
  done
done

wrong() {
  expected=$1
  shift
  try "$@"
  expect_status 2
  expect_out ''
  expect_err "$expected"
}

known='; known are run, check, explain, profiles, doctor, demo, help'
options='; known are --profile, --eviction, --downstream, --hide-extension, --host-domain, --trap, --lint, --report, --sarif, --suppressions, --error-exitcode, --quiet, --help'
wrong 'incoherent: no command; `incoherent --help` lists them'
wrong "incoherent: unknown command 'bogus'$known" bogus
wrong "incoherent: unknown command 'bogus'$known" help bogus
wrong "incoherent: unknown command ''$known" ''
wrong "incoherent: unknown option '--bogus'; known are --version, --help" --bogus run
wrong 'incoherent help: one command at a time' help run demo
wrong "incoherent run: unknown option '--bogus'$options" run --bogus true
wrong "incoherent doctor: unknown option '-x'$options" doctor -x
wrong 'incoherent run: --profile needs a value: --profile NAME|FILE' run --profile
wrong 'incoherent run: --quiet takes no value' run --quiet=1 true
wrong 'incoherent profiles: one profile at a time' profiles strict lavapipe
wrong "incoherent doctor: unexpected 'x'; this command takes options only" doctor x
wrong "incoherent demo: unexpected 'x'; this command takes options only" demo x

# Output that cannot be written is not a success.
status=0
"$incoherent" profiles >/dev/full 2>"$err" || status=$?
tried='incoherent profiles >/dev/full'
: >"$out"
expect_status 1
expect_err 'incoherent: cannot write to stdout: No space left on device'

finish
