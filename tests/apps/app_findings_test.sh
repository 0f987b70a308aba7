#!/usr/bin/env bash
# What is found in unmodified applications is what docs/found.md says, and no
# more.
source "$(dirname "$0")/on_simulated_device.sh"
source "$(dirname "$0")/ffmpeg_chain.sh"
require vkd3d-gears xvfb-run python3

case "$(ffmpeg -version | head -n 1)" in
  "ffmpeg version 5.1."*) ;;
  *)
    echo "SKIPPED: the bugs are known in ffmpeg 5.1"
    exit 0
    ;;
esac

report="$TEST_TMPDIR/report.json"

# expect WHAT LINES: the findings of the last run.
expect() {
  local found
  found=$(python3 "$(dirname "$0")/findings_in.py" "$report") ||
    fail "$1: no report"
  [[ "$found" == "$2" ]] || fail "$1: found
$found
instead of
$2"
}

# ffmpeg_on PROFILE [VARIABLE=VALUE]...
ffmpeg_on() {
  local profile=$1
  shift
  rm -f "$report"
  env INCOHERENT_REPORT="$report" "$@" bash -c "
    source '$(dirname "$0")/on_simulated_device.sh'
    source '$(dirname "$0")/ffmpeg_chain.sh'
    on_profile $profile frame_checksums avgblur_vulkan" \
    >/dev/null 2>"$TEST_TMPDIR/log"
}

staging=INCOHERENT_HIDE_EXTENSIONS=VK_EXT_external_memory_host
no_barrier="missing-host-barrier host-read-barrier vkCmdCopyImageToBuffer"
ffmpeg_on strict "$staging"
expect "ffmpeg's staging path" "error stale-host-read invalidate vkCmdCopyImageToBuffer
warning $no_barrier"
grep -q "av_hwframe_transfer_data" "$report" || fail "no stack of the reader"

ffmpeg_on strict "$staging" INCOHERENT_HOST_DOMAIN=merged
expect "ffmpeg in a merged host domain" \
  "error stale-host-read invalidate vkCmdCopyImageToBuffer"

ffmpeg_on lavapipe "$staging"
expect "ffmpeg on coherent memory" "warning $no_barrier"

ffmpeg_on lavapipe "$staging" INCOHERENT_HOST_DOMAIN=strict
expect "ffmpeg on coherent memory in a strict host domain" "error $no_barrier"

ffmpeg_on strict
expect "ffmpeg's import path" \
  "error VUID-VkMappedMemoryRange-memory-00684 none vkFlushMappedMemoryRanges"

ffmpeg_on lavapipe
expect "ffmpeg's import path on coherent memory" ""

rm -f "$report"
INCOHERENT_REPORT="$report" on_profile strict \
  timeout 60 xvfb-run -a -n 170 timeout 8 vkd3d-gears \
  >"$TEST_TMPDIR/log" 2>&1
expect "vkd3d-gears" ""
echo "the findings are those of docs/found.md"
