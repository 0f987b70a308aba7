// Device writes to non-coherent memory that reached the host domain, and that
// no invalidate, or not the right one, made visible to the host.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kInvalidateText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkInvalidateMappedMemoryRanges";
constexpr char kFile[] = "missing_invalidate_programs.cc";
constexpr char kFill[] = "vkCmdFillBuffer";

constexpr VkDeviceSize kSize = 4096;
constexpr uint8_t kNew = 0xaa;

// Memory that the host has in its cache.
uint8_t* MapWarm(AppMemory& m) {
  uint8_t* p = m.Map();
  Write(p, Filled(m.size(), 0x11));
  m.Flush(0, VK_WHOLE_SIZE);
  return p;
}

void FillForHost(Commands& rec, const AppMemory& m) {
  rec.Fill(m, 0, m.size(), kNew);
  rec.BarrierToHost();
}

Outcome NoInvalidate(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  app.Run([&](Commands& rec) { FillForHost(rec, m); });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {Filled(kSize, kNew), Read(p, kSize)};
}

Outcome OneWordRead(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  app.Run([&](Commands& rec) { FillForHost(rec, m); });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(kNew), BytesOf(LoadWord(p + 1000))};
}

Outcome InvalidateBeforeTheWait(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  const VkFence done = app.Submit([&](Commands& rec) { FillForHost(rec, m); });
  if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  app.Wait(done);
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {Filled(kSize, kNew), Read(p, kSize)};
}

Outcome InvalidateBeforeTheSubmit(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) { FillForHost(rec, m); });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {Filled(kSize, kNew), Read(p, kSize)};
}

Outcome InvalidateOfAPart(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  app.Run([&](Commands& rec) { FillForHost(rec, m); });
  m.Invalidate(0, build == Build::kRight ? kSize : 256);
  return {Filled(kSize, kNew), Read(p, kSize)};
}

Outcome InvalidateOfAnotherMemory(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory other(app, kSize);
  m.Name("result");
  other.Name("other");
  const uint8_t* p = MapWarm(m);
  MapWarm(other);
  app.Run([&](Commands& rec) { FillForHost(rec, m); });
  (build == Build::kRight ? m : other).Invalidate(0, VK_WHOLE_SIZE);
  return {Filled(kSize, kNew), Read(p, kSize)};
}

Outcome MapForInvalidate(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  MapWarm(m);
  app.Run([&](Commands& rec) { FillForHost(rec, m); });
  m.Unmap();
  const uint8_t* p = m.Map();
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {Filled(kSize, kNew), Read(p, kSize)};
}

// The invalidate of frame 3 of 5 is forgotten.
Outcome OneFrameForgets(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  Outcome outcome;
  for (uint8_t frame = 0; frame < 5; ++frame) {
    const auto value = static_cast<uint8_t>(0x20 + frame);
    app.Run([&](Commands& rec) {
      rec.BarrierBetween();
      rec.Fill(m, 0, kSize, value);
      rec.BarrierToHost();
    });
    if (build == Build::kRight || frame != 3) m.Invalidate(0, VK_WHOLE_SIZE);
    Append(outcome.want, WordOf(value));
    Append(outcome.got, BytesOf(LoadWord(p + 512)));
  }
  return outcome;
}

// The word that was read is stale; its neighbour, behind it in the page, is
// not.
Outcome StaleBesideFresh(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapWarm(m);
  app.Run([&](Commands& rec) {
    rec.Fill(m, 1024, 256, kNew);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(1024, 256);
  Outcome outcome = {WordOf(0x11), BytesOf(LoadWord(p + 1020))};
  Append(outcome.want, WordOf(kNew));
  Append(outcome.got, BytesOf(LoadWord(p + 1024)));
  return outcome;
}

}  // namespace

std::vector<FindingProgram> MissingInvalidatePrograms() {
  const ExpectedFinding stale = Stale({0, kSize}).Command(kFill).Of("result");
  const auto in = [&](const char* function) {
    return stale.ReadIn(function, kFile);
  };
  return {
      {"NoInvalidate", kInvalidateText, NoInvalidate, {in("NoInvalidate")}},
      {"OneWordRead",
       kInvalidateText,
       OneWordRead,
       {in("OneWordRead").Within({1000, 4}).Exactly()}},
      {"InvalidateBeforeTheWait",
       kInvalidateText,
       InvalidateBeforeTheWait,
       {in("InvalidateBeforeTheWait")},
       Sees::kAnyBytes},
      {"InvalidateBeforeTheSubmit",
       kInvalidateText,
       InvalidateBeforeTheSubmit,
       {in("InvalidateBeforeTheSubmit")}},
      {"InvalidateOfAPart",
       kInvalidateText,
       InvalidateOfAPart,
       {in("InvalidateOfAPart").Within({256, kSize - 256})}},
      {"InvalidateOfAnotherMemory",
       kInvalidateText,
       InvalidateOfAnotherMemory,
       {in("InvalidateOfAnotherMemory")}},
      {"MapForInvalidate",
       kInvalidateText,
       MapForInvalidate,
       {in("MapForInvalidate")}},
      {"OneFrameForgetsToInvalidate",
       kInvalidateText,
       OneFrameForgets,
       {in("OneFrameForgets").Within({512, 4}).Exactly()}},
      {"StaleBesideFresh",
       kInvalidateText,
       StaleBesideFresh,
       {in("StaleBesideFresh").Within({1024, 4}).Exactly()}},
  };
}

}  // namespace incoherent
