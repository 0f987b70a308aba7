// Flushes and invalidates that have nothing to do; told only if asked for.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kFlushText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkFlushMappedMemoryRanges";
constexpr char kInvalidateText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkInvalidateMappedMemoryRanges";

constexpr VkDeviceSize kSize = 4096;
const Bytes kNew = Fresh(kSize, 1);

Outcome FlushOfNothing(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  Write(m.Map(), kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(m)};
}

Outcome FlushOfCoherentMemory(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  Write(m.Map(), kNew);
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(m)};
}

Outcome InvalidateOfNothing(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  app.DeviceWrite(m, 0, kNew);
  m.Invalidate(0, VK_WHOLE_SIZE);
  if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

}  // namespace

std::vector<FindingProgram> LintPrograms() {
  const ExpectedFinding useless =
      ExpectedFinding(HazardKind::kUselessSync, MissingStep::kNone)
          .As(Severity::kWarning);
  const ExpectedFinding flush = useless.Command("vkFlushMappedMemoryRanges");
  std::vector<FindingProgram> programs = {
      {"FlushOfNothing", kFlushText, FlushOfNothing, {flush}},
      {"FlushOfCoherentMemory", kFlushText, FlushOfCoherentMemory, {flush}},
      {"InvalidateOfNothing",
       kInvalidateText,
       InvalidateOfNothing,
       {useless.Command("vkInvalidateMappedMemoryRanges")}},
  };
  std::vector<FindingProgram> all;
  for (FindingProgram& each : programs) {
    each.sees = Sees::kRightBytes;
    each.lint = "1";
    all.push_back(each);
    each.name += "Unasked";
    each.lint = "";
    each.expected.clear();
    all.push_back(each);
  }
  return all;
}

}  // namespace incoherent
