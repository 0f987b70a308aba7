#!/bin/bash
# The demo's program is clean under the validation layers, with and without
# Incoherent below it.
set -u
. sim/cli/expect.sh

if ! "$incoherent" doctor | grep -q '^ok  *validation layer:'; then
  echo 'skipped: no validation layer here'
  exit 0
fi

cat >"$TEST_TMPDIR/vk_layer_settings.txt" <<'SETTINGS'
khronos_validation.debug_action = VK_DBG_LAYER_ACTION_LOG_MSG
khronos_validation.report_flags = error,warn,perf
khronos_validation.log_filename = stdout
khronos_validation.enables = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT,VK_VALIDATION_FEATURE_ENABLE_BEST_PRACTICES_EXT
SETTINGS
export VK_LAYER_SETTINGS_PATH=$TEST_TMPDIR/vk_layer_settings.txt
export VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation

# That sixteen bytes are few is the one thing that may be said of them. That it
# is said shows that the layer is at work.
small='-small(-dedicated)?-allocation'
expect_clean() {
  expect_status 0
  expect_out_match '^read: '
  expect_out_match "^UNASSIGNED-BestPractices-vkAllocateMemory$small\\("
  grep -vE "$small" "$out" >"$TEST_TMPDIR/rest"
  ! grep -E 'VUID|SYNC-HAZARD|UNASSIGNED|Validation' "$TEST_TMPDIR/rest" ||
    complain 'the validation layer has something to say'
}

demo=sim/cli/demo/incoherent_demo
for profile in strict lavapipe; do
  try run --quiet --profile "$profile" -- "$demo" --flush
  expect_clean
  try run --quiet --profile "$profile" -- "$demo"
  expect_clean
done

lavapipe=$("$incoherent" doctor | sed -n 's/^ok  *downstream: //p')
incoherent=$PWD/$demo
VK_DRIVER_FILES=$lavapipe VK_ICD_FILENAMES=$lavapipe try --flush
expect_clean

finish
