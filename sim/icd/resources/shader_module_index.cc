#include "sim/icd/resources/shader_module_index.h"

#include <cstring>

namespace incoherent {
namespace {

// A literal string: bytes with a zero at the end, from a word on.
std::string LiteralString(const ShaderInstruction& instruction, size_t from) {
  if (from >= instruction.words.size()) return "";
  const auto* first =
      reinterpret_cast<const char*>(instruction.words.data() + from);
  const size_t room = (instruction.words.size() - from) * sizeof(uint32_t);
  return std::string(first, strnlen(first, room));
}

}  // namespace

absl::optional<ShaderModuleIndex> ShaderModuleIndex::Read(
    absl::Span<const uint32_t> words) {
  ShaderModuleIndex index;
  Function* function = nullptr;
  const bool readable = ForEachInstruction(
      words, [&](const ShaderInstruction& instruction, size_t) {
        if (instruction.opcode() == spv::OpFunction) {
          function = &index.functions[instruction.At(2)];
        }
        if (function == nullptr) {
          index.ReadDeclaration(instruction);
        } else {
          function->push_back(instruction);
        }
        if (instruction.opcode() == spv::OpFunctionEnd) function = nullptr;
      });
  if (!readable) return absl::nullopt;
  return index;
}

absl::optional<uint32_t> ShaderModuleIndex::EntryPoint(
    uint32_t execution_model, const std::string& name) const {
  const auto found = entry_points.find({execution_model, name});
  if (found == entry_points.end()) return absl::nullopt;
  return found->second;
}

void ShaderModuleIndex::ReadDeclaration(const ShaderInstruction& instruction) {
  switch (instruction.opcode()) {
    case spv::OpEntryPoint:
      entry_points[{instruction.At(1), LiteralString(instruction, 3)}] =
          instruction.At(2);
      break;
    case spv::OpVariable:
      variables[instruction.At(2)] = instruction.At(1);
      break;
    default:
      decorations.Read(instruction);
      types.Read(instruction, decorations);
      break;
  }
}

}  // namespace incoherent
