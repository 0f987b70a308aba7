#include "sim/memory/pipeline_scope.h"

#include <set>
#include <tuple>

#include "gtest/gtest.h"
#include "sim/memory/valid_usage.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr uint64_t kVertexInputs =
    kStageIndexInput | kStageVertexAttributeInput;
constexpr uint64_t kPreRasterization =
    kStageVertexShader | kStageTessellationControlShader |
    kStageTessellationEvaluationShader | kStageGeometryShader;
constexpr uint64_t kFragmentTests =
    kStageEarlyFragmentTests | kStageLateFragmentTests;
constexpr uint64_t kGraphics = kStageDrawIndirect | kVertexInputs |
                               kPreRasterization | kStageFragmentShader |
                               kFragmentTests | kStageColorAttachmentOutput;
constexpr uint64_t kTransfers =
    kStageCopy | kStageResolve | kStageBlit | kStageClear;
constexpr uint64_t kAll = kGraphics | kStageComputeShader | kTransfers;
constexpr uint64_t kShaderAccesses =
    kAccessUniformRead | kAccessShaderSampledRead | kAccessShaderStorageRead |
    kAccessShaderStorageWrite;
constexpr uint64_t kHostAccesses = kAccessHostRead | kAccessHostWrite;

TEST(PipelineScopeTest, CommandsRunInEveryStageButHost) {
  EXPECT_EQ(kCommandStages, kAll);
}

struct SupportRow {
  const char* stages;
  uint64_t accesses;
};

// The table of supported access types, chapter Synchronization.
const SupportRow kSupport[] = {
    {"none", 0},
    {"top_of_pipe", 0},
    {"bottom_of_pipe", 0},
    {"draw_indirect", kAccessIndirectCommandRead},
    {"index_input", kAccessIndexRead},
    {"vertex_attribute_input", kAccessVertexAttributeRead},
    {"vertex_input", kAccessIndexRead | kAccessVertexAttributeRead},
    {"vertex_shader", kShaderAccesses},
    {"tessellation_control_shader", kShaderAccesses},
    {"tessellation_evaluation_shader", kShaderAccesses},
    {"geometry_shader", kShaderAccesses},
    {"pre_rasterization_shaders", kShaderAccesses},
    {"compute_shader", kShaderAccesses},
    {"fragment_shader", kShaderAccesses | kAccessInputAttachmentRead},
    {"early_fragment_tests",
     kAccessDepthStencilAttachmentRead | kAccessDepthStencilAttachmentWrite},
    {"late_fragment_tests",
     kAccessDepthStencilAttachmentRead | kAccessDepthStencilAttachmentWrite},
    {"color_attachment_output",
     kAccessColorAttachmentRead | kAccessColorAttachmentWrite},
    {"copy", kAccessTransferRead | kAccessTransferWrite},
    {"resolve", kAccessTransferRead | kAccessTransferWrite},
    {"blit", kAccessTransferRead | kAccessTransferWrite},
    {"clear", kAccessTransferWrite},
    {"transfer", kAccessTransferRead | kAccessTransferWrite},
    {"all_graphics",
     kAccessIndirectCommandRead | kAccessIndexRead |
         kAccessVertexAttributeRead | kShaderAccesses |
         kAccessInputAttachmentRead | kAccessDepthStencilAttachmentRead |
         kAccessDepthStencilAttachmentWrite | kAccessColorAttachmentRead |
         kAccessColorAttachmentWrite},
    {"host", kHostAccesses},
    {"copy|host", kAccessTransferRead | kAccessTransferWrite | kHostAccesses},
};

TEST(PipelineScopeTest, StagesSupportTheAccessesOfTheTable) {
  for (const SupportRow& row : kSupport) {
    SCOPED_TRACE(row.stages);
    const auto stages = ParseStages(row.stages);
    ASSERT_TRUE(stages.ok());
    EXPECT_EQ(AccessNames(SupportedAccesses(*stages)),
              AccessNames(row.accesses));
  }
}

TEST(PipelineScopeTest, AllCommandsSupportsEveryAccessButTheHosts) {
  EXPECT_EQ(SupportedAccesses(kStageAllCommands), SupportedAccesses(kAll));
  EXPECT_EQ(SupportedAccesses(kStageAllCommands) & kHostAccesses, 0u);
}

struct StageRow {
  const char* name;
  uint64_t source, destination;
};

const StageRow kExecution[] = {
    {"none", 0, 0},
    {"top_of_pipe", 0, kAll},
    {"bottom_of_pipe", kAll, 0},
    {"all_commands", kAll, kAll},
    {"all_graphics", kGraphics, kGraphics | kStageComputeShader},
    {"host", kStageHost, kStageHost},
    {"host|all_commands", kAll | kStageHost, kAll | kStageHost},
    {"transfer", kTransfers, kTransfers},
    {"copy", kStageCopy, kStageCopy},
    {"clear", kStageClear, kStageClear},
    {"compute_shader", kStageDrawIndirect | kStageComputeShader,
     kStageComputeShader},
    {"draw_indirect", kStageDrawIndirect, kGraphics | kStageComputeShader},
    {"vertex_input", kStageDrawIndirect | kVertexInputs,
     kGraphics & ~kStageDrawIndirect},
    {"vertex_shader", kStageDrawIndirect | kVertexInputs | kStageVertexShader,
     kPreRasterization | kStageFragmentShader | kFragmentTests |
         kStageColorAttachmentOutput},
    {"fragment_shader",
     kGraphics & ~(kStageLateFragmentTests | kStageColorAttachmentOutput),
     kStageFragmentShader | kStageLateFragmentTests |
         kStageColorAttachmentOutput},
    {"early_fragment_tests",
     kStageDrawIndirect | kVertexInputs | kPreRasterization |
         kStageEarlyFragmentTests,
     kFragmentTests | kStageFragmentShader | kStageColorAttachmentOutput},
    {"color_attachment_output", kGraphics, kStageColorAttachmentOutput},
};

TEST(PipelineScopeTest, ExecutionScopesReachLogicallyEarlierAndLaterStages) {
  for (const StageRow& row : kExecution) {
    SCOPED_TRACE(row.name);
    const auto stages = ParseStages(row.name);
    ASSERT_TRUE(stages.ok());
    EXPECT_EQ(StageNames(ExpandSourceStages(*stages)), StageNames(row.source));
    EXPECT_EQ(StageNames(ExpandDestinationStages(*stages)),
              StageNames(row.destination));
  }
}

struct ScopeRow {
  Scope named, expanded;
};

const ScopeRow kMemoryScopes[] = {
    {{kStageAllTransfer, kAccessMemoryWrite},
     {kTransfers, kAccessTransferWrite}},
    {{kStageClear, kAccessMemoryRead | kAccessMemoryWrite},
     {kStageClear, kAccessTransferWrite}},
    {{kStageFragmentShader, kAccessShaderRead},
     {kStageFragmentShader,
      kAccessShaderSampledRead | kAccessShaderStorageRead}},
    {{kStageComputeShader, kAccessShaderWrite},
     {kStageComputeShader, kAccessShaderStorageWrite}},
    // Not the logically earlier stages: those are for execution only.
    {{kStageColorAttachmentOutput, kAccessMemoryWrite},
     {kStageColorAttachmentOutput, kAccessColorAttachmentWrite}},
    {{kStageTopOfPipe, kAccessMemoryRead | kAccessMemoryWrite}, {0, 0}},
    {{kStageBottomOfPipe, kAccessMemoryWrite}, {0, 0}},
    {{kStageHost, kAccessMemoryRead}, {kStageHost, kAccessHostRead}},
    {{kStageHost | kStageCopy, kAccessMemoryWrite},
     {kStageHost | kStageCopy, kAccessHostWrite | kAccessTransferWrite}},
    {{kStageHost, 0}, {kStageHost, 0}},
    {{0, kAccessMemoryRead}, {0, 0}},
};

TEST(PipelineScopeTest, MemoryScopesHaveTheirOwnStagesAndPlainAccesses) {
  for (const ScopeRow& row : kMemoryScopes) {
    SCOPED_TRACE(StageNames(row.named.stages) + "/" +
                 AccessNames(row.named.accesses));
    EXPECT_EQ(ExpandScope(row.named), row.expanded);
  }
}

TEST(PipelineScopeTest, AllCommandsHasNoHostAccess) {
  const Scope all =
      ExpandScope({kStageAllCommands, kAccessMemoryRead | kAccessMemoryWrite});
  EXPECT_TRUE(all.Includes({kStageCopy, kAccessTransferWrite}));
  EXPECT_TRUE(all.Includes({kStageComputeShader, kAccessShaderStorageRead}));
  EXPECT_FALSE(all.Includes({kStageHost, kAccessHostRead}));
}

TEST(PipelineScopeTest, ExpansionOfAnExpandedScopeChangesNothing) {
  for (int stage = 0; stage < 64; ++stage) {
    const Scope once = ExpandScope(
        {uint64_t{1} << stage, kAccessMemoryRead | kAccessMemoryWrite});
    EXPECT_EQ(ExpandScope(once), once);
  }
}

struct CheckRow {
  Scope scope;
  const char* prefix;
  const char* vuid;  // none: the scope is fine
};

constexpr char kSource[] = "VUID-VkMemoryBarrier2-srcAccessMask";
constexpr char kDestination[] = "VUID-VkBufferMemoryBarrier2-dstAccessMask";
constexpr char kLegacy[] =
    "VUID-vkCmdPipelineBarrier-pBufferMemoryBarriers-02817";

const CheckRow kChecks[] = {
    {{kStageHost, kAccessHostWrite}, kSource, nullptr},
    {{kStageCopy, kAccessHostRead},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03916"},
    {{kStageAllCommands, kAccessHostWrite},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03917"},
    {{kStageAllCommands, kAccessHostRead},
     kDestination,
     "VUID-VkBufferMemoryBarrier2-dstAccessMask-03916"},
    {{kStageComputeShader, kAccessIndirectCommandRead},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03900"},
    {{kStageClear, kAccessTransferRead},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03914"},
    {{kStageClear, kAccessTransferWrite}, kSource, nullptr},
    {{kStageAllTransfer, kAccessTransferRead}, kSource, nullptr},
    {{kStageCopy, kAccessShaderRead},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03908"},
    {{kStageCopy, kAccessShaderWrite},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03909"},
    {{kStageAllGraphics, kAccessShaderRead}, kSource, nullptr},
    {{kStageTopOfPipe, kAccessTransferRead},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03914"},
    {{kStageTopOfPipe, kAccessMemoryRead}, kSource, nullptr},
    {{0, kAccessMemoryWrite}, kSource, nullptr},
    {{0, 0}, kSource, nullptr},
    {{kStageCopy, kAccessHostWrite}, kLegacy, kLegacy},
    {{kStageCopy, kAccessUniformRead}, kLegacy, kLegacy},
    {{kStageHost, kAccessHostWrite}, kLegacy, nullptr},
    // Bit 21 is an extension's stage: nobody here knows what it performs,
    // but the host's accesses it does not.
    {{uint64_t{1} << 21, kAccessUniformRead}, kSource, nullptr},
    {{uint64_t{1} << 21, kAccessHostRead},
     kSource,
     "VUID-VkMemoryBarrier2-srcAccessMask-03916"},
};

TEST(PipelineScopeTest, AccessesNeedAStageThatPerformsThem) {
  for (const CheckRow& row : kChecks) {
    SCOPED_TRACE(StageNames(row.scope.stages) + "/" +
                 AccessNames(row.scope.accesses));
    const absl::Status status = CheckScope(row.scope, row.prefix);
    EXPECT_EQ(status.ok(), row.vuid == nullptr) << status;
    EXPECT_EQ(VuidOf(status).value_or(""), row.vuid ? row.vuid : "");
  }
}

struct RuleRow {
  const char* vuid;
  const char* what;
  uint64_t access;
  uint64_t breaking_stages, keeping_stages;
};

#define SOURCE_RULE(number) "VUID-VkMemoryBarrier2-srcAccessMask-" number

const RuleRow kRules[] = {
    {SOURCE_RULE("03900"), "indirect", kAccessIndirectCommandRead,
     kStageVertexInput, kStageDrawIndirect},
    {SOURCE_RULE("03901"), "index", kAccessIndexRead,
     kStageVertexAttributeInput, kStageVertexInput},
    {SOURCE_RULE("03902"), "vertex", kAccessVertexAttributeRead,
     kStageIndexInput, kStageVertexInput},
    {SOURCE_RULE("03903"), "input_attachment", kAccessInputAttachmentRead,
     kStagePreRasterizationShaders, kStageFragmentShader},
    {SOURCE_RULE("03904"), "uniform", kAccessUniformRead, kStageAllTransfer,
     kStagePreRasterizationShaders},
    {SOURCE_RULE("03905"), "sampled", kAccessShaderSampledRead,
     kStageColorAttachmentOutput, kStageFragmentShader},
    {SOURCE_RULE("03906"), "storage_read", kAccessShaderStorageRead,
     kStageVertexInput, kStageComputeShader},
    {SOURCE_RULE("03907"), "storage_write", kAccessShaderStorageWrite,
     kStageHost, kStageAllGraphics},
    {SOURCE_RULE("03908"), "shader_read", kAccessShaderRead, kStageCopy,
     kStageGeometryShader},
    {SOURCE_RULE("03909"), "shader_write", kAccessShaderWrite, kStageCopy,
     kStageComputeShader},
    {SOURCE_RULE("03910"), "color_read", kAccessColorAttachmentRead,
     kStageFragmentShader, kStageColorAttachmentOutput},
    {SOURCE_RULE("03911"), "color_write", kAccessColorAttachmentWrite,
     kStageLateFragmentTests, kStageAllGraphics},
    {SOURCE_RULE("03912"), "depth_read", kAccessDepthStencilAttachmentRead,
     kStageFragmentShader, kStageEarlyFragmentTests},
    {SOURCE_RULE("03913"), "depth_write", kAccessDepthStencilAttachmentWrite,
     kStageColorAttachmentOutput, kStageLateFragmentTests},
    {SOURCE_RULE("03914"), "transfer_read", kAccessTransferRead, kStageClear,
     kStageAllTransfer},
    {SOURCE_RULE("03915"), "transfer_write", kAccessTransferWrite,
     kStageAllGraphics, kStageClear},
    {SOURCE_RULE("03916"), "host_read", kAccessHostRead, kStageAllCommands,
     kStageHost},
    {SOURCE_RULE("03917"), "host_write", kAccessHostWrite, kStageAllCommands,
     kStageHost | kStageAllCommands},
};

#undef SOURCE_RULE

class ScopeRuleTest
    : public testing::TestWithParam<std::tuple<RuleRow, Verdict>> {};

TEST_P(ScopeRuleTest, AccessesNeedTheirStages) {
  const RuleRow& row = std::get<0>(GetParam());
  const Verdict verdict = std::get<1>(GetParam());
  const uint64_t stages =
      verdict == Verdict::kBreaks ? row.breaking_stages : row.keeping_stages;
  EXPECT_TRUE(
      Shows(verdict, row.vuid, CheckScope({stages, row.access}, kSource)));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, ScopeRuleTest,
    testing::Combine(testing::ValuesIn(kRules),
                     testing::Values(Verdict::kBreaks, Verdict::kKeeps)),
    [](const testing::TestParamInfo<ScopeRuleTest::ParamType>& info) {
      const RuleRow& row = std::get<0>(info.param);
      return RowName(row.vuid, std::get<1>(info.param), row.what);
    });

TEST(PipelineScopeTest, EveryUnsupportedAccessIsRefused) {
  for (int stage = 0; stage < 64; ++stage) {
    const uint64_t stages = uint64_t{1} << stage;
    if (!(stages & (kCommandStages | kStageHost))) continue;
    for (int bit = 0; bit < 64; ++bit) {
      const uint64_t access = uint64_t{1} << bit;
      if (!(access & SupportedAccesses(kCommandStages | kStageHost))) continue;
      EXPECT_EQ(CheckScope({stages, access}, kSource).ok(),
                (SupportedAccesses(stages) & access) != 0)
          << StageNames(stages) << "/" << AccessNames(access);
    }
  }
}

TEST(PipelineScopeTest, NamesReadBack) {
  for (int bit = 0; bit < 39; ++bit) {
    const uint64_t mask = uint64_t{1} << bit;
    if (StageNames(mask).substr(0, 2) != "0x") {
      EXPECT_EQ(ParseStages(StageNames(mask)).value_or(0), mask);
    }
    if (AccessNames(mask).substr(0, 2) != "0x") {
      EXPECT_EQ(ParseAccesses(AccessNames(mask)).value_or(0), mask);
    }
  }
  EXPECT_EQ(StageNames(kStageComputeShader | kStageCopy),
            "compute_shader|copy");
  EXPECT_EQ(AccessNames(kAccessShaderStorageWrite), "shader_storage_write");
  EXPECT_EQ(StageNames(0), "none");
  EXPECT_EQ(StageNames(kStageHost | 0x800000), "host|0x800000");
  EXPECT_EQ(ParseStages("transfer").value_or(0), kStageAllTransfer);
  EXPECT_EQ(ParseStages(" copy | host ").value_or(0), kStageCopy | kStageHost);
  EXPECT_EQ(ParseAccesses("none").value_or(1), 0u);
}

TEST(PipelineScopeTest, UnknownNamesAreToldWithNearOnes) {
  const absl::Status stage = ParseStages("copy|compute_shadr").status();
  EXPECT_EQ(stage.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(
      stage.message().find("'compute_shadr' is no pipeline stage; near are "
                           "compute_shader"),
      absl::string_view::npos)
      << stage;
  const absl::Status access = ParseAccesses("host_wirte").status();
  EXPECT_NE(access.message().find("host_write"), absl::string_view::npos);
  for (const char* text : {"", "|", "copy|", "HOST", "copy host"}) {
    EXPECT_FALSE(ParseStages(text).ok()) << text;
  }
  EXPECT_LT(ParseStages(std::string(100000, 'x')).status().message().size(),
            200u);
}

TEST(PipelineScopeTest, EachStageHasAnIndexOfItsOwn) {
  std::set<int> seen;
  int stages = 0;
  for (int bit = 0; bit < 64; ++bit) {
    const uint64_t stage = uint64_t{1} << bit;
    if (!(stage & (kCommandStages | kStageHost))) continue;
    ++stages;
    const int index = StageIndex(stage);
    EXPECT_GE(index, 0);
    EXPECT_LT(index, kStageSlots);
    seen.insert(index);
  }
  EXPECT_EQ(seen.size(), stages);
  EXPECT_EQ(stages, 17);
}

TEST(PipelineScopeDeathTest, CollectiveStagesHaveNoIndex) {
  EXPECT_DEATH(StageIndex(kStageAllCommands), "check failed");
  EXPECT_DEATH(StageIndex(kStageCopy | kStageClear), "check failed");
}

}  // namespace
}  // namespace incoherent
