// Bugs of public projects: the host is faster than the device.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/compute_kernel.h"
#include "tests/vulkan/findings/copy_shaders.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/findings/triangle_renderer.h"

namespace incoherent {
namespace {

constexpr char kFile[] = "public_race_programs.cc";
constexpr char kCopy[] = "vkCmdCopyBuffer";
constexpr char kFill[] = "vkCmdFillBuffer";

constexpr VkDeviceSize kSize = 4096;
constexpr VkDeviceSize kSlot = 1024;
constexpr uint8_t kNew = 0xaa;

// "Is the frame that used this slot still in flight?", asked with a difference
// of unsigned numbers that is below zero.
Outcome UnsignedUnderflow(VulkanApp& app, Build build) {
  constexpr uint32_t kSlots = 3;
  AppMemory m(app, kSlots * kSlot, MemoryKind::kCoherent);
  AppMemory seen(app, 4 * kSlot, MemoryKind::kCoherent);
  m.Name("ring");
  uint8_t* p = m.Map();
  std::vector<VkFence> fences;
  Outcome outcome;
  for (uint32_t frame = 0; frame < 4; ++frame) {
    const uint32_t used_by = frame - kSlots;  // wraps around
    const bool busy =
        build == Build::kRight ? frame >= kSlots : used_by > frame;
    if (busy && used_by < fences.size()) app.Wait(fences[used_by]);
    const VkDeviceSize at = frame % kSlots * kSlot;
    Write(p + at, Fresh(kSlot, static_cast<uint8_t>(frame)));
    fences.push_back(app.Submit([&](Commands& rec) {
      rec.Copy(m, at, seen, frame * kSlot, kSlot);
      rec.BarrierToHost();
    }));
    Append(outcome.want, Fresh(kSlot, static_cast<uint8_t>(frame)));
  }
  app.Wait(fences.back());
  outcome.got = Read(seen.Map(), 4 * kSlot);
  return outcome;
}

// The ring is full to the last byte: its head wraps around to its tail, which
// is how an empty one looks.
Outcome FullRingLooksEmpty(VulkanApp& app, Build build) {
  AppMemory m(app, 2 * kSlot, MemoryKind::kCoherent);
  AppMemory seen(app, 3 * kSlot, MemoryKind::kCoherent);
  m.Name("ring");
  uint8_t* p = m.Map();
  std::vector<VkFence> fences;
  VkDeviceSize head = 0;
  Outcome outcome;
  for (uint8_t upload = 0; upload < 3; ++upload) {
    const bool full = upload == 2;
    if (build == Build::kRight && full) app.Wait(fences[0]);
    Write(p + head, Fresh(kSlot, upload));
    fences.push_back(app.Submit([&](Commands& rec) {
      rec.Copy(m, head, seen, upload * kSlot, kSlot);
      rec.BarrierToHost();
    }));
    head = (head + kSlot) % (2 * kSlot);
    Append(outcome.want, Fresh(kSlot, upload));
  }
  app.Wait(fences.back());
  outcome.got = Read(seen.Map(), 3 * kSlot);
  return outcome;
}

// The fence that is kept with the staging texture is the one of the command
// buffer before.
Outcome FenceOfTheLastCommandBuffer(VulkanApp& app, Build build) {
  AppMemory texture(app, kSize, MemoryKind::kCoherent);
  AppMemory m(app, kSize);
  m.Name("staging");
  uint8_t* p = m.Map();
  Write(p, Filled(kSize, 0x11));
  m.Flush(0, VK_WHOLE_SIZE);
  const VkFence last =
      app.Submit([&](Commands& rec) { rec.Fill(texture, 0, kSize, kNew); });
  const VkFence current = app.Submit([&](Commands& rec) {
    rec.BarrierBetween();
    rec.Copy(texture, 0, m, 0, kSize);
    rec.BarrierToHost();
  });
  app.Wait(build == Build::kRight ? current : last);
  m.Invalidate(0, VK_WHOLE_SIZE);
  const uint32_t word = LoadWord(p + 1200);
  app.Wait(current);
  return {WordOf(kNew), BytesOf(word)};
}

// The vertices of the next frame are written into the buffer of this one.
Outcome VerticesOfEveryFrame(VulkanApp& app, Build build) {
  TriangleRenderer renderer(app);
  AppMemory vertices(app, kSlot, MemoryKind::kCoherent);
  AppMemory texels(app, TriangleRenderer::kTexels, MemoryKind::kCoherent);
  vertices.Name("vertices");
  uint8_t* p = vertices.Map();
  Write(p, TriangleRenderer::BigTriangle());
  const VkFence done = renderer.Submit(
      [&](Commands& rec) {
        const VkBuffer buffer = vertices.buffer();
        const VkDeviceSize offset = 0;
        vkCmdBindVertexBuffers(rec.handle(), 0, 1, &buffer, &offset);
        vkCmdDraw(rec.handle(), 3, 1, 0, 0);
      },
      texels);
  if (build == Build::kRight) app.Wait(done);
  Write(p, Fresh(48, 1));
  if (build == Build::kWrong) app.Wait(done);
  return {TriangleRenderer::AllWhite(),
          Read(texels.Map(), TriangleRenderer::kTexels)};
}

// The uniforms of the next step are written and flushed while the compute pass
// of this one runs.
Outcome UniformsOfEveryStep(VulkanApp& app, Build build) {
  AppMemory uniforms(app, 256);
  AppMemory seen(app, 256, MemoryKind::kCoherent);
  uniforms.Name("uniforms");
  const ComputeKernel kernel(app, kCopyOfUniforms,
                             {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, &uniforms},
                              {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen}});
  uint8_t* p = uniforms.Map();
  Write(p, Fresh(256, 1));
  uniforms.Flush(0, VK_WHOLE_SIZE);
  const VkFence done = app.Submit([&](Commands& rec) {
    kernel.Dispatch(rec);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  Write(p, Fresh(256, 2));
  uniforms.Flush(0, VK_WHOLE_SIZE);
  if (build == Build::kWrong) app.Wait(done);
  return {Fresh(256, 1), Read(seen.Map(), 256)};
}

// The wait stands before the submit.
Outcome WaitBeforeTheSubmit(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("screenshot");
  const uint8_t* p = m.Map();
  if (build == Build::kWrong) vkDeviceWaitIdle(app.device());
  app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) vkDeviceWaitIdle(app.device());
  const uint32_t word = LoadWord(p + 1200);
  vkDeviceWaitIdle(app.device());
  return {WordOf(kNew), BytesOf(word)};
}

// A page of the guest "is loaded": copied onto itself, which races with the
// device that writes it.
Outcome CopyOntoItself(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("guest page");
  uint8_t* p = m.Map();
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  StoreWord(p + 1200, LoadWord(p + 1200));
  app.Wait(done);
  return {Filled(kSize, kNew), app.DeviceBytes(m)};
}

}  // namespace

std::vector<FindingProgram> PublicRacePrograms() {
  const ExpectedFinding reused =
      InFlight({0, kSlot}).Exactly().Command(kCopy).Of("ring");
  const ExpectedFinding word = InFlight({1200, 4}).Exactly();
  const ExpectedFinding page = word.Command(kFill).Of("guest page");
  std::vector<FindingProgram> programs = {
      {"UnsignedUnderflow",
       "https://github.com/Vita3K/Vita3K/pull/4098",
       UnsignedUnderflow,
       {reused}},
      {"FullRingLooksEmpty",
       "https://github.com/Hekbas/Luth/issues/119",
       FullRingLooksEmpty,
       {reused}},
      {"FenceOfTheLastCommandBuffer",
       "https://github.com/dolphin-emu/dolphin/pull/7565",
       FenceOfTheLastCommandBuffer,
       {word.Command(kCopy).Of("staging").ReadIn("FenceOfTheLastCommandBuffer",
                                                 kFile)}},
      {"VerticesOfEveryFrame",
       "https://github.com/maplibre/maplibre-native/pull/3122",
       VerticesOfEveryFrame,
       {InFlight({0, 48}).Command("vkCmdDraw").Of("vertices")}},
      {"UniformsOfEveryStep",
       "https://github.com/SaschaWillems/Vulkan/pull/464",
       UniformsOfEveryStep,
       {InFlight({0, 256}).Exactly().Command("vkCmdDispatch").Of("uniforms")}},
      {"WaitBeforeTheSubmit",
       "https://github.com/kondrak/vkQuake2/commit/0a81891",
       WaitBeforeTheSubmit,
       {word.Command(kFill)
            .Of("screenshot")
            .ReadIn("WaitBeforeTheSubmit", kFile)}},
      {"CopyOntoItself",
       "https://github.com/RPCS3/rpcs3/pull/9818",
       CopyOntoItself,
       {page.ReadIn("CopyOntoItself", kFile),
        page.WrittenIn("CopyOntoItself", kFile)}},
  };
  for (FindingProgram& each : programs) {
    each.sees = Sees::kAnyBytes;
    if (each.name == "VerticesOfEveryFrame") {
      each.request = TriangleRenderer::Device();
    }
  }
  return programs;
}

}  // namespace incoherent
