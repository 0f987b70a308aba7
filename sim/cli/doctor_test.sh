#!/bin/bash
# `incoherent doctor`: what it finds here, and what it says of what is broken.
set -u
. sim/cli/expect.sh

try doctor
expect_status 0
expect_err ''
expect_out_match '^ok +Vulkan loader: libvulkan.so.1, version 1\.[0-9]+\.[0-9]+$'
expect_out_match "^ok +Incoherent's ICD: /.*/sim/icd/incoherent_icd.json$"
expect_out_match "^ok +Incoherent's library: /.*/libincoherent_icd.so, has vk_icdNegotiateLoaderICDInterfaceVersion$"
expect_out_match '^ok +profile: strict, atom 256, 3 memory types$'
expect_out_match '^ok +downstream: /.*\.json$'
expect_out_match '^ok +downstream library: .*libvulkan_lvp.so, has vk_icdNegotiateLoaderICDInterfaceVersion$'
expect_out_match '^ok +downstream device: llvmpipe .*, Vulkan 1\.[0-9.]+, atom [0-9]+$'
expect_out_match '^ok +downstream device: memory type 0: .*HOST_VISIBLE\|HOST_COHERENT'
expect_out_match '^(ok|warn) +downstream device: .* VK_EXT_external_memory_host'
expect_out_match '^ok +simulated device: .*, Vulkan 1\.[0-9.]+, atom 256$'
expect_out_match '^ok +simulated device: memory type 1: DEVICE_LOCAL\|HOST_VISIBLE\|HOST_CACHED \(0xb\)$'
expect_out_match '^ok +kernel: Linux '
expect_out_match '^(ok|warn) +write watch: .*stores that change no byte'
expect_out_match '^(ok|warn) +trap: .*read'
expect_out_match '^(ok|warn) +validation layer: .*VK_LAYER_KHRONOS_validation'
expect_no_out_match '^MISSING'
[ -z "$(grep -vE '^(ok|warn)  +[^ ]' "$out")" ] || complain 'a line without level'

# Each is examined, whatever came of those before it.
try doctor --profile no-such-device
expect_status 1
expect_out_match '^MISSING  profile: .*"no-such-device"'
expect_out_match '^ok +downstream device: llvmpipe'
expect_out_line 'MISSING  simulated device: see what is missing above'
expect_out_match '^ok +kernel: '

printf '{\nname: a\nkind: *\n}\n' >"$TEST_TMPDIR/known.supp"
try doctor --suppressions "$TEST_TMPDIR/known.supp"
expect_status 0
expect_out_match '^ok +suppressions: /.*/known.supp, 1 of them$'
echo '{' >"$TEST_TMPDIR/known.supp"
try doctor --suppressions "$TEST_TMPDIR/known.supp"
expect_status 1
expect_out_match '^MISSING  suppressions: .*known.supp:2: the block has no end'

try doctor --downstream no.json
expect_status 1
expect_out_line 'MISSING  downstream: driver manifest no.json: no such file; name the JSON file of a Vulkan driver, as in /usr/share/vulkan/icd.d'
expect_out_match '^ok +profile: strict'

manifest() {
  printf '{"file_format_version": "1.0.1", "ICD": {"library_path": "%s", "api_version": "1.3.0"}}\n' \
    "$1" >"$TEST_TMPDIR/driver.json"
}

manifest "$TEST_TMPDIR/no-such-library.so"
try doctor --downstream "$TEST_TMPDIR/driver.json"
expect_status 1
expect_out_match '^MISSING  downstream library: .*no-such-library.so.*; install the driver that the manifest belongs to, or name another with --downstream$'
expect_out_match '^MISSING  downstream device: vkCreateInstance returned VK_ERROR_INCOMPATIBLE_DRIVER; name another driver with --downstream$'
expect_out_match '^MISSING  simulated device: '

# A library that is no driver.
manifest libc.so.6
try doctor --downstream "$TEST_TMPDIR/driver.json"
expect_status 1
expect_out_match '^MISSING  downstream library: libc.so.6 has no symbol vk_icdNegotiateLoaderICDInterfaceVersion; '

# A driver that crashes takes nobody with it.
manifest "$PWD/sim/cli/crashing_driver.so"
try doctor --downstream "$TEST_TMPDIR/driver.json"
expect_status 1
expect_out_match '^ok +downstream library: .*/crashing_driver.so, has '
expect_out_line 'MISSING  downstream device: the driver crashed: Aborted (signal 6)'
expect_out_match '^ +\| crashing_driver: these are my last words$'
expect_out_line 'MISSING  simulated device: the driver crashed: Aborted (signal 6)'
expect_out_match '^ok +kernel: '

# The loader was told to take no driver.
export VK_LOADER_DRIVERS_DISABLE='*'
try doctor
expect_status 1
expect_out_match '^warn +loader variables: VK_LOADER_DRIVERS_DISABLE=\* is set'
expect_out_match '^MISSING  simulated device: .*`VK_LOADER_DEBUG=error,warn incoherent doctor` tells more$'
unset VK_LOADER_DRIVERS_DISABLE

# Without its ICD.
mkdir -p "$TEST_TMPDIR/alone"
cp -L "$incoherent" "$TEST_TMPDIR/alone/incoherent"
incoherent=$TEST_TMPDIR/alone/incoherent
RUNFILES_DIR= try doctor
expect_status 1
expect_out_match "^MISSING  Incoherent's ICD: cannot find sim/icd/incoherent_icd.json, sought as "
expect_out_match '^ok +downstream device: llvmpipe'

finish
