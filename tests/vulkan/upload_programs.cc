#include <cstring>

#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/corpus_program.h"
#include "tests/vulkan/counter_kernel.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
const Bytes kNew = Numbered(kSize, 1);

void Append(Bytes& to, const Bytes& bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// A ring of overlay glyphs, mapped and unmapped for each frame.
Outcome GlyphRing(VulkanApp& app, Build build) {
  AppMemory m(app, 3 * 256);
  Outcome outcome;
  for (uint8_t frame = 0; frame < 6; ++frame) {
    const VkDeviceSize at = frame % 3 * 256;
    const Bytes glyphs = Numbered(256, frame);
    Write(m.Map(at, 256), glyphs);
    if (build == Build::kRight) m.Flush(at, 256);
    m.Unmap();
    Append(outcome.want, glyphs);
    Append(outcome.got, app.DeviceBytes(m, at, 256));
  }
  return outcome;
}

// A fresh allocation is cleared with memset.
Outcome ClearedArguments(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, 0xaa);
    rec.BarrierToHost();
  });
  std::memset(m.Map(), 0, kSize);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  return {Filled(kSize, 0), app.DeviceBytes(m)};
}

// Vertex, index and uniform rings in one memory; the fix flushes all three.
Outcome ThreeRings(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kRings[] = {0, 1024, 2048};
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  Outcome outcome;
  for (uint8_t frame = 0; frame < 4; ++frame) {
    for (VkDeviceSize ring : kRings) {
      const VkDeviceSize at = ring + frame * 256;
      Write(p + at, Slice(kNew, at, 256));
      if (build == Build::kRight) m.Flush(at, 256);
      Append(outcome.want, Slice(kNew, at, 256));
    }
    for (VkDeviceSize ring : kRings) {
      Append(outcome.got, app.DeviceBytes(m, ring + frame * 256, 256));
    }
  }
  return outcome;
}

// createBuffer(flags, data) copies the data without a look at the flags.
Outcome CreateBufferHelper(VulkanApp& app, Build build) {
  const uint32_t type = app.TypeOf(MemoryKind::kNonCoherent);
  AppMemory staging(app, MemoryRequest{kSize, type, nullptr, 0});
  Write(staging.Map(), kNew);
  const bool coherent =
      (app.FlagsOf(type) & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT) != 0;
  if (build == Build::kRight && !coherent) staging.Flush(0, VK_WHOLE_SIZE);
  staging.Unmap();
  return {kNew, app.DeviceBytes(staging)};
}

// A ring whose elements are smaller than an atom.
Outcome UniformRing(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kElement = 80;
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  Outcome outcome;
  for (uint8_t frame = 0; frame < 8; ++frame) {
    const VkDeviceSize begin = frame * kElement;
    const VkDeviceSize end = begin + kElement;
    Write(p + begin, Numbered(kElement, frame));
    const VkDeviceSize from = begin / atom * atom;
    const VkDeviceSize to = (end + atom - 1) / atom * atom;
    if (build == Build::kRight) m.Flush(from, to - from);
    Append(outcome.want, Numbered(kElement, frame));
    Append(outcome.got, app.DeviceBytes(m, begin, kElement));
  }
  return outcome;
}

// buffer_update and buffer_get_data through one staging block.
Outcome UpdateAndGetData(VulkanApp& app, Build build) {
  AppMemory staging(app, kSize);
  AppMemory buffer(app, kSize, MemoryKind::kNotMappable);
  uint8_t* p = staging.Map();
  Write(p, kNew);
  if (build == Build::kRight) staging.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) { rec.Copy(staging, 0, buffer, 0, kSize); });
  std::memset(p, 0, kSize);
  if (build == Build::kRight) staging.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.Copy(buffer, 0, staging, 0, kSize);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) staging.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kSize)};
}

// write_texture flushes the first row only.
Outcome WriteTexture(VulkanApp& app, Build build) {
  constexpr uint32_t kWidth = 64;
  constexpr uint32_t kHeight = 16;
  AppImage image(app, kWidth, kHeight, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  AppMemory staging(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  Write(staging.Map(), kNew);
  staging.Flush(0, build == Build::kRight ? kSize : image.row_size());
  app.Run([&](Commands& rec) {
    rec.Copy(staging, image);
    rec.BarrierBetween();
    rec.Copy(image, seen);
    rec.BarrierToHost();
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// copy_to and copy_from are right, their casting variants forgot.
Outcome CastAndCopy(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  auto* words = reinterpret_cast<uint32_t*>(m.Map());
  CounterKernel counters(app, m);
  for (uint32_t i = 0; i < kSize / 4; ++i) {
    words[i] = static_cast<uint32_t>(static_cast<float>(i));
  }
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  Outcome outcome;
  for (uint32_t i = 0; i < kSize / 4; ++i) {
    outcome.want.push_back(static_cast<uint8_t>(i + 1));
    outcome.got.push_back(static_cast<uint8_t>(words[i]));
  }
  return outcome;
}

// Memory that is both mapped and used in place, without a staging copy.
Outcome UsedInPlace(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  CounterKernel counters(app, m);
  std::memset(m.Map(), 7, kSize);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) { counters.Dispatch(rec); });
  Bytes want = Filled(kSize, 7);
  for (size_t i = 0; i < kSize; i += 4) want[i] = 8;
  return {want, app.DeviceBytes(m)};
}

// A barrier in the place of the flush; both are needed.
Outcome BarrierInsteadOfFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  Write(m.Map(), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.BarrierFromHost();
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// reset() forgets how much is used before flush() flushes what is used.
Outcome ScratchReset(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  Write(m.Map(), kNew);
  VkDeviceSize used = kSize;
  if (build == Build::kRight) m.Flush(0, used);
  used = 0;
  if (build == Build::kWrong && used != 0) m.Flush(0, used);
  return {kNew, app.DeviceBytes(m)};
}

// Counters are cleared between two runs; the clear is never flushed, and the
// invalidate after the run discards it.
Outcome ClearedCounters(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  CounterKernel counters(app, m);
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, 0x30);
    rec.BarrierToHost();
  });
  uint8_t* p = m.Map();
  m.Invalidate(0, VK_WHOLE_SIZE);
  std::memset(p, 0, kSize);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    rec.BarrierToHost();
  });
  m.Invalidate(0, VK_WHOLE_SIZE);
  Bytes want = Filled(kSize, 0);
  for (size_t i = 0; i < kSize; i += 4) want[i] = 1;
  return {want, Read(p, kSize)};
}

// The flush comes when the copy is long on its way.
Outcome FlushAfterSubmit(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  Write(m.Map(), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, Read(seen.Map(), kSize)};
}

}  // namespace

std::vector<CorpusProgram> UploadPrograms() {
  return {
      {"GlyphRing", "https://github.com/baldurk/renderdoc/issues/1090",
       GlyphRing},
      {"ClearedArguments",
       "https://github.com/HansKristian-Work/vkd3d-proton/pull/2323",
       ClearedArguments},
      {"ThreeRings", "https://github.com/kondrak/vkQuake2/pull/56", ThreeRings},
      {"CreateBufferHelper",
       "https://github.com/SaschaWillems/Vulkan/issues/273",
       CreateBufferHelper},
      {"UniformRing", "https://github.com/Vita3K/Vita3K/pull/2274",
       UniformRing},
      {"UpdateAndGetData", "https://github.com/godotengine/godot/issues/103589",
       UpdateAndGetData},
      {"WriteTexture", "https://github.com/gfx-rs/wgpu/pull/1054",
       WriteTexture},
      {"CastAndCopy", "https://github.com/pytorch/executorch/pull/17341",
       CastAndCopy},
      {"UsedInPlace",
       "https://github.com/KhronosGroup/Vulkan-Samples/issues/1345",
       UsedInPlace},
      {"BarrierInsteadOfFlush",
       "https://github.com/GPUOpen-LibrariesAndSDKs/VulkanMemoryAllocator/"
       "issues/316",
       BarrierInsteadOfFlush},
      {"ScratchReset", "https://github.com/bkaradzic/bgfx/pull/3419",
       ScratchReset},
      {"ClearedCounters", "https://github.com/KhronosGroup/VK-GL-CTS/pull/372",
       ClearedCounters},
      {"FlushAfterSubmit",
       "https://registry.khronos.org/vulkan/specs/latest/html/"
       "vkspec.html#synchronization-submission-host-writes",
       FlushAfterSubmit},
  };
}

}  // namespace incoherent
