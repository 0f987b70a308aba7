#include "sim/icd/resources/descriptor_write.h"

#include <cstring>

namespace incoherent {
namespace {

// Which of the three structures a descriptor of a type is written with.
enum class WrittenAs { kBuffer, kBufferView, kImage, kNothing, kInlineBytes };

WrittenAs WrittenAsOf(VkDescriptorType type) {
  switch (type) {
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER:
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC:
    case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER:
    case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER_DYNAMIC:
      return WrittenAs::kBuffer;
    case VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER:
    case VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER:
      return WrittenAs::kBufferView;
    case VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER:
    case VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE:
    case VK_DESCRIPTOR_TYPE_STORAGE_IMAGE:
    case VK_DESCRIPTOR_TYPE_INPUT_ATTACHMENT:
      return WrittenAs::kImage;
    case VK_DESCRIPTOR_TYPE_INLINE_UNIFORM_BLOCK:
      return WrittenAs::kInlineBytes;
    default:
      return WrittenAs::kNothing;
  }
}

// An array of the application's, whose elements lie `stride` bytes apart.
struct StridedArray {
  const void* first;
  size_t stride;

  template <typename Element>
  Element At(uint32_t index) const {
    Element element;
    std::memcpy(&element, static_cast<const char*>(first) + stride * index,
                sizeof(element));
    return element;
  }
};

template <typename Handle>
uint64_t ToNumber(Handle handle) {
  static_assert(sizeof(handle) == sizeof(uint64_t),
                "Vulkan handles are 64 bits wide");
  uint64_t number;
  std::memcpy(&number, &handle, sizeof(number));
  return number;
}

Descriptor ReadOne(VkDescriptorType type, const StridedArray& array,
                   uint32_t index) {
  switch (WrittenAsOf(type)) {
    case WrittenAs::kBuffer: {
      const auto buffer = array.At<VkDescriptorBufferInfo>(index);
      return {type, ToNumber(buffer.buffer), buffer.offset, buffer.range};
    }
    case WrittenAs::kBufferView:
      return {type, ToNumber(array.At<VkBufferView>(index))};
    case WrittenAs::kImage:
      return {type, ToNumber(array.At<VkDescriptorImageInfo>(index).imageView)};
    case WrittenAs::kInlineBytes:
    case WrittenAs::kNothing:
      break;
  }
  return {type};
}

std::vector<Descriptor> ReadAll(VkDescriptorType type,
                                const StridedArray& array, uint32_t count) {
  std::vector<Descriptor> descriptors;
  if (WrittenAsOf(type) == WrittenAs::kInlineBytes) return descriptors;
  const bool readable = array.first != nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    descriptors.push_back(readable ? ReadOne(type, array, i)
                                   : Descriptor{type});
  }
  return descriptors;
}

StridedArray ArrayOf(const VkWriteDescriptorSet& write) {
  switch (WrittenAsOf(write.descriptorType)) {
    case WrittenAs::kBuffer:
      return {write.pBufferInfo, sizeof(VkDescriptorBufferInfo)};
    case WrittenAs::kBufferView:
      return {write.pTexelBufferView, sizeof(VkBufferView)};
    case WrittenAs::kImage:
      return {write.pImageInfo, sizeof(VkDescriptorImageInfo)};
    case WrittenAs::kInlineBytes:
    case WrittenAs::kNothing:
      break;
  }
  return {nullptr, 0};
}

}  // namespace

std::vector<Descriptor> ReadDescriptors(const VkWriteDescriptorSet& write) {
  return ReadAll(write.descriptorType, ArrayOf(write), write.descriptorCount);
}

std::vector<Descriptor> ReadDescriptors(
    const VkDescriptorUpdateTemplateEntry& entry, const void* data) {
  const StridedArray array = {static_cast<const char*>(data) + entry.offset,
                              entry.stride};
  return ReadAll(entry.descriptorType, array, entry.descriptorCount);
}

void DescriptorTemplate::Update(DescriptorSet& set, const void* data) const {
  for (const VkDescriptorUpdateTemplateEntry& entry : entries_) {
    set.Write({entry.dstBinding, entry.dstArrayElement},
              ReadDescriptors(entry, data));
  }
}

}  // namespace incoherent
