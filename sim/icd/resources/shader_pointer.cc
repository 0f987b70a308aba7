#include "sim/icd/resources/shader_pointer.h"

namespace incoherent {

ShaderPointer ShaderPointer::ToVariable(const ShaderModuleIndex& module,
                                        uint32_t variable) {
  ShaderPointer pointer;
  pointer.variable_ = variable;
  const auto declared = module.variables.find(variable);
  if (declared != module.variables.end()) {
    pointer.type_ = module.types.Of(declared->second).element;
  }
  pointer.range_ = {0, module.types.Of(pointer.type_).size};
  return pointer;
}

void ShaderPointer::Index(const ShaderModuleIndex& module, uint32_t index) {
  if (!exact_) return;
  const ShaderType& type = module.types.Of(type_);
  const absl::optional<uint32_t> constant = module.types.Constant(index);
  absl::optional<uint64_t> stride;
  switch (type.kind) {
    case ShaderType::Kind::kStruct:
      IndexStruct(module, constant);
      return;
    case ShaderType::Kind::kArray:
      if (!in_block_) {
        type_ = type.element;
        range_ = {0, module.types.Of(type_).size};
        return;
      }
      stride = module.decorations.Of(type_).array_stride;
      break;
    case ShaderType::Kind::kVector:
      stride = module.types.Of(type.element).size;
      break;
    case ShaderType::Kind::kMatrix:
      if (!member_.row_major) stride = member_.matrix_stride;
      break;
    default:
      break;
  }
  IndexElement(module, constant, stride, type.element);
}

void ShaderPointer::IndexStruct(const ShaderModuleIndex& module,
                                absl::optional<uint32_t> index) {
  in_block_ = true;
  absl::optional<ByteRange> member;
  if (index.has_value()) {
    member = module.types.MemberRange(type_, *index, module.decorations);
  }
  if (!member.has_value()) return StayHere();
  member_ = module.decorations.OfMember(type_, *index);
  type_ = module.types.Of(type_).members[*index];
  range_ = {range_.offset + member->offset, member->size};
}

void ShaderPointer::IndexElement(const ShaderModuleIndex& module,
                                 absl::optional<uint32_t> index,
                                 absl::optional<uint64_t> stride,
                                 uint32_t element) {
  // Beyond any buffer: only a damaged module says so, and sums could wrap.
  constexpr uint64_t kFarthest = uint64_t{1} << 40;
  if (!index.has_value() || !stride.has_value() || *stride > kFarthest >> 32) {
    return StayHere();
  }
  const uint64_t offset = range_.offset + *index * *stride;
  if (offset > kFarthest) return StayHere();
  type_ = element;
  range_ = {offset,
            module.types.SizeInMember(element, member_, module.decorations)};
}

}  // namespace incoherent
