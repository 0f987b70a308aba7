#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_ACCESS_SCAN_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_ACCESS_SCAN_H_

// Which variables the functions behind one entry point of a SPIR-V module
// load from and store to, by a walk over their instructions.
//
// Every function that the entry point can call counts, every block in it too:
// whether a branch is taken is not asked. A pointer that goes where it cannot
// be followed (into a function's parameter, a phi, a select) is *passed on*:
// anything may happen through it.
//
// Example:
//
//   absl::optional<ShaderAccesses> accesses =
//       ScanShaderAccesses(index, "main", spv::ExecutionModelGLCompute);
//   accesses->variables[id].writes.ranges();

#include <cstdint>
#include <map>
#include <string>

#include "absl/types/optional.h"
#include "sim/icd/resources/shader_module_index.h"
#include "sim/icd/resources/shader_ranges.h"

namespace incoherent {

// What is done to a variable: bytes of the block, or of any block of an array
// of them. Of what is no block, everything: {0, kWholeSize}.
struct VariableAccess {
  ShaderRanges reads;      // all of these bytes
  ShaderRanges may_reads;  // some of them
  ShaderRanges writes;     // some of them
  bool passed_on = false;
};

struct ShaderAccesses {
  // Global variables, by id. Those that are not used are not there.
  std::map<uint32_t, VariableAccess> variables;
  // Through pointers of storage class PhysicalStorageBuffer.
  bool reads_physical_addresses = false;
  bool writes_physical_addresses = false;
};

// None if the module has no such entry point. The model is a
// spv::ExecutionModel.
absl::optional<ShaderAccesses> ScanShaderAccesses(
    const ShaderModuleIndex& module, const std::string& entry_point,
    uint32_t execution_model);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_ACCESS_SCAN_H_
