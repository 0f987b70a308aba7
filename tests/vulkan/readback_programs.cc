#include <cstring>

#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/corpus_program.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

// Memory that the host has in its cache.
uint8_t* MapWarm(AppMemory& m) {
  uint8_t* p = m.Map();
  std::memset(p, 0, m.size());
  m.Flush(0, VK_WHOLE_SIZE);
  return p;
}

// The mesh viewer's output buffer.
Outcome MeshOutput(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  const uint8_t* p = MapWarm(m);
  app.DeviceWrite(m, 0, kNew);
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

// Mapping after the wait is taken for an invalidate.
Outcome MapAfterTheFence(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  MapWarm(m);
  m.Unmap();
  app.DeviceWrite(m, 0, kNew);
  const uint8_t* p = m.Map();
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

// A screenshot: a linear image is mapped and read row by row.
Outcome LinearScreenshot(VulkanApp& app, Build build) {
  AppImage image(app, 32, 32, VK_IMAGE_TILING_LINEAR, MemoryKind::kNonCoherent);
  AppMemory pixels(app, kSize, MemoryKind::kCoherent);
  Write(pixels.Map(), kNew);
  app.Run([&](Commands& rec) {
    rec.Copy(pixels, image);
    rec.BarrierToHost();
  });
  const uint8_t* p = image.memory().Map();
  if (build == Build::kRight) image.memory().Invalidate(0, VK_WHOLE_SIZE);
  const VkSubresourceLayout layout = image.Layout();
  Outcome outcome = {kNew, {}};
  for (uint32_t y = 0; y < image.height(); ++y) {
    const Bytes row =
        Read(p + layout.offset + y * layout.rowPitch, image.row_size());
    outcome.got.insert(outcome.got.end(), row.begin(), row.end());
  }
  return outcome;
}

// A cached type, asked for because the host reads at random.
Outcome CachedReadback(VulkanApp& app, Build build) {
  const MemoryRequest cached = {
      kSize,
      app.FirstTypeWith(VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                        VK_MEMORY_PROPERTY_HOST_CACHED_BIT),
      nullptr, 0};
  AppMemory m(app, cached);
  const uint8_t* p = MapWarm(m);
  app.DeviceWrite(m, 0, kNew);
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

// The invalidate stands where the commands are recorded.
Outcome InvalidateWhileRecording(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  const uint8_t* p = MapWarm(m);
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, 0xaa);
    rec.BarrierToHost();
    if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {Filled(kSize, 0xaa), Read(p, kSize)};
}

// The right call on the predicate's buffer instead of the result's.
Outcome InvalidateOfThePredicate(VulkanApp& app, Build build) {
  AppMemory predicate(app, kSize);
  AppMemory result(app, kSize);
  MapWarm(predicate);
  const uint8_t* p = MapWarm(result);
  app.DeviceWrite(result, 0, kNew);
  AppMemory& invalidated = build == Build::kRight ? result : predicate;
  invalidated.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

// An invalidate after a host memset, and none before the read.
Outcome InvalidateAfterMemset(VulkanApp& app, Build build) {
  AppImage image(app, 32, 32, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  AppMemory pixels(app, kSize, MemoryKind::kCoherent);
  AppMemory m(app, kSize);
  Write(pixels.Map(), kNew);
  uint8_t* p = m.Map();
  std::memset(p, 0, kSize);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.Copy(pixels, image);
    rec.BarrierBetween();
    rec.Copy(image, m);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

// hwdownload: a flush where an invalidate belongs.
Outcome FlushOnTheWayDown(VulkanApp& app, Build build) {
  AppImage frame(app, 32, 32, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  AppMemory pixels(app, kSize, MemoryKind::kCoherent);
  AppMemory staging(app, kSize);
  Write(pixels.Map(), kNew);
  app.Run([&](Commands& rec) {
    rec.Copy(pixels, frame);
    rec.BarrierBetween();
    rec.Copy(frame, staging);
    rec.BarrierToHost();
  });
  uint8_t* p = staging.Map();
  if (build == Build::kRight) staging.Invalidate(0, VK_WHOLE_SIZE);
  const Bytes seen = Read(p, kSize);
  if (build == Build::kWrong) staging.Flush(0, VK_WHOLE_SIZE);
  staging.Unmap();
  return {kNew, seen};
}

// The invalidate covers the header, the data behind it stays old.
Outcome InvalidateOfTheHeader(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  const uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);
  m.Invalidate(0, build == Build::kRight ? kSize : 256);
  return {kNew, Read(p, kSize)};
}

}  // namespace

std::vector<CorpusProgram> ReadbackPrograms() {
  return {
      {"MeshOutput", "https://github.com/baldurk/renderdoc/pull/1092",
       MeshOutput},
      {"MapAfterTheFence", "https://github.com/LunarG/gfxreconstruct/pull/279",
       MapAfterTheFence},
      {"LinearScreenshot", "https://github.com/LunarG/VulkanTools/issues/2685",
       LinearScreenshot},
      {"CachedReadback", "https://github.com/godotengine/godot/pull/84852",
       CachedReadback},
      {"InvalidateWhileRecording",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/413b65f6a",
       InvalidateWhileRecording},
      {"InvalidateOfThePredicate",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/90521647b",
       InvalidateOfThePredicate},
      {"InvalidateAfterMemset",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/0e0605a0b",
       InvalidateAfterMemset},
      {"FlushOnTheWayDown",
       "https://github.com/FFmpeg/FFmpeg/blob/n5.1/libavutil/"
       "hwcontext_vulkan.c",
       FlushOnTheWayDown},
      {"InvalidateOfTheHeader",
       "https://registry.khronos.org/vulkan/specs/latest/html/"
       "vkspec.html#vkInvalidateMappedMemoryRanges",
       InvalidateOfTheHeader},
  };
}

}  // namespace incoherent
