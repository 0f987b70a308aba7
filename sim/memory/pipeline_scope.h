#ifndef INCOHERENT_SIM_MEMORY_PIPELINE_SCOPE_H_
#define INCOHERENT_SIM_MEMORY_PIPELINE_SCOPE_H_

// Pipeline stages, accesses, and the scopes that barriers make of them.
//
// The bits are Vulkan's own (VkPipelineStageFlagBits2, VkAccessFlagBits2), and
// the 32-bit legacy masks are the low halves of the same bits, so that a
// barrier can be compared with any trace; no Vulkan header is needed here.
//
//   a stage mask names           for execution            for memory
//   ALL_COMMANDS                 every stage but HOST     the same
//   ALL_GRAPHICS, ALL_TRANSFER,  their stages             the same
//     VERTEX_INPUT, PRE_RASTERIZATION_SHADERS
//   TOP_OF_PIPE                  source: nothing;         nothing
//                                destination: all but HOST
//   BOTTOM_OF_PIPE               source: all but HOST;    nothing
//                                destination: nothing
//   a graphics stage,            source: with the         itself
//     COMPUTE_SHADER             logically earlier ones;
//                                destination: with the
//                                logically later ones
//   HOST                         itself                   itself
//
// Logically earlier of a dispatch is DRAW_INDIRECT, of a draw the stages as the
// chapter lists them (early tests, fragment shader, late tests). A stage that
// only an extension has is left out of every expansion.
//
// HOST is a pseudo-stage: no command runs in it and ALL_COMMANDS has it not
// (chapter Synchronization, "Pipeline Stages").
//
//   an access mask names         means
//   MEMORY_READ, MEMORY_WRITE    every read, or write, that the stages support;
//                                the host's only where HOST is among them
//   SHADER_READ, SHADER_WRITE    sampled and storage reads; storage writes
//   others                       themselves
//
// Example:
//
//   Scope copies = {kStageAllTransfer, kAccessMemoryWrite};
//   Scope all = ExpandScope(copies);
//   all.Includes({kStageCopy, kAccessTransferWrite});   // true

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace incoherent {

// VkPipelineStageFlagBits2.
inline constexpr uint64_t kStageNone = 0;
inline constexpr uint64_t kStageTopOfPipe = 0x1;
inline constexpr uint64_t kStageDrawIndirect = 0x2;
inline constexpr uint64_t kStageVertexInput = 0x4;
inline constexpr uint64_t kStageVertexShader = 0x8;
inline constexpr uint64_t kStageTessellationControlShader = 0x10;
inline constexpr uint64_t kStageTessellationEvaluationShader = 0x20;
inline constexpr uint64_t kStageGeometryShader = 0x40;
inline constexpr uint64_t kStageFragmentShader = 0x80;
inline constexpr uint64_t kStageEarlyFragmentTests = 0x100;
inline constexpr uint64_t kStageLateFragmentTests = 0x200;
inline constexpr uint64_t kStageColorAttachmentOutput = 0x400;
inline constexpr uint64_t kStageComputeShader = 0x800;
inline constexpr uint64_t kStageAllTransfer = 0x1000;  // legacy TRANSFER
inline constexpr uint64_t kStageBottomOfPipe = 0x2000;
inline constexpr uint64_t kStageHost = 0x4000;
inline constexpr uint64_t kStageAllGraphics = 0x8000;
inline constexpr uint64_t kStageAllCommands = 0x10000;
inline constexpr uint64_t kStageCopy = 0x1'0000'0000;
inline constexpr uint64_t kStageResolve = 0x2'0000'0000;
inline constexpr uint64_t kStageBlit = 0x4'0000'0000;
inline constexpr uint64_t kStageClear = 0x8'0000'0000;
inline constexpr uint64_t kStageIndexInput = 0x10'0000'0000;
inline constexpr uint64_t kStageVertexAttributeInput = 0x20'0000'0000;
inline constexpr uint64_t kStagePreRasterizationShaders = 0x40'0000'0000;

// VkAccessFlagBits2.
inline constexpr uint64_t kAccessNone = 0;
inline constexpr uint64_t kAccessIndirectCommandRead = 0x1;
inline constexpr uint64_t kAccessIndexRead = 0x2;
inline constexpr uint64_t kAccessVertexAttributeRead = 0x4;
inline constexpr uint64_t kAccessUniformRead = 0x8;
inline constexpr uint64_t kAccessInputAttachmentRead = 0x10;
inline constexpr uint64_t kAccessShaderRead = 0x20;
inline constexpr uint64_t kAccessShaderWrite = 0x40;
inline constexpr uint64_t kAccessColorAttachmentRead = 0x80;
inline constexpr uint64_t kAccessColorAttachmentWrite = 0x100;
inline constexpr uint64_t kAccessDepthStencilAttachmentRead = 0x200;
inline constexpr uint64_t kAccessDepthStencilAttachmentWrite = 0x400;
inline constexpr uint64_t kAccessTransferRead = 0x800;
inline constexpr uint64_t kAccessTransferWrite = 0x1000;
inline constexpr uint64_t kAccessHostRead = 0x2000;
inline constexpr uint64_t kAccessHostWrite = 0x4000;
inline constexpr uint64_t kAccessMemoryRead = 0x8000;
inline constexpr uint64_t kAccessMemoryWrite = 0x10000;
inline constexpr uint64_t kAccessShaderSampledRead = 0x1'0000'0000;
inline constexpr uint64_t kAccessShaderStorageRead = 0x2'0000'0000;
inline constexpr uint64_t kAccessShaderStorageWrite = 0x4'0000'0000;

// One side of a dependency, as the application named it.
struct Scope {
  uint64_t stages = 0;
  uint64_t accesses = 0;

  // Whether every stage and access of `other` is among these. For expanded
  // scopes; a command's access is one stage and one access.
  bool Includes(const Scope& other) const {
    return (other.stages & ~stages) == 0 && (other.accesses & ~accesses) == 0;
  }
  bool operator==(const Scope& other) const {
    return stages == other.stages && accesses == other.accesses;
  }
};

// Where one command touches memory: exactly one stage that commands run in
// (never HOST, never a collective one) and one access (never a collective one).
using AccessPoint = Scope;

// The stages that commands run in, one bit each.
extern const uint64_t kCommandStages;

// Every memory access bit that some stage in the mask supports. For HOST:
// HOST_READ and HOST_WRITE.
uint64_t SupportedAccesses(uint64_t stages);

// Both sides of the tables above. `accesses` of the result has no collective
// bit; it has only what the stages support.
Scope ExpandScope(const Scope& scope);
uint64_t ExpandSourceStages(uint64_t stages);       // execution, first scope
uint64_t ExpandDestinationStages(uint64_t stages);  // execution, second scope

// What may be wrong with one side of a barrier on its own: an access that no
// named stage performs. The error is a ValidUsageError. The rules stand in each
// structure under the same numbers (03900 to 03917), so the caller names the
// rest: "VUID-VkMemoryBarrier2-srcAccessMask". In the legacy form one rule says
// it all; a prefix that ends in a digit is taken for that rule's whole VUID.
absl::Status CheckScope(const Scope& scope, absl::string_view vuid_prefix);

// "compute_shader|copy", "shader_storage_write"; "none" for 0, and a hex number
// for bits without a name.
std::string StageNames(uint64_t stages);
std::string AccessNames(uint64_t accesses);

// Reads the same, names joined by '|', lower case; also the legacy
// "transfer". The error says which name is unknown and lists a few near ones.
absl::StatusOr<uint64_t> ParseStages(absl::string_view names);
absl::StatusOr<uint64_t> ParseAccesses(absl::string_view names);

// The one bit's place, 0 to 31: for tables indexed by stage. Requires one bit
// of kCommandStages or kStageHost.
int StageIndex(uint64_t stage);
inline constexpr int kStageSlots = 32;

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_PIPELINE_SCOPE_H_
