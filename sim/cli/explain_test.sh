#!/bin/bash
# `incoherent explain`: the list, each kind, and what is refused.
set -u
. sim/cli/expect.sh

try explain
expect_status 0
expect_err ''
expect_out_match '^lost-host-write +The device '
expect_no_out_match ' $'
expect_no_out_match '.{101}'
kinds=$(cut -d' ' -f1 "$out")
[ "$(wc -l <<<"$kinds")" = 9 ] || complain 'not nine kinds'

for kind in $kinds; do
  try explain "$kind"
  expect_status 0
  expect_err ''
  [ "$(head -n 1 "$out")" = "$kind" ] || complain 'it begins with another kind'
  expect_out_line 'A program that has it:'
  expect_out_match '^  .*vk[A-Z]'
  expect_out_line 'Why desktops hide it:'
  expect_out_line 'What to do:'
  expect_out_match '^The specification: [A-Z]'
  expect_out_match '^  https://docs.vulkan.org/'
done

try explain stale-host-raed
expect_status 2
expect_out ''
expect_err "incoherent explain: unknown kind 'stale-host-raed'; did you mean stale-host-read?; \`incoherent explain\` lists them"

try explain lost-host-write stale-host-read
expect_status 2
expect_err 'incoherent explain: one kind at a time'

finish
