#!/usr/bin/env bash
# On a non-coherent profile ffmpeg 5.1 must go wrong: its hwdownload flushes
# where it must invalidate (libavutil/hwcontext_vulkan.c), and with imported
# host pointers it flushes memory that it never mapped.
source "$(dirname "$0")/on_simulated_device.sh"
source "$(dirname "$0")/ffmpeg_chain.sh"

case "$(ffmpeg -version | head -n 1)" in
  "ffmpeg version 5.1."*) ;;
  *)
    echo "SKIPPED: the bug is known in ffmpeg 5.1, this is $(ffmpeg -version | head -n 1)"
    exit 0
    ;;
esac

log="$TEST_TMPDIR/log"
hidden=VK_EXT_external_memory_host
for filter in "${filters[@]}"; do
  plain=$(on_plain_lavapipe frame_checksums "$filter")

  staging=$(INCOHERENT_HIDE_EXTENSIONS=$hidden on_profile strict \
    frame_checksums "$filter" 2>"$log")
  [[ $(wc -l <<<"$staging") -eq 20 ]] || fail "staging path: $(cat "$log")"
  [[ -z $(comm -12 <(sort <<<"$plain") <(sort <<<"$staging")) ]] ||
    fail "$filter: a frame came right through the staging path"
  [[ $(awk '{print $NF}' <<<"$staging" | sort -u | wc -l) -lt 20 ]] ||
    fail "$filter: no frame is stale: $staging"

  imports=$(on_profile strict frame_checksums "$filter" 2>"$log")
  [[ "$imports" != "$plain" ]] || fail "$filter: the import path came right"
  grep -q "vkFlushMappedMemoryRanges: .*not mapped.*VUID-VkMappedMemoryRange-memory-00684" "$log" ||
    fail "$filter: the flush of never-mapped memory was not reported: $(cat "$log")"

  # An eager cache hides the bug, as a desktop does.
  eager=$(INCOHERENT_HIDE_EXTENSIONS=$hidden INCOHERENT_EVICTION=eager \
    on_profile strict frame_checksums "$filter" 2>"$log")
  [[ "$eager" == "$plain" ]] || fail "$filter: wrong even with an eager cache"
done
echo "ffmpeg's stale download and its flush of unmapped memory were both seen"
