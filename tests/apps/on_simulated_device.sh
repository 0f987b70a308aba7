# Sourced by the application tests: how to run a program on plain lavapipe, on
# the simulated device, and how to pass, fail and skip.

set -u

icd_manifest="$TEST_SRCDIR/$TEST_WORKSPACE/sim/icd/incoherent_icd.json"
export TMPDIR="$TEST_TMPDIR"
export XDG_RUNTIME_DIR="$TEST_TMPDIR"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Skips the whole test, visibly, where a program is not installed.
require() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null && continue
    echo "SKIPPED: $program is not installed (bazel/setup.sh installs it)"
    exit 0
  done
}

lavapipe_manifest() {
  local folder
  for folder in /etc /usr/local/share /usr/share; do
    compgen -G "$folder/vulkan/icd.d/lvp_icd*.json" | head -n 1
  done | head -n 1
}

plain_manifest=$(lavapipe_manifest)
if [[ -z "$plain_manifest" ]]; then
  echo "SKIPPED: no lavapipe (bazel/setup.sh installs mesa-vulkan-drivers)"
  exit 0
fi

# on_plain_lavapipe COMMAND...
on_plain_lavapipe() {
  VK_DRIVER_FILES="$plain_manifest" VK_ICD_FILENAMES="$plain_manifest" "$@"
}

# on_profile PROFILE COMMAND...
on_profile() {
  local profile=$1
  shift
  VK_DRIVER_FILES="$icd_manifest" VK_ICD_FILENAMES="$icd_manifest" \
    INCOHERENT_PROFILE="$profile" "$@"
}

# The name of lavapipe's device, as programs show it.
lavapipe_device_name() {
  on_plain_lavapipe vulkaninfo --summary 2>/dev/null |
    sed -n 's/^[[:space:]]*deviceName[[:space:]]*= //p' | head -n 1
}
