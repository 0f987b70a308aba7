# Sourced: ffmpeg's Vulkan filters, and the checksum of each frame they make.

require ffmpeg

filters=(scale_vulkan=160:120 avgblur_vulkan hflip_vulkan)

# frame_checksums FILTER: one line per frame, on standard output.
frame_checksums() {
  ffmpeg -hide_banner -loglevel error \
    -init_hw_device vulkan=vk:0 -filter_hw_device vk \
    -f lavfi -i testsrc2=size=320x240:rate=10:duration=2 \
    -vf "format=yuv420p,hwupload,$1,hwdownload,format=yuv420p" \
    -f framemd5 - | grep -v '^#'
}
