#!/usr/bin/env bash
# The Khronos validation layer above the simulated device says nothing that it
# does not say above plain lavapipe.
source "$(dirname "$0")/on_simulated_device.sh"
source "$(dirname "$0")/ffmpeg_chain.sh"
require vkcube xvfb-run

if [[ ! -e /usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json ]]; then
  echo "SKIPPED: no validation layer (bazel/setup.sh installs it)"
  exit 0
fi
export VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation

rules_broken() { grep -oE 'VUID-[A-Za-z0-9-]+|UNASSIGNED-[A-Za-z0-9-]+' "$1" | sort -u; }

draw_cube() { xvfb-run -a -n 170 vkcube --validate --c 50; }
filter_frames() { frame_checksums "${filters[@]:2:1}"; }

for program in draw_cube filter_frames; do
  on_plain_lavapipe $program >"$TEST_TMPDIR/plain" 2>&1
  for profile in lavapipe swiftshader radv-navi21-smallbar nvidia-rtx-4090; do
    on_profile "$profile" $program >"$TEST_TMPDIR/simulated" 2>&1
    new=$(comm -13 <(rules_broken "$TEST_TMPDIR/plain") \
      <(rules_broken "$TEST_TMPDIR/simulated"))
    [[ -z "$new" ]] || fail "$program on $profile: only there: $new
$(grep -F "$(head -n 1 <<<"$new")" "$TEST_TMPDIR/simulated" | head -n 3)"
  done
done

# The layer is really there: it sees ffmpeg's flush of unmapped memory.
ffmpeg_debug() {
  ffmpeg -hide_banner -loglevel error -init_hw_device vulkan=vk:0,debug=1 \
    -filter_hw_device vk -f lavfi -i testsrc2=size=64x64:rate=5:duration=1 \
    -vf "format=yuv420p,hwupload,hflip_vulkan,hwdownload,format=yuv420p" -f null -
}
on_profile strict ffmpeg_debug >"$TEST_TMPDIR/strict" 2>&1
grep -q "Validation Error.*VUID-VkMappedMemoryRange-memory-00684" "$TEST_TMPDIR/strict" ||
  fail "the validation layer did not speak: $(head -n 5 "$TEST_TMPDIR/strict")"
echo "the validation layer says nothing new"
