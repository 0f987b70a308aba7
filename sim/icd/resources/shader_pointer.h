#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_POINTER_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_POINTER_H_

// ShaderPointer: where a pointer of a shader points to inside a variable, as
// far as its indices are constants.
//
//   an index into                        leads to
//   an array of descriptors              the block, whichever it is
//   a struct                             the member
//   an array, a vector, a matrix's       the element; one that is computed
//     columns                              leaves it at all of them
//   a row-major matrix                   all of it
//
// Once it is left at more than what is meant, it is not exact, and stays there.

#include <cstdint>

#include "sim/icd/resources/shader_module_index.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class ShaderPointer {
 public:
  // To the whole of a global variable.
  static ShaderPointer ToVariable(const ShaderModuleIndex& module,
                                  uint32_t variable);

  uint32_t variable() const { return variable_; }
  // In the block, or in each block of an array of them; of a runtime array
  // without an end (size kWholeSize).
  const ByteRange& range() const { return range_; }
  // Whether a load through it surely reads all of the range.
  bool exact() const { return exact_ && range_.size != kWholeSize; }

  // What an index of an access chain makes of it; the id of the index.
  void Index(const ShaderModuleIndex& module, uint32_t index);

 private:
  void IndexStruct(const ShaderModuleIndex& module,
                   absl::optional<uint32_t> index);
  // Elements of the type `element`, so many bytes apart.
  void IndexElement(const ShaderModuleIndex& module,
                    absl::optional<uint32_t> index,
                    absl::optional<uint64_t> stride, uint32_t element);
  void StayHere() { exact_ = false; }

  uint32_t variable_ = 0;
  uint32_t type_ = 0;  // of what it points to
  ByteRange range_;
  bool in_block_ = false;  // past the arrays of descriptors
  bool exact_ = true;
  ShaderDecoration member_;  // of the innermost member: how its matrices lie
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_POINTER_H_
