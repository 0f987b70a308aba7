#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_REFLECTION_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_REFLECTION_H_

// ShaderReflection: which descriptors one entry point of a SPIR-V module uses,
// and what it does to the memory behind them.
//
// Only what the entry point uses statically is listed (chapter Shader
// Interfaces, "Shader Resource Interface"), and nothing that has no bytes: no
// samplers, no acceleration structures. Of a block it is told by bytes:
//
//   the shader has                       reads     may read   may write
//   a load by constant indices           its bytes -          -
//   a load by computed indices           -         what they  -
//                                                  choose from
//   a store                              -         -          as if it loaded
//   an atomic operation                  as a load as a load  as a store
//   a pointer passed to a function       -         all        all, if it is not
//                                                             NonWritable
//   the length of an array only          -         -          -
//
// Whether a branch is taken is not asked: what stands in it counts. Images and
// texel buffers are only ever told as a whole, and as what may be.
//
// A runtime array has no end: its range has size kWholeSize.
// Specialization constants change the sizes of arrays, and ranges with them.
//
// What cannot be read (not SPIR-V, an unknown entry point, a stage that the
// model does not have) gives no reflection; whoever asks then assumes that
// everything is used. No module, however damaged, does harm.
//
// Example:
//
//   absl::optional<ShaderReflection> shader =
//       ReflectShader(words, "main", VK_SHADER_STAGE_COMPUTE_BIT, {});
//   shader->bindings[0].writes.empty();  // a read-only buffer

#include <vulkan/vulkan.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/icd/resources/shader_specialization.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

// How a shader sees a descriptor.
enum class ShaderResource : uint8_t {
  kUniformBlock,
  kStorageBlock,
  kSampledImage,  // also uniform texel buffers, combined image samplers
  kStorageImage,  // also storage texel buffers
  kInputAttachment,
};

struct ShaderBinding {
  uint32_t set = 0;
  uint32_t binding = 0;
  ShaderResource resource = ShaderResource::kUniformBlock;
  // How many descriptors there are, of which any may be used; 0: a runtime
  // array, or one whose size is not known.
  uint32_t array_size = 1;
  std::vector<ByteRange> reads;
  std::vector<ByteRange> may_reads;  // some of them
  std::vector<ByteRange> writes;     // some of them

  bool Any() const {
    return !reads.empty() || !may_reads.empty() || !writes.empty();
  }
};

struct ShaderReflection {
  std::vector<ShaderBinding> bindings;
  bool reads_physical_addresses = false;
  bool writes_physical_addresses = false;
};

absl::optional<ShaderReflection> ReflectShader(
    absl::Span<const uint32_t> words, const std::string& entry_point,
    VkShaderStageFlagBits stage,
    absl::Span<const SpecializationValue> constants);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_REFLECTION_H_
