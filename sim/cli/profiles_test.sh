#!/bin/bash
# `incoherent profiles`: the list, one profile, and what is refused.
set -u
. sim/cli/expect.sh

try profiles
expect_status 0
expect_err ''
expect_out_match '^profile +atom +types +host type +device$'
expect_out_match '^strict +256 +3 +1 noncoherent +Incoherent \(strict\)$'
expect_out_match '^lavapipe +64 +1 +0 coherent +llvmpipe'
expect_no_out_match ' $'

names=$(tail -n +2 "$out" | cut -d' ' -f1)
[ "$names" = "$(LC_ALL=C sort -u <<<"$names")" ] || complain 'not sorted'
[ "$(wc -l <<<"$names")" -gt 40 ] || complain 'not all that there are'

# Aligned: the atoms all end in the same column's width.
widths=$(sed -E 's/^([^ ]+ +[^ ]+ +[^ ]+ +).*/\1/' "$out" | awk '{print length($0)}' | sort -u | wc -l)
[ "$widths" = 1 ] || complain 'not aligned'

try profiles anv-gemini-lake
expect_status 0
expect_err ''
expect_out_match '^profile +anv-gemini-lake$'
expect_out_match '^device.deviceName +Intel\(R\) UHD Graphics 600 \(GLK 2\)$'
expect_out_match '^device.deviceType +INTEGRATED_GPU$'
expect_out_match '^device.vendorID +0x8086$'
expect_out_match '^source.report +36384$'
expect_out_match '^source.citation +.*report 36384, CC BY 4.0$'
expect_out_match '^source.derived +hostPointerTypes$'
expect_out_line 'memoryTypes[0]  heap 0  coherent     host-pointer  DEVICE_LOCAL|HOST_VISIBLE|HOST_COHERENT (0x7)'
expect_out_line 'memoryTypes[1]  heap 0  noncoherent  host-pointer  DEVICE_LOCAL|HOST_VISIBLE|HOST_CACHED (0xb)'
expect_out_line 'memoryHeaps[0]  1835018240 (1.709 GiB)  DEVICE_LOCAL (0x1)'
expect_out_match '^limits.nonCoherentAtomSize +64$'
expect_out_match '^limits.maxMemoryAllocationCount +4294967295$'

# Types that the host does not see, and that cannot be imported.
try profiles strict
expect_out_match '^memoryTypes\[0\]  heap 0  - +- +DEVICE_LOCAL \(0x1\)$'
expect_out_match '^memoryTypes\[1\]  heap 0  noncoherent +host-pointer '
expect_out_match '^writeBack +atom$'
expect_no_out_match '^source.report'

# A file, by a path from where the caller is.
"$incoherent" profiles --json strict >"$TEST_TMPDIR/mine.json"
named=$(sed 's/^profile .*/profile/' "$out")
cd "$TEST_TMPDIR"
try profiles mine.json
expect_status 0
expect_out_match '^profile +mine.json$'
[ "$(sed 's/^profile .*/profile/' "$out")" = "$named" ] ||
  complain 'not what the built-in profile says'

# What is listed can be shown.
for name in $names; do
  try profiles "$name"
  expect_status 0
  expect_out_match "^profile +$name$"
done

try profiles no-such-device
expect_status 2
expect_out ''
grep -q '^incoherent profiles: .*"no-such-device"' "$err" ||
  complain 'the profile is not named'

try profiles --json
expect_status 2
expect_out ''
expect_err 'incoherent profiles: --json needs the name of a profile'

echo '{' >broken.json
try profiles broken.json
expect_status 2
grep -q '^incoherent profiles: broken.json:' "$err" ||
  complain 'the file is not named'

finish
