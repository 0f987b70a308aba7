#!/bin/bash
# `incoherent demo` on lavapipe: the story, and the settings that spoil it.
set -u
. sim/cli/expect.sh

wrote='0d f0 ad ba 0d f0 ad ba 55 55 55 55 aa aa aa aa'

try demo
expect_status 0
expect_err ''
expect_out_match '^profile +strict$'
expect_out_match '^memory type +1, DEVICE_LOCAL\|HOST_VISIBLE\|HOST_CACHED \(0xb\): '
expect_out_match "^host wrote +$wrote$"
expect_out_match '^device read, without flush +[0-9a-f ]{47}  LOST: the device never saw the write: no vkFlushMappedMemoryRanges before vkQueueSubmit$'
expect_no_out_match "^device read, without flush +$wrote"
expect_out_match "^device read, with flush +$wrote  OK$"
expect_out_match "^plain driver, without flush +$wrote  OK: the bug is invisible here$"
expect_out_line 'The plain driver hides the missing flush; the simulated device shows it.'

# Another device with such memory.
try demo --profile anv-gemini-lake-23.0
expect_status 0
expect_out_match '^profile +anv-gemini-lake-23.0$'
expect_out_match '  LOST: the device never saw the write'

# Coherent memory loses nothing.
try demo --profile lavapipe
expect_status 1
expect_out_match "^device read, without flush +$wrote  OK$"
expect_out_match '^Nothing to lose: this memory type is HOST_COHERENT'
expect_no_out_match LOST

# A cache that writes everything back loses nothing.
try demo --eviction eager
expect_status 1
expect_out_match "^device read, without flush +$wrote  OK$"
expect_out_match '^The write reached the device by luck'
expect_no_out_match LOST

# A driver that cannot be loaded.
echo '{"file_format_version": "1.0.1", "ICD": {"library_path": "./no.so", "api_version": "1.3.0"}}' \
  >"$TEST_TMPDIR/no.json"
try demo --downstream "$TEST_TMPDIR/no.json"
expect_status 1
expect_out ''
grep -q '^incoherent demo: .*incoherent_demo exited with status 1; `incoherent doctor` may know why$' "$err" ||
  complain 'not told why'

# The program is an ordinary one: `run` does with it what `demo` does.
try run --quiet -- sim/cli/demo/incoherent_demo
expect_status 0
expect_no_out_match "^read: $wrote$"
try run --quiet -- sim/cli/demo/incoherent_demo --flush
expect_status 0
expect_out_line "read: $wrote"

finish
