#!/usr/bin/env bash
# vulkaninfo on the simulated device shows the profile's memory.
source "$(dirname "$0")/on_simulated_device.sh"
require vulkaninfo

# check PROFILE ATOM FLAGS...: the types' propertyFlags, in order.
check() {
  local profile=$1 atom=$2 report
  shift 2
  report=$(on_profile "$profile" vulkaninfo 2>"$TEST_TMPDIR/err") ||
    fail "vulkaninfo on $profile: $(tail -n 3 "$TEST_TMPDIR/err")"
  grep -Eq "nonCoherentAtomSize += $atom\$" <<<"$report" ||
    fail "$profile: $(grep nonCoherentAtomSize <<<"$report"), not $atom"
  local flags
  flags=$(sed -n '/^VkPhysicalDeviceMemoryProperties/,/^VkPhysicalDeviceFeatures/p' <<<"$report" |
    sed -n 's/^[[:space:]]*propertyFlags = \(0x[0-9a-f]*\).*/\1/p' | xargs)
  [[ "$flags" == "$*" ]] || fail "$profile: memory types $flags, not $*"
  grep -q VK_KHR_map_memory2 <<<"$report" ||
    fail "$profile: VK_KHR_map_memory2 is not offered"
}

check strict 0x00000100 0x0001 0x000b 0x0007
check lavapipe 0x00000040 0x000f
check arm-mali-g78 0x00000040 0x0007 0x000b 0x0011 0x0021
check nvidia-rtx-4090 0x00000040 0x0000 0x0001 0x0006 0x000e 0x0007
echo "vulkaninfo shows each profile's own table"
