#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_DECORATIONS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_DECORATIONS_H_

// ShaderDecorations: what OpDecorate and OpMemberDecorate say of the ids of a
// SPIR-V module, as far as memory is concerned.

#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/optional.h"
#include "sim/icd/resources/shader_instruction.h"

namespace incoherent {

struct ShaderDecoration {
  absl::optional<uint32_t> set;
  absl::optional<uint32_t> binding;
  absl::optional<uint32_t> offset;
  absl::optional<uint32_t> array_stride;
  absl::optional<uint32_t> matrix_stride;
  bool row_major = false;
  bool buffer_block = false;  // a storage block in the form of SPIR-V 1.0
  bool non_readable = false;
  bool non_writable = false;
};

class ShaderDecorations {
 public:
  // Takes notice if the instruction is a decoration.
  void Read(const ShaderInstruction& instruction);

  const ShaderDecoration& Of(uint32_t id) const;
  const ShaderDecoration& OfMember(uint32_t type, uint32_t member) const;

 private:
  absl::flat_hash_map<uint32_t, ShaderDecoration> of_ids_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, ShaderDecoration>
      of_members_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_DECORATIONS_H_
