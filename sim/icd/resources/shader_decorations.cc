#include "sim/icd/resources/shader_decorations.h"

namespace incoherent {
namespace {

const ShaderDecoration& None() {
  static const auto* const none = new ShaderDecoration;
  return *none;
}

// `at` is where in the instruction the decoration stands; its operand follows.
void Apply(const ShaderInstruction& instruction, size_t at,
           ShaderDecoration& decoration) {
  const uint32_t operand = instruction.At(at + 1);
  switch (instruction.At(at)) {
    case spv::DecorationDescriptorSet:
      decoration.set = operand;
      break;
    case spv::DecorationBinding:
      decoration.binding = operand;
      break;
    case spv::DecorationOffset:
      decoration.offset = operand;
      break;
    case spv::DecorationArrayStride:
      decoration.array_stride = operand;
      break;
    case spv::DecorationMatrixStride:
      decoration.matrix_stride = operand;
      break;
    case spv::DecorationRowMajor:
      decoration.row_major = true;
      break;
    case spv::DecorationBufferBlock:
      decoration.buffer_block = true;
      break;
    case spv::DecorationNonReadable:
      decoration.non_readable = true;
      break;
    case spv::DecorationNonWritable:
      decoration.non_writable = true;
      break;
    default:
      break;
  }
}

}  // namespace

void ShaderDecorations::Read(const ShaderInstruction& instruction) {
  if (instruction.opcode() == spv::OpDecorate) {
    Apply(instruction, 2, of_ids_[instruction.At(1)]);
  } else if (instruction.opcode() == spv::OpMemberDecorate) {
    Apply(instruction, 3, of_members_[{instruction.At(1), instruction.At(2)}]);
  }
}

const ShaderDecoration& ShaderDecorations::Of(uint32_t id) const {
  const auto found = of_ids_.find(id);
  return found == of_ids_.end() ? None() : found->second;
}

const ShaderDecoration& ShaderDecorations::OfMember(uint32_t type,
                                                    uint32_t member) const {
  const auto found = of_members_.find({type, member});
  return found == of_members_.end() ? None() : found->second;
}

}  // namespace incoherent
