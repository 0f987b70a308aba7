#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_INSTRUCTION_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_INSTRUCTION_H_

// ShaderInstruction: one instruction of a SPIR-V module, and the walk over all
// of them.

#include <cstddef>
#include <cstdint>
#include <spirv/unified1/spirv.hpp>

#include "absl/types/span.h"

namespace incoherent {

struct ShaderInstruction {
  absl::Span<const uint32_t> words;

  uint32_t opcode() const { return words[0] & spv::OpCodeMask; }
  // The n-th word, or 0 past the end (no id is 0). Word 0 has the opcode.
  uint32_t At(size_t n) const { return n < words.size() ? words[n] : 0; }
};

// Calls visit(instruction, index of its first word) for each; false if the
// words are no SPIR-V.
template <typename Visit>
bool ForEachInstruction(absl::Span<const uint32_t> words, Visit visit) {
  constexpr size_t kHeaderWords = 5;
  if (words.size() < kHeaderWords || words[0] != spv::MagicNumber) return false;
  for (size_t at = kHeaderWords; at < words.size();) {
    const size_t length = words[at] >> spv::WordCountShift;
    if (length == 0 || length > words.size() - at) return false;
    visit(ShaderInstruction{words.subspan(at, length)}, at);
    at += length;
  }
  return true;
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_INSTRUCTION_H_
