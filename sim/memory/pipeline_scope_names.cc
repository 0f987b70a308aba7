// The names of stages and accesses: Vulkan's, in lower case, without prefix
// and _BIT.

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {
namespace {

struct Name {
  uint64_t bit;
  const char* text;
};

// Of two names for one bit, the first is said and both are read.
constexpr Name kStageNames[] = {
    {kStageTopOfPipe, "top_of_pipe"},
    {kStageDrawIndirect, "draw_indirect"},
    {kStageVertexInput, "vertex_input"},
    {kStageVertexShader, "vertex_shader"},
    {kStageTessellationControlShader, "tessellation_control_shader"},
    {kStageTessellationEvaluationShader, "tessellation_evaluation_shader"},
    {kStageGeometryShader, "geometry_shader"},
    {kStageFragmentShader, "fragment_shader"},
    {kStageEarlyFragmentTests, "early_fragment_tests"},
    {kStageLateFragmentTests, "late_fragment_tests"},
    {kStageColorAttachmentOutput, "color_attachment_output"},
    {kStageComputeShader, "compute_shader"},
    {kStageAllTransfer, "all_transfer"},
    {kStageAllTransfer, "transfer"},
    {kStageBottomOfPipe, "bottom_of_pipe"},
    {kStageHost, "host"},
    {kStageAllGraphics, "all_graphics"},
    {kStageAllCommands, "all_commands"},
    {kStageCopy, "copy"},
    {kStageResolve, "resolve"},
    {kStageBlit, "blit"},
    {kStageClear, "clear"},
    {kStageIndexInput, "index_input"},
    {kStageVertexAttributeInput, "vertex_attribute_input"},
    {kStagePreRasterizationShaders, "pre_rasterization_shaders"},
};

constexpr Name kAccessNames[] = {
    {kAccessIndirectCommandRead, "indirect_command_read"},
    {kAccessIndexRead, "index_read"},
    {kAccessVertexAttributeRead, "vertex_attribute_read"},
    {kAccessUniformRead, "uniform_read"},
    {kAccessInputAttachmentRead, "input_attachment_read"},
    {kAccessShaderRead, "shader_read"},
    {kAccessShaderWrite, "shader_write"},
    {kAccessColorAttachmentRead, "color_attachment_read"},
    {kAccessColorAttachmentWrite, "color_attachment_write"},
    {kAccessDepthStencilAttachmentRead, "depth_stencil_attachment_read"},
    {kAccessDepthStencilAttachmentWrite, "depth_stencil_attachment_write"},
    {kAccessTransferRead, "transfer_read"},
    {kAccessTransferWrite, "transfer_write"},
    {kAccessHostRead, "host_read"},
    {kAccessHostWrite, "host_write"},
    {kAccessMemoryRead, "memory_read"},
    {kAccessMemoryWrite, "memory_write"},
    {kAccessShaderSampledRead, "shader_sampled_read"},
    {kAccessShaderStorageRead, "shader_storage_read"},
    {kAccessShaderStorageWrite, "shader_storage_write"},
};

constexpr char kNone[] = "none";

std::string Join(uint64_t mask, absl::Span<const Name> names) {
  if (mask == 0) return kNone;
  std::vector<std::string> parts;
  for (const Name& name : names) {
    if (mask & name.bit) parts.push_back(name.text);
    mask &= ~name.bit;
  }
  if (mask != 0) parts.push_back(absl::StrCat("0x", absl::Hex(mask)));
  return absl::StrJoin(parts, "|");
}

// How many letters must change, come or go between two names.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

absl::Status UnknownName(absl::string_view kind, absl::string_view word,
                         absl::Span<const Name> names) {
  constexpr size_t kSuggestions = 3;
  constexpr size_t kLongestWord = 40;  // of a name, and what is worth showing
  const absl::string_view shown = word.substr(0, kLongestWord);
  std::vector<std::string> near;
  for (const Name& name : names) near.push_back(name.text);
  std::stable_sort(near.begin(), near.end(),
                   [&](const std::string& a, const std::string& b) {
                     return EditDistance(a, shown) < EditDistance(b, shown);
                   });
  near.resize(kSuggestions);
  return absl::InvalidArgumentError(absl::StrCat(
      "'", shown, "' is no ", kind, "; near are ", absl::StrJoin(near, ", ")));
}

absl::StatusOr<uint64_t> Parse(absl::string_view kind, absl::string_view text,
                               absl::Span<const Name> names) {
  if (absl::StripAsciiWhitespace(text) == kNone) return 0;
  uint64_t mask = 0;
  for (absl::string_view part : absl::StrSplit(text, '|')) {
    const absl::string_view word = absl::StripAsciiWhitespace(part);
    const auto name =
        std::find_if(names.begin(), names.end(),
                     [&](const Name& n) { return word == n.text; });
    if (name == names.end()) return UnknownName(kind, word, names);
    mask |= name->bit;
  }
  return mask;
}

}  // namespace

std::string StageNames(uint64_t stages) { return Join(stages, kStageNames); }

std::string AccessNames(uint64_t accesses) {
  return Join(accesses, kAccessNames);
}

absl::StatusOr<uint64_t> ParseStages(absl::string_view names) {
  return Parse("pipeline stage", names, kStageNames);
}

absl::StatusOr<uint64_t> ParseAccesses(absl::string_view names) {
  return Parse("access", names, kAccessNames);
}

}  // namespace incoherent
