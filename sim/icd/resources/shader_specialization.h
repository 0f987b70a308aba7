#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_SPECIALIZATION_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_SPECIALIZATION_H_

// Specialization constants of a SPIR-V module.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace incoherent {

// One constant of a VkSpecializationInfo, with its first four bytes.
struct SpecializationValue {
  uint32_t constant_id = 0;
  uint32_t value = 0;

  bool operator<(const SpecializationValue& other) const {
    return constant_id != other.constant_id ? constant_id < other.constant_id
                                            : value < other.value;
  }
};

// Null gives none; entries that lie outside of the data are left out.
std::vector<SpecializationValue> ReadSpecialization(
    const VkSpecializationInfo* info);

// The module with the values of its 32-bit constants (OpSpecConstant) in place
// of its defaults. What is no SPIR-V comes back as it is.
std::vector<uint32_t> Specialize(absl::Span<const uint32_t> words,
                                 absl::Span<const SpecializationValue> values);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_SPECIALIZATION_H_
