#include "sim/memory/pipeline_scope.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

constexpr uint64_t kVertexInputStages =
    kStageIndexInput | kStageVertexAttributeInput;
constexpr uint64_t kPreRasterizationStages =
    kStageVertexShader | kStageTessellationControlShader |
    kStageTessellationEvaluationShader | kStageGeometryShader;
constexpr uint64_t kShaderStages =
    kPreRasterizationStages | kStageFragmentShader | kStageComputeShader;
constexpr uint64_t kFragmentTestStages =
    kStageEarlyFragmentTests | kStageLateFragmentTests;
constexpr uint64_t kGraphicsStages =
    kStageDrawIndirect | kVertexInputStages | kPreRasterizationStages |
    kStageFragmentShader | kFragmentTestStages | kStageColorAttachmentOutput;
constexpr uint64_t kReadingTransferStages =
    kStageCopy | kStageResolve | kStageBlit;
constexpr uint64_t kTransferStages = kReadingTransferStages | kStageClear;
constexpr uint64_t kAllCommandStages =
    kGraphicsStages | kStageComputeShader | kTransferStages;

constexpr uint64_t kShaderReads =
    kAccessShaderSampledRead | kAccessShaderStorageRead;

// In which order one draw, and one dispatch, goes through its stages.
constexpr uint64_t kDrawOrder[] = {
    kStageDrawIndirect,
    kStageIndexInput,
    kStageVertexAttributeInput,
    kStageVertexShader,
    kStageTessellationControlShader,
    kStageTessellationEvaluationShader,
    kStageGeometryShader,
    kStageEarlyFragmentTests,
    kStageFragmentShader,
    kStageLateFragmentTests,
    kStageColorAttachmentOutput,
};
constexpr uint64_t kDispatchOrder[] = {kStageDrawIndirect, kStageComputeShader};

// Which stages perform an access, and the rule that says so, as the source side
// of VkMemoryBarrier2 has it; the number is the same on the other side and in
// every other structure.
struct AccessRule {
  uint64_t access;
  uint64_t stages;
  absl::string_view rule;
};

constexpr AccessRule kAccessRules[] = {
    {kAccessIndirectCommandRead, kStageDrawIndirect, "srcAccessMask-03900"},
    {kAccessIndexRead, kStageIndexInput, "srcAccessMask-03901"},
    {kAccessVertexAttributeRead, kStageVertexAttributeInput,
     "srcAccessMask-03902"},
    {kAccessInputAttachmentRead, kStageFragmentShader, "srcAccessMask-03903"},
    {kAccessUniformRead, kShaderStages, "srcAccessMask-03904"},
    {kAccessShaderSampledRead, kShaderStages, "srcAccessMask-03905"},
    {kAccessShaderStorageRead, kShaderStages, "srcAccessMask-03906"},
    {kAccessShaderStorageWrite, kShaderStages, "srcAccessMask-03907"},
    {kAccessColorAttachmentRead, kStageColorAttachmentOutput,
     "srcAccessMask-03910"},
    {kAccessColorAttachmentWrite, kStageColorAttachmentOutput,
     "srcAccessMask-03911"},
    {kAccessDepthStencilAttachmentRead, kFragmentTestStages,
     "srcAccessMask-03912"},
    {kAccessDepthStencilAttachmentWrite, kFragmentTestStages,
     "srcAccessMask-03913"},
    {kAccessTransferRead, kReadingTransferStages, "srcAccessMask-03914"},
    {kAccessTransferWrite, kTransferStages, "srcAccessMask-03915"},
    {kAccessHostRead, kStageHost, "srcAccessMask-03916"},
    {kAccessHostWrite, kStageHost, "srcAccessMask-03917"},
};
// The collective ones that have a rule: satisfied by any shader stage.
constexpr AccessRule kCollectiveRules[] = {
    {kAccessShaderRead, kShaderStages, "srcAccessMask-03908"},
    {kAccessShaderWrite, kShaderStages, "srcAccessMask-03909"},
};

constexpr uint64_t kReads =
    kAccessIndirectCommandRead | kAccessIndexRead | kAccessVertexAttributeRead |
    kAccessInputAttachmentRead | kAccessUniformRead | kShaderReads |
    kAccessColorAttachmentRead | kAccessDepthStencilAttachmentRead |
    kAccessTransferRead | kAccessHostRead;
constexpr uint64_t kWrites = kAccessShaderStorageWrite |
                             kAccessColorAttachmentWrite |
                             kAccessDepthStencilAttachmentWrite |
                             kAccessTransferWrite | kAccessHostWrite;

// Replaces the collective stages by theirs, and drops what is no stage that
// something runs in.
uint64_t ExpandStages(uint64_t stages) {
  uint64_t expanded = stages & (kAllCommandStages | kStageHost);
  if (stages & kStageAllCommands) expanded |= kAllCommandStages;
  if (stages & kStageAllGraphics) expanded |= kGraphicsStages;
  if (stages & kStageAllTransfer) expanded |= kTransferStages;
  if (stages & kStageVertexInput) expanded |= kVertexInputStages;
  if (stages & kStagePreRasterizationShaders) {
    expanded |= kPreRasterizationStages;
  }
  return expanded;
}

uint64_t ExpandAccesses(uint64_t accesses) {
  uint64_t expanded = accesses & (kReads | kWrites);
  if (accesses & kAccessMemoryRead) expanded |= kReads;
  if (accesses & kAccessMemoryWrite) expanded |= kWrites;
  if (accesses & kAccessShaderRead) expanded |= kShaderReads;
  if (accesses & kAccessShaderWrite) expanded |= kAccessShaderStorageWrite;
  return expanded;
}

template <size_t N>
uint64_t WithEarlier(uint64_t stages, const uint64_t (&order)[N]) {
  uint64_t result = stages;
  uint64_t earlier = 0;
  for (uint64_t stage : order) {
    earlier |= stage;
    if (stages & stage) result |= earlier;
  }
  return result;
}

template <size_t N>
uint64_t WithLater(uint64_t stages, const uint64_t (&order)[N]) {
  uint64_t result = stages;
  bool found = false;
  for (uint64_t stage : order) {
    found = found || (stages & stage) != 0;
    if (found) result |= stage;
  }
  return result;
}

absl::Status Broken(const AccessRule& rule, uint64_t stages,
                    absl::string_view vuid_prefix) {
  const size_t dash = rule.rule.rfind('-');
  const bool whole_vuid =
      !vuid_prefix.empty() && absl::ascii_isdigit(vuid_prefix.back());
  return ValidUsageError(
      whole_vuid ? std::string(vuid_prefix)
                 : absl::StrCat(vuid_prefix, rule.rule.substr(dash)),
      absl::StrCat("access ", AccessNames(rule.access),
                   " needs a stage that performs it (", StageNames(rule.stages),
                   "), not ", StageNames(stages)));
}

}  // namespace

const uint64_t kCommandStages = kAllCommandStages;

uint64_t SupportedAccesses(uint64_t stages) {
  const uint64_t expanded = ExpandStages(stages);
  uint64_t accesses = 0;
  for (const AccessRule& rule : kAccessRules) {
    if (rule.stages & expanded) accesses |= rule.access;
  }
  return accesses;
}

Scope ExpandScope(const Scope& scope) {
  return {ExpandStages(scope.stages),
          ExpandAccesses(scope.accesses) & SupportedAccesses(scope.stages)};
}

uint64_t ExpandSourceStages(uint64_t stages) {
  if (stages & kStageBottomOfPipe) stages |= kStageAllCommands;
  const uint64_t named = ExpandStages(stages);
  return WithEarlier(named, kDrawOrder) | WithEarlier(named, kDispatchOrder);
}

uint64_t ExpandDestinationStages(uint64_t stages) {
  if (stages & kStageTopOfPipe) stages |= kStageAllCommands;
  const uint64_t named = ExpandStages(stages);
  return WithLater(named, kDrawOrder) | WithLater(named, kDispatchOrder);
}

absl::Status CheckScope(const Scope& scope, absl::string_view vuid_prefix) {
  constexpr uint64_t kKnownStages =
      kAllCommandStages | kStageHost | kStageTopOfPipe | kStageBottomOfPipe |
      kStageAllCommands | kStageAllGraphics | kStageAllTransfer |
      kStageVertexInput | kStagePreRasterizationShaders;
  const uint64_t expanded = ExpandStages(scope.stages);
  // An extension's stage may perform any access but the host's.
  const bool foreign_stage = (scope.stages & ~kKnownStages) != 0;
  const auto breaks = [&](const AccessRule& rule) {
    return (scope.accesses & rule.access) && !(expanded & rule.stages) &&
           (!foreign_stage || rule.stages == kStageHost);
  };
  for (const AccessRule& rule : kAccessRules) {
    if (breaks(rule)) return Broken(rule, scope.stages, vuid_prefix);
  }
  for (const AccessRule& rule : kCollectiveRules) {
    if (breaks(rule)) return Broken(rule, scope.stages, vuid_prefix);
  }
  return absl::OkStatus();
}

int StageIndex(uint64_t stage) {
  INCOHERENT_CHECK(stage != 0 && (stage & (stage - 1)) == 0 &&
                       (stage & (kAllCommandStages | kStageHost)) != 0,
                   "one stage that commands run in, or HOST");
  const int bit = __builtin_ctzll(stage);
  // Bits 0 to 16, and from 32 on.
  return bit < 17 ? bit : 17 + bit - 32;
}

}  // namespace incoherent
