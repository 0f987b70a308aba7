#!/usr/bin/env bash
# Installs every Debian package that building, running and testing Incoherent
# needs. Run it as often as you like: what is there already stays as it is.
#
#   bazel/setup.sh            as root, or as a user who may use sudo
#   bazel/setup.sh --list     only prints the packages
set -euo pipefail

# To build.
build=(
  bazel-bootstrap bazel-platforms bazel-rules-java bazel-rules-proto
  g++ pkg-config libabsl-dev libvulkan-dev nlohmann-json3-dev
  libzydis-dev libdw-dev spirv-headers
)
# To run: the loader and lavapipe, the default downstream.
run=(
  libvulkan1 mesa-vulkan-drivers
)
# To test: libraries, sanitizers' compiler, and the applications that are run.
tests=(
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  clang clang-format python3
  vulkan-tools vulkan-validationlayers
  ffmpeg mpv vkd3d-demos xvfb xauth
  spin
)
packages=("${build[@]}" "${run[@]}" "${tests[@]}")

if [[ "${1:-}" == "--list" ]]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi
if [[ $# -gt 0 ]]; then
  echo "setup.sh: unknown argument '$1'; there is only --list" >&2
  exit 2
fi
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup.sh: this system has no apt; install the equivalents of: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [[ "$status" == "install ok installed" ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
  echo "setup.sh: all ${#packages[@]} packages are installed"
  exit 0
fi

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "setup.sh: run this as root, or install sudo; missing: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "setup.sh: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}"
echo "setup.sh: done"
