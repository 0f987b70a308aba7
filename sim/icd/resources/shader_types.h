#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_TYPES_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_TYPES_H_

// ShaderTypes: the types of a SPIR-V module, and where the members of its
// blocks lie (chapter Shader Interfaces, "Offset and Stride Assignment").
//
// A size counts from the first byte to the last one that belongs to a value:
// the padding after the last element of an array is no part of it. What has no
// end, or none that is known, has size kWholeSize: runtime arrays, arrays whose
// length is computed from specialization constants, opaque types, whatever
// lacks its strides.
//
// Types stand before what is made of them, so each size is known when its type
// is read, and no module, however damaged, makes this run long.

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/optional.h"
#include "sim/icd/resources/shader_decorations.h"
#include "sim/icd/resources/shader_instruction.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

struct ShaderType {
  enum class Kind : uint8_t {
    kOther,
    kScalar,
    kVector,
    kMatrix,
    kArray,
    kStruct,
    kPointer,
    kImage,
    kSampledImage,
  };

  Kind kind = Kind::kOther;
  uint64_t size = kWholeSize;
  // What a vector, matrix or array is of, or a pointer points to.
  uint32_t element = 0;
  // Components, columns or elements; 0: not known, or a runtime array.
  uint32_t count = 0;
  uint32_t storage_class = 0;  // of pointers
  uint32_t dimension = 0;      // of images: spv::Dim
  bool storage_image = false;
  std::vector<uint32_t> members;  // of structs
};

class ShaderTypes {
 public:
  // Takes notice if the instruction is a type or a constant. Decorations come
  // before types in a module, so all are known.
  void Read(const ShaderInstruction& instruction,
            const ShaderDecorations& decorations);

  // Kind kOther for what is no type.
  const ShaderType& Of(uint32_t id) const;
  // The value of a 32-bit constant.
  absl::optional<uint32_t> Constant(uint32_t id) const;

  // Where a member of a struct lies; none if it has no Offset.
  absl::optional<ByteRange> MemberRange(
      uint32_t struct_type, uint32_t member,
      const ShaderDecorations& decorations) const;
  // Of a type inside a member, which says how matrices lie.
  uint64_t SizeInMember(uint32_t type, const ShaderDecoration& member,
                        const ShaderDecorations& decorations) const;

 private:
  ShaderType ReadArray(const ShaderInstruction& instruction,
                       const ShaderDecorations& decorations) const;
  ShaderType ReadStruct(const ShaderInstruction& instruction,
                        const ShaderDecorations& decorations) const;
  uint64_t MatrixSize(const ShaderType& matrix,
                      const ShaderDecoration& member) const;

  absl::flat_hash_map<uint32_t, ShaderType> types_;
  absl::flat_hash_map<uint32_t, uint32_t> constants_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_TYPES_H_
