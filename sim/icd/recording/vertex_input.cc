#include "sim/icd/recording/vertex_input.h"

#include <algorithm>

#include "sim/icd/resources/format_blocks.h"

namespace incoherent {

ElementRange InstanceElements(const ElementRange& instances, uint32_t divisor) {
  if (instances.count == 0) return {instances.first, 0};
  // All instances fetch the first one's element.
  if (divisor == 0) return {instances.first, 1};
  return {instances.first, (instances.count - 1) / divisor + 1};
}

ByteRows ElementRows(uint64_t stride, uint64_t extent,
                     const ElementRange& elements) {
  ByteRows rows;
  rows.offset = elements.first * stride;
  rows.row_bytes = extent;
  rows.rows = elements.count;
  rows.row_pitch = stride;
  return rows;
}

uint32_t IndexSize(VkIndexType type) {
  switch (type) {
    case VK_INDEX_TYPE_UINT8_EXT:
      return 1;
    case VK_INDEX_TYPE_UINT16:
      return 2;
    case VK_INDEX_TYPE_UINT32:
      return 4;
    default:
      return 0;
  }
}

std::vector<PipelineInfo::VertexBinding> VertexBindingsOf(
    const std::vector<VkVertexInputBindingDescription2EXT>& bindings,
    const std::vector<VkVertexInputAttributeDescription2EXT>& attributes) {
  std::vector<PipelineInfo::VertexBinding> made;
  for (const VkVertexInputBindingDescription2EXT& binding : bindings) {
    PipelineInfo::VertexBinding one;
    one.binding = binding.binding;
    one.stride = binding.stride;
    one.per_instance = binding.inputRate == VK_VERTEX_INPUT_RATE_INSTANCE;
    one.divisor = binding.divisor;
    for (const VkVertexInputAttributeDescription2EXT& attribute : attributes) {
      if (attribute.binding != binding.binding) continue;
      const uint32_t bytes =
          BlocksInBuffer(attribute.format, VK_IMAGE_ASPECT_COLOR_BIT).bytes;
      one.extent = std::max(one.extent, attribute.offset + bytes);
    }
    made.push_back(one);
  }
  return made;
}

}  // namespace incoherent
