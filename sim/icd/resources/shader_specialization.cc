#include "sim/icd/resources/shader_specialization.h"

#include <algorithm>
#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "sim/icd/resources/shader_instruction.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

std::vector<SpecializationValue> ReadSpecialization(
    const VkSpecializationInfo* info) {
  std::vector<SpecializationValue> values;
  if (info == nullptr) return values;
  for (uint32_t i = 0; i < info->mapEntryCount; ++i) {
    const VkSpecializationMapEntry& entry = info->pMapEntries[i];
    SpecializationValue value = {entry.constantID, 0};
    if (!Fits(entry.offset, entry.size, info->dataSize)) continue;
    std::memcpy(&value.value,
                static_cast<const char*>(info->pData) + entry.offset,
                std::min(entry.size, sizeof(value.value)));
    values.push_back(value);
  }
  return values;
}

std::vector<uint32_t> Specialize(absl::Span<const uint32_t> words,
                                 absl::Span<const SpecializationValue> values) {
  std::vector<uint32_t> specialized(words.begin(), words.end());
  if (values.empty()) return specialized;
  // Decorations stand before what they decorate.
  absl::flat_hash_map<uint32_t, uint32_t> given;  // result id to value
  const bool readable = ForEachInstruction(
      words, [&](const ShaderInstruction& instruction, size_t at) {
        if (instruction.opcode() == spv::OpDecorate &&
            instruction.At(2) == spv::DecorationSpecId) {
          for (const SpecializationValue& value : values) {
            if (value.constant_id == instruction.At(3)) {
              given[instruction.At(1)] = value.value;
            }
          }
        }
        const auto found = given.find(instruction.At(2));
        if (instruction.opcode() == spv::OpSpecConstant &&
            instruction.words.size() == 4 && found != given.end()) {
          specialized[at + 3] = found->second;
        }
      });
  if (!readable) specialized.assign(words.begin(), words.end());
  return specialized;
}

}  // namespace incoherent
