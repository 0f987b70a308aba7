#!/usr/bin/env bash
# mpv draws a video through libplacebo on the simulated device.
source "$(dirname "$0")/on_simulated_device.sh"
require mpv ffmpeg xvfb-run vulkaninfo

video="$TEST_TMPDIR/video.mkv"
ffmpeg -hide_banner -loglevel error -y -f lavfi \
  -i testsrc2=size=320x240:rate=10:duration=2 "$video" || fail "no test video"
device=$(lavapipe_device_name)

for profile in lavapipe strict; do
  for output in gpu gpu-next; do
    log="$TEST_TMPDIR/$profile-$output.log"
    on_profile "$profile" timeout 120 xvfb-run -a -n 150 \
      mpv --no-config --no-audio --vo=$output --gpu-api=vulkan --gpu-sw=yes \
      --vulkan-device="$device" --untimed "$video" >"$log" 2>&1 ||
      fail "mpv --vo=$output on $profile ended with $?: $(tail -n 5 "$log")"
    grep -q "VO: \[$output\] 320x240" "$log" ||
      fail "mpv --vo=$output on $profile drew nothing: $(cat "$log")"
    grep -q "incoherent: profile $profile," "$log" ||
      fail "mpv did not run on the simulated device: $(cat "$log")"
    ! grep -q "invalid-usage" "$log" || fail "mpv on $profile: $(cat "$log")"
  done
done
echo "mpv played the video with each output on each profile"
