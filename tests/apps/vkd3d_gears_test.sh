#!/usr/bin/env bash
# vkd3d-gears has no end of its own: it must still be drawing after a while.
source "$(dirname "$0")/on_simulated_device.sh"
require vkd3d-gears xvfb-run

for profile in lavapipe strict; do
  log="$TEST_TMPDIR/$profile.log"
  on_profile "$profile" timeout 10 xvfb-run -a -n 130 vkd3d-gears >"$log" 2>&1
  status=$?
  [[ $status -eq 124 ]] ||
    fail "vkd3d-gears on $profile ended with $status: $(tail -n 5 "$log")"
  grep -q "incoherent: profile $profile," "$log" ||
    fail "vkd3d-gears did not run on the simulated device: $(cat "$log")"
  ! grep -q "invalid-usage" "$log" || fail "vkd3d-gears on $profile: $(cat "$log")"
done
echo "vkd3d-gears kept drawing on each profile"
