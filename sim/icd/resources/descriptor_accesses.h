#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_ACCESSES_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_ACCESSES_H_

// What the shaders of a pipeline read and write through bound descriptor sets.
//
//   the shader sees                    reads are               writes are
//   a uniform block                    UNIFORM_READ            -
//   a storage block                    SHADER_STORAGE_READ     ..._WRITE
//   a sampled image, a uniform texel   SHADER_SAMPLED_READ     -
//     buffer
//   a storage image or texel buffer    SHADER_STORAGE_READ     ..._WRITE
//   an input attachment                INPUT_ATTACHMENT_READ   -
//
// Certain are only reads that the shader surely makes (ShaderReflection), of a
// descriptor that stands in no array.

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "sim/icd/recording/command_recording.h"
#include "sim/icd/resources/descriptor_bytes.h"
#include "sim/icd/resources/descriptor_set.h"
#include "sim/icd/resources/pipeline.h"

namespace incoherent {

struct BoundSet {
  std::shared_ptr<const DescriptorSet> set;
  // Of this set, in the order of its layout.
  std::vector<uint32_t> dynamic_offsets;
};

using BoundSets = std::map<uint32_t, BoundSet>;

// The accesses of one command, all reads before all writes. None is more
// certain than `at_most`.
std::vector<RecordedStep> DescriptorAccesses(const PipelineInfo& pipeline,
                                             const BoundSets& sets,
                                             const DescriptorBytes& bytes,
                                             Certainty at_most);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_ACCESSES_H_
