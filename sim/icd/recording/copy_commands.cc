#include <vector>

#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/copy_accesses.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

// Regions of the older commands in their newer form.

VkBufferCopy2 Newer(const VkBufferCopy& region) {
  return {VK_STRUCTURE_TYPE_BUFFER_COPY_2, nullptr, region.srcOffset,
          region.dstOffset, region.size};
}

VkImageCopy2 Newer(const VkImageCopy& region) {
  return {VK_STRUCTURE_TYPE_IMAGE_COPY_2,
          nullptr,
          region.srcSubresource,
          region.srcOffset,
          region.dstSubresource,
          region.dstOffset,
          region.extent};
}

VkBufferImageCopy2 Newer(const VkBufferImageCopy& region) {
  return {VK_STRUCTURE_TYPE_BUFFER_IMAGE_COPY_2,
          nullptr,
          region.bufferOffset,
          region.bufferRowLength,
          region.bufferImageHeight,
          region.imageSubresource,
          region.imageOffset,
          region.imageExtent};
}

VkImageBlit2 Newer(const VkImageBlit& region) {
  return {VK_STRUCTURE_TYPE_IMAGE_BLIT_2,
          nullptr,
          region.srcSubresource,
          {region.srcOffsets[0], region.srcOffsets[1]},
          region.dstSubresource,
          {region.dstOffsets[0], region.dstOffsets[1]}};
}

VkImageResolve2 Newer(const VkImageResolve& region) {
  return {VK_STRUCTURE_TYPE_IMAGE_RESOLVE_2,
          nullptr,
          region.srcSubresource,
          region.srcOffset,
          region.dstSubresource,
          region.dstOffset,
          region.extent};
}

template <typename Region>
auto NewerRegions(uint32_t count, const Region* regions) {
  std::vector<decltype(Newer(*regions))> newer;
  newer.reserve(count);
  for (uint32_t i = 0; i < count; ++i) newer.push_back(Newer(regions[i]));
  return newer;
}

VKAPI_ATTR void VKAPI_CALL CmdCopyBuffer(VkCommandBuffer buffer,
                                         VkBuffer source, VkBuffer target,
                                         uint32_t count,
                                         const VkBufferCopy* regions) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyBuffer");
  const auto newer = NewerRegions(count, regions);
  RecordCopy(state,
             VkCopyBufferInfo2{VK_STRUCTURE_TYPE_COPY_BUFFER_INFO_2, nullptr,
                               source, target, count, newer.data()});
  state.device().dispatch().CmdCopyBuffer(buffer, source, target, count,
                                          regions);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyBuffer2(VkCommandBuffer buffer,
                                          const VkCopyBufferInfo2* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyBuffer2");
  RecordCopy(state, *info);
  state.device().dispatch().CmdCopyBuffer2(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyImage(VkCommandBuffer buffer, VkImage source,
                                        VkImageLayout source_layout,
                                        VkImage target,
                                        VkImageLayout target_layout,
                                        uint32_t count,
                                        const VkImageCopy* regions) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyImage");
  const auto newer = NewerRegions(count, regions);
  RecordCopy(state, VkCopyImageInfo2{VK_STRUCTURE_TYPE_COPY_IMAGE_INFO_2,
                                     nullptr, source, source_layout, target,
                                     target_layout, count, newer.data()});
  state.device().dispatch().CmdCopyImage(buffer, source, source_layout, target,
                                         target_layout, count, regions);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyImage2(VkCommandBuffer buffer,
                                         const VkCopyImageInfo2* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyImage2");
  RecordCopy(state, *info);
  state.device().dispatch().CmdCopyImage2(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyBufferToImage(
    VkCommandBuffer buffer, VkBuffer source, VkImage target,
    VkImageLayout layout, uint32_t count, const VkBufferImageCopy* regions) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyBufferToImage");
  const auto newer = NewerRegions(count, regions);
  RecordCopy(state, VkCopyBufferToImageInfo2{
                        VK_STRUCTURE_TYPE_COPY_BUFFER_TO_IMAGE_INFO_2, nullptr,
                        source, target, layout, count, newer.data()});
  state.device().dispatch().CmdCopyBufferToImage(buffer, source, target, layout,
                                                 count, regions);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyBufferToImage2(
    VkCommandBuffer buffer, const VkCopyBufferToImageInfo2* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyBufferToImage2");
  RecordCopy(state, *info);
  state.device().dispatch().CmdCopyBufferToImage2(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyImageToBuffer(
    VkCommandBuffer buffer, VkImage source, VkImageLayout layout,
    VkBuffer target, uint32_t count, const VkBufferImageCopy* regions) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyImageToBuffer");
  const auto newer = NewerRegions(count, regions);
  RecordCopy(state, VkCopyImageToBufferInfo2{
                        VK_STRUCTURE_TYPE_COPY_IMAGE_TO_BUFFER_INFO_2, nullptr,
                        source, layout, target, count, newer.data()});
  state.device().dispatch().CmdCopyImageToBuffer(buffer, source, layout, target,
                                                 count, regions);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyImageToBuffer2(
    VkCommandBuffer buffer, const VkCopyImageToBufferInfo2* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyImageToBuffer2");
  RecordCopy(state, *info);
  state.device().dispatch().CmdCopyImageToBuffer2(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL CmdBlitImage(
    VkCommandBuffer buffer, VkImage source, VkImageLayout source_layout,
    VkImage target, VkImageLayout target_layout, uint32_t count,
    const VkImageBlit* regions, VkFilter filter) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdBlitImage");
  const auto newer = NewerRegions(count, regions);
  RecordBlit(state,
             VkBlitImageInfo2{VK_STRUCTURE_TYPE_BLIT_IMAGE_INFO_2, nullptr,
                              source, source_layout, target, target_layout,
                              count, newer.data(), filter});
  state.device().dispatch().CmdBlitImage(buffer, source, source_layout, target,
                                         target_layout, count, regions, filter);
}

VKAPI_ATTR void VKAPI_CALL CmdBlitImage2(VkCommandBuffer buffer,
                                         const VkBlitImageInfo2* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdBlitImage2");
  RecordBlit(state, *info);
  state.device().dispatch().CmdBlitImage2(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL CmdResolveImage(
    VkCommandBuffer buffer, VkImage source, VkImageLayout source_layout,
    VkImage target, VkImageLayout target_layout, uint32_t count,
    const VkImageResolve* regions) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdResolveImage");
  const auto newer = NewerRegions(count, regions);
  RecordResolve(state,
                VkResolveImageInfo2{VK_STRUCTURE_TYPE_RESOLVE_IMAGE_INFO_2,
                                    nullptr, source, source_layout, target,
                                    target_layout, count, newer.data()});
  state.device().dispatch().CmdResolveImage(
      buffer, source, source_layout, target, target_layout, count, regions);
}

VKAPI_ATTR void VKAPI_CALL CmdResolveImage2(VkCommandBuffer buffer,
                                            const VkResolveImageInfo2* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdResolveImage2");
  RecordResolve(state, *info);
  state.device().dispatch().CmdResolveImage2(buffer, info);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdCopyBuffer),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdCopyBuffer2, KHR),
    INCOHERENT_DEVICE_ROW(CmdCopyImage),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdCopyImage2, KHR),
    INCOHERENT_DEVICE_ROW(CmdCopyBufferToImage),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdCopyBufferToImage2, KHR),
    INCOHERENT_DEVICE_ROW(CmdCopyImageToBuffer),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdCopyImageToBuffer2, KHR),
    INCOHERENT_DEVICE_ROW(CmdBlitImage),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdBlitImage2, KHR),
    INCOHERENT_DEVICE_ROW(CmdResolveImage),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdResolveImage2, KHR),
};

}  // namespace

absl::Span<const InterceptedCommand> CopyCommands() { return kCommands; }

}  // namespace incoherent
