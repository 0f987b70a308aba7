#!/usr/bin/env bash
# 500 frames of vkcube in a window, on coherent and non-coherent profiles.
source "$(dirname "$0")/on_simulated_device.sh"
require vkcube xvfb-run

for profile in lavapipe strict strict-last; do
  log="$TEST_TMPDIR/$profile.log"
  on_profile "$profile" timeout 120 xvfb-run -a -n 110 vkcube --c 500 >"$log" 2>&1 ||
    fail "vkcube on $profile ended with $?: $(tail -n 5 "$log")"
  grep -q "incoherent: profile $profile," "$log" ||
    fail "vkcube did not run on the simulated device: $(cat "$log")"
  ! grep -q "invalid-usage" "$log" || fail "vkcube on $profile: $(cat "$log")"
done
echo "vkcube drew 500 frames on each profile"
