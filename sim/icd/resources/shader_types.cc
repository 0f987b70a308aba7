#include "sim/icd/resources/shader_types.h"

#include <algorithm>
#include <utility>

namespace incoherent {
namespace {

// No descriptor shows more (maxStorageBufferRange has 32 bits), so sums of what
// is below do not wrap.
constexpr uint64_t kMostBytes = uint64_t{1} << 40;

uint64_t Clamp(uint64_t size) { return size > kMostBytes ? kWholeSize : size; }

// `count` elements, `stride` bytes apart, of which the last one ends early.
uint64_t StridedSize(uint32_t count, absl::optional<uint32_t> stride,
                     uint64_t element) {
  if (count == 0 || !stride.has_value() || element == kWholeSize) {
    return kWholeSize;
  }
  return Clamp(uint64_t{count - 1} * *stride + element);
}

ShaderType Scalar(uint32_t bits) {
  ShaderType type;
  type.kind = ShaderType::Kind::kScalar;
  type.size = bits / 8;
  return type;
}

ShaderType ReadImage(const ShaderInstruction& instruction) {
  ShaderType type;
  type.kind = ShaderType::Kind::kImage;
  type.dimension = instruction.At(3);
  type.storage_image = instruction.At(7) == 2;  // "Sampled": without a sampler
  return type;
}

ShaderType ReadPointer(const ShaderInstruction& instruction) {
  ShaderType type;
  type.kind = ShaderType::Kind::kPointer;
  type.storage_class = instruction.At(2);
  type.element = instruction.At(3);
  if (type.storage_class == spv::StorageClassPhysicalStorageBuffer) {
    type.size = sizeof(uint64_t);
  }
  return type;
}

}  // namespace

void ShaderTypes::Read(const ShaderInstruction& instruction,
                       const ShaderDecorations& decorations) {
  const uint32_t id = instruction.At(1);
  ShaderType type;
  switch (instruction.opcode()) {
    case spv::OpConstant:
    case spv::OpSpecConstant:
      constants_[instruction.At(2)] = instruction.At(3);
      return;
    case spv::OpTypeInt:
    case spv::OpTypeFloat:
      type = Scalar(instruction.At(2));
      break;
    case spv::OpTypeVector:
    case spv::OpTypeMatrix: {
      const bool vector = instruction.opcode() == spv::OpTypeVector;
      type.kind =
          vector ? ShaderType::Kind::kVector : ShaderType::Kind::kMatrix;
      type.element = instruction.At(2);
      type.count = instruction.At(3);
      const uint64_t element = Of(type.element).size;
      if (vector && element != kWholeSize) {
        type.size = Clamp(type.count * element);
      }
      break;
    }
    case spv::OpTypeArray:
    case spv::OpTypeRuntimeArray:
      type = ReadArray(instruction, decorations);
      break;
    case spv::OpTypeStruct:
      type = ReadStruct(instruction, decorations);
      break;
    case spv::OpTypePointer:
      type = ReadPointer(instruction);
      break;
    case spv::OpTypeImage:
      type = ReadImage(instruction);
      break;
    case spv::OpTypeSampledImage:
      type.kind = ShaderType::Kind::kSampledImage;
      break;
    default:
      return;
  }
  types_[id] = std::move(type);
}

const ShaderType& ShaderTypes::Of(uint32_t id) const {
  static const auto* const none = new ShaderType;
  const auto found = types_.find(id);
  return found == types_.end() ? *none : found->second;
}

absl::optional<uint32_t> ShaderTypes::Constant(uint32_t id) const {
  const auto found = constants_.find(id);
  if (found == constants_.end()) return absl::nullopt;
  return found->second;
}

ShaderType ShaderTypes::ReadArray(const ShaderInstruction& instruction,
                                  const ShaderDecorations& decorations) const {
  ShaderType type;
  type.kind = ShaderType::Kind::kArray;
  type.element = instruction.At(2);
  if (instruction.opcode() == spv::OpTypeArray) {
    type.count = Constant(instruction.At(3)).value_or(0);
  }
  type.size =
      StridedSize(type.count, decorations.Of(instruction.At(1)).array_stride,
                  Of(type.element).size);
  return type;
}

ShaderType ShaderTypes::ReadStruct(const ShaderInstruction& instruction,
                                   const ShaderDecorations& decorations) const {
  ShaderType type;
  type.kind = ShaderType::Kind::kStruct;
  type.size = 0;
  for (size_t i = 2; i < instruction.words.size(); ++i) {
    const uint32_t member = static_cast<uint32_t>(i) - 2;
    const ShaderDecoration& decoration =
        decorations.OfMember(instruction.At(1), member);
    type.members.push_back(instruction.words[i]);
    const uint64_t size =
        SizeInMember(instruction.words[i], decoration, decorations);
    type.size = size == kWholeSize || type.size == kWholeSize
                    ? kWholeSize
                    : std::max(type.size, decoration.offset.value_or(0) + size);
  }
  return type;
}

uint64_t ShaderTypes::MatrixSize(const ShaderType& matrix,
                                 const ShaderDecoration& member) const {
  const ShaderType& column = Of(matrix.element);
  if (!member.row_major) {
    return StridedSize(matrix.count, member.matrix_stride, column.size);
  }
  const uint64_t scalar = Of(column.element).size;
  if (scalar == kWholeSize) return kWholeSize;
  return StridedSize(column.count, member.matrix_stride,
                     Clamp(matrix.count * scalar));
}

uint64_t ShaderTypes::SizeInMember(uint32_t type,
                                   const ShaderDecoration& member,
                                   const ShaderDecorations& decorations) const {
  // Arrays of matrices, from the outermost in: all but the last element of
  // each, then the matrix. A damaged module may have arrays of themselves.
  constexpr int kMostDimensions = 16;
  uint64_t before = 0;
  const ShaderType* at = &Of(type);
  uint32_t id = type;
  for (int i = 0; i < kMostDimensions; ++i) {
    if (at->kind == ShaderType::Kind::kMatrix) {
      const uint64_t size = MatrixSize(*at, member);
      return size == kWholeSize ? kWholeSize : Clamp(before + size);
    }
    if (at->kind != ShaderType::Kind::kArray) break;
    const uint64_t own =
        StridedSize(at->count, decorations.Of(id).array_stride, 0);
    if (own == kWholeSize) return kWholeSize;
    before += own;
    id = at->element;
    at = &Of(id);
  }
  return Of(type).size;
}

absl::optional<ByteRange> ShaderTypes::MemberRange(
    uint32_t struct_type, uint32_t member,
    const ShaderDecorations& decorations) const {
  const ShaderType& type = Of(struct_type);
  const ShaderDecoration& decoration =
      decorations.OfMember(struct_type, member);
  if (member >= type.members.size() || !decoration.offset.has_value()) {
    return absl::nullopt;
  }
  return ByteRange{*decoration.offset,
                   SizeInMember(type.members[member], decoration, decorations)};
}

}  // namespace incoherent
