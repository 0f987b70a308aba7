// Memory that is the application's own pages (VK_EXT_external_memory_host).

#include <sys/mman.h>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/host_import.h"

namespace incoherent {
namespace {

constexpr char kInvalidateText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkInvalidateMappedMemoryRanges";
constexpr char kFlushText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkFlushMappedMemoryRanges";
constexpr char kNotMapped[] = "VUID-VkMappedMemoryRange-memory-00684";

constexpr VkDeviceSize kSize = 4096;
const Bytes kNew = Fresh(kSize, 1);

// The pages are the application's, so it never maps; its flush is refused.
Outcome FlushOfAnUnmappedImport(VulkanApp& app, Build build) {
  AddressRange pages(kSize, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kSize, app.TypeOf(MemoryKind::kNonCoherent)));
  m.Name("import");
  uint8_t* p = build == Build::kRight ? m.Map() : pages.at();
  Write(p, kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(m)};
}

Outcome UnflushedImport(VulkanApp& app, Build build) {
  AddressRange pages(kSize, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kSize, app.TypeOf(MemoryKind::kNonCoherent)));
  m.Name("import");
  Write(m.Map(), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(m)};
}

Outcome StaleImport(VulkanApp& app, Build build) {
  AddressRange pages(kSize, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kSize, app.TypeOf(MemoryKind::kNonCoherent)));
  m.Name("import");
  const uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, 0xaa);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(0xaa), BytesOf(LoadWord(p + 1200))};
}

}  // namespace

std::vector<FindingProgram> ImportPrograms() {
  std::vector<FindingProgram> programs = {
      {"FlushOfAnUnmappedImport",
       kFlushText,
       FlushOfAnUnmappedImport,
       {BrokenRule(kNotMapped).Command("vkFlushMappedMemoryRanges"),
        Lost({0, kSize}).Command("vkCmdCopyBuffer").Of("import").IfSeen()},
       Sees::kAnyBytes},
      {"UnflushedImport",
       kInvalidateText,
       UnflushedImport,
       {Lost({0, kSize}).Exactly().Command("vkCmdCopyBuffer").Of("import")}},
      {"StaleImport",
       kInvalidateText,
       StaleImport,
       {Stale({1200, 4})
            .Exactly()
            .Command("vkCmdFillBuffer")
            .Of("import")
            .ReadIn("StaleImport", "import_programs.cc")
            // The application's own pages are not guarded.
            .IfSeen()}},
  };
  for (FindingProgram& each : programs) each.request = HostImportDevice();
  return programs;
}

}  // namespace incoherent
