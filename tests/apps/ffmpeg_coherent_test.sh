#!/usr/bin/env bash
# On coherent profiles ffmpeg's Vulkan filters make plain lavapipe's frames.
# Uploads and downloads import host pointers there.
source "$(dirname "$0")/on_simulated_device.sh"
source "$(dirname "$0")/ffmpeg_chain.sh"

profiles=(lavapipe swiftshader radv-navi21-smallbar amd-windows-rx580
  nvidia-rtx-4090 nvidia-rtx-2060-linux)

for filter in "${filters[@]}"; do
  plain=$(on_plain_lavapipe frame_checksums "$filter")
  [[ $(wc -l <<<"$plain") -eq 20 ]] || fail "plain lavapipe: $plain"
  for profile in "${profiles[@]}"; do
    log="$TEST_TMPDIR/log"
    simulated=$(on_profile "$profile" frame_checksums "$filter" 2>"$log")
    grep -q "incoherent: profile $profile," "$log" ||
      fail "ffmpeg did not run on the simulated device: $(cat "$log")"
    [[ "$simulated" == "$plain" ]] ||
      fail "$filter on $profile: frames differ from plain lavapipe's:
$(diff <(echo "$plain") <(echo "$simulated"))"
    ! grep -q "invalid-usage" "$log" || fail "$filter on $profile: $(cat "$log")"
  done
done
echo "20 frames of ${#filters[@]} filters are the same on ${#profiles[@]} profiles"
