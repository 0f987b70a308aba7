#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_MODULE_INDEX_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_MODULE_INDEX_H_

// ShaderModuleIndex: the declarations of a SPIR-V module by id, and where its
// functions are. It points into the words that it was read from.
//
// Whatever the words are, reading them ends, and in time that grows with their
// number.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/icd/resources/shader_decorations.h"
#include "sim/icd/resources/shader_instruction.h"
#include "sim/icd/resources/shader_types.h"

namespace incoherent {

struct ShaderModuleIndex {
  using Function = std::vector<ShaderInstruction>;

  // None if the words are no SPIR-V.
  static absl::optional<ShaderModuleIndex> Read(
      absl::Span<const uint32_t> words);

  // The function of an entry point; the model is a spv::ExecutionModel.
  absl::optional<uint32_t> EntryPoint(uint32_t execution_model,
                                      const std::string& name) const;

  std::map<std::pair<uint32_t, std::string>, uint32_t> entry_points;
  ShaderDecorations decorations;
  ShaderTypes types;
  std::map<uint32_t, uint32_t> variables;  // global ones, to pointer types
  absl::flat_hash_map<uint32_t, Function> functions;

 private:
  void ReadDeclaration(const ShaderInstruction& instruction);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_MODULE_INDEX_H_
