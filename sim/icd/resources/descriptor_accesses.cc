#include "sim/icd/resources/descriptor_accesses.h"

#include <algorithm>
#include <cstring>

#include "absl/types/span.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {
namespace {

template <typename Handle>
Handle ToHandle(uint64_t number) {
  Handle handle;
  static_assert(sizeof(handle) == sizeof(number),
                "Vulkan handles are 64 bits wide");
  std::memcpy(&handle, &number, sizeof(handle));
  return handle;
}

uint64_t ReadAccessOf(ShaderResource resource) {
  switch (resource) {
    case ShaderResource::kUniformBlock:
      return kAccessUniformRead;
    case ShaderResource::kSampledImage:
      return kAccessShaderSampledRead;
    case ShaderResource::kInputAttachment:
      return kAccessInputAttachmentRead;
    case ShaderResource::kStorageBlock:
    case ShaderResource::kStorageImage:
      break;
  }
  return kAccessShaderStorageRead;
}

// All bytes that a descriptor shows a shader.
std::vector<BoundBytes> BytesOf(const Descriptor& descriptor,
                                uint64_t dynamic_offset,
                                const DescriptorBytes& bytes) {
  if (descriptor.handle == 0) return {};
  absl::optional<BoundBytes> buffer;
  switch (descriptor.type) {
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER:
    case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER:
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC:
    case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER_DYNAMIC:
      buffer =
          bytes.OfBuffer(ToHandle<VkBuffer>(descriptor.handle),
                         descriptor.offset + dynamic_offset, descriptor.range);
      break;
    case VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER:
    case VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER:
      buffer = bytes.OfBufferView(ToHandle<VkBufferView>(descriptor.handle));
      break;
    case VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER:
    case VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE:
    case VK_DESCRIPTOR_TYPE_STORAGE_IMAGE:
    case VK_DESCRIPTOR_TYPE_INPUT_ATTACHMENT:
      return bytes.OfImageView(ToHandle<VkImageView>(descriptor.handle));
    default:
      break;
  }
  if (!buffer.has_value()) return {};
  return {*buffer};
}

// The part of a descriptor's bytes that a range of the block lies in.
ByteRange Within(const ByteRange& whole, const ByteRange& range) {
  if (range.offset >= whole.size) return {whole.offset, 0};
  return {whole.offset + range.offset,
          std::min(range.size, whole.size - range.offset)};
}

class Accesses {
 public:
  Accesses(const BoundSets& sets, const DescriptorBytes& bytes,
           Certainty at_most)
      : sets_(sets), bytes_(bytes), at_most_(at_most) {}

  void Add(const PipelineInfo::Use& use) {
    const auto bound = sets_.find(use.shader.set);
    if (bound == sets_.end() || bound->second.set == nullptr) return;
    const DescriptorSetLayout& layout = bound->second.set->layout();
    const DescriptorSetLayout::Binding* binding =
        layout.Find(use.shader.binding);
    if (binding == nullptr) return;
    const std::vector<Descriptor> elements =
        bound->second.set->Read(use.shader.binding);
    const uint32_t size = use.shader.array_size;
    for (uint32_t i = 0; i < elements.size() && (size == 0 || i < size); ++i) {
      const uint64_t dynamic_offset =
          DynamicOffset(bound->second, elements[i].type, *binding, i);
      for (const BoundBytes& shown :
           BytesOf(elements[i], dynamic_offset, bytes_)) {
        AddShown(use, shown);
      }
    }
  }

  std::vector<RecordedStep> Take() {
    reads_.insert(reads_.end(), writes_.begin(), writes_.end());
    return std::move(reads_);
  }

 private:
  static uint64_t DynamicOffset(const BoundSet& bound, VkDescriptorType type,
                                const DescriptorSetLayout::Binding& binding,
                                uint32_t element) {
    if (!IsDynamic(type)) return 0;
    const size_t index = size_t{binding.first_dynamic} + element;
    return index < bound.dynamic_offsets.size() ? bound.dynamic_offsets[index]
                                                : 0;
  }

  void AddShown(const PipelineInfo::Use& use, const BoundBytes& shown) {
    const ShaderBinding& shader = use.shader;
    const AccessPoint read = {use.stage, ReadAccessOf(shader.resource)};
    const AccessPoint write = {use.stage, kAccessShaderStorageWrite};
    const Certainty reads = shader.array_size == 1 ? at_most_ : Certainty::kMay;
    AddRanges(read, Access::kRead, shown, shader.reads, reads, reads_);
    AddRanges(read, Access::kRead, shown, shader.may_reads, Certainty::kMay,
              reads_);
    AddRanges(write, Access::kWrite, shown, shader.writes, Certainty::kMay,
              writes_);
  }

  static void AddRanges(const AccessPoint& point, Access access,
                        const BoundBytes& shown,
                        absl::Span<const ByteRange> ranges, Certainty certainty,
                        std::vector<RecordedStep>& steps) {
    for (const ByteRange& range : ranges) {
      BoundBytes bytes = shown;
      bytes.range = Within(shown.range, range);
      if (bytes.range.empty()) continue;
      steps.push_back(
          {DeviceOperation::OfAccess(point, access, bytes.ToPayload(),
                                     /*operation=*/0),
           /*command=*/0, certainty, bytes.type, bytes.handle});
    }
  }

  const BoundSets& sets_;
  const DescriptorBytes& bytes_;
  const Certainty at_most_;
  std::vector<RecordedStep> reads_;
  std::vector<RecordedStep> writes_;
};

}  // namespace

std::vector<RecordedStep> DescriptorAccesses(const PipelineInfo& pipeline,
                                             const BoundSets& sets,
                                             const DescriptorBytes& bytes,
                                             Certainty at_most) {
  Accesses accesses(sets, bytes, at_most);
  for (const PipelineInfo::Use& use : pipeline.uses) accesses.Add(use);
  return accesses.Take();
}

}  // namespace incoherent
