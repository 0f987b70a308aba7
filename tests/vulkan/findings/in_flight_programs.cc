// Host accesses to what submitted work touches, before a wait says that it is
// done.

#include <memory>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/compute_kernel.h"
#include "tests/vulkan/findings/copy_shaders.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/timeline.h"

namespace incoherent {
namespace {

constexpr char kHazardText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#memory-device-hostaccess-hazards";
constexpr char kFile[] = "in_flight_programs.cc";
constexpr char kCopy[] = "vkCmdCopyBuffer";
constexpr char kFill[] = "vkCmdFillBuffer";

constexpr VkDeviceSize kSize = 4096;
constexpr uint8_t kNew = 0xaa;
const Bytes kFirst = Fresh(kSize, 1);
const Bytes kSecond = Fresh(kSize, 2);

// A staging buffer is filled anew while the copy from it is on its way.
Outcome RewriteStaging(VulkanApp& app, Build build, MemoryKind kind) {
  AppMemory m(app, kSize, kind);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("staging");
  uint8_t* p = m.Map();
  const auto stage = [&](const Bytes& bytes) {
    Write(p, bytes);
    if (kind == MemoryKind::kNonCoherent) m.Flush(0, VK_WHOLE_SIZE);
  };
  stage(kFirst);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  stage(kSecond);
  if (build == Build::kWrong) app.Wait(done);
  return {kFirst, Read(seen.Map(), kSize)};
}

Outcome RewriteNonCoherentStaging(VulkanApp& app, Build build) {
  return RewriteStaging(app, build, MemoryKind::kNonCoherent);
}

Outcome RewriteCoherentStaging(VulkanApp& app, Build build) {
  return RewriteStaging(app, build, MemoryKind::kCoherent);
}

// Only a part of it.
Outcome RewriteAPart(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("staging");
  uint8_t* p = m.Map();
  Write(p, kFirst);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, 2048);
    rec.BarrierToHost();
  });
  // The copy takes the first half.
  const VkDeviceSize at = build == Build::kRight ? 2048 : 1984;
  Write(p + at, Slice(kSecond, at, 128));
  app.Wait(done);
  return {Slice(kFirst, 0, 2048), Read(seen.Map(), 2048)};
}

Outcome ReadBeforeTheFence(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  const uint32_t word = LoadWord(p + 1200);
  if (build == Build::kWrong) app.Wait(done);
  return {WordOf(kNew), BytesOf(word)};
}

// The invalidate comes too early as well.
Outcome ReadNonCoherentBeforeTheFence(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = m.Map();
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  m.Invalidate(0, VK_WHOLE_SIZE);
  const uint32_t word = LoadWord(p + 1200);
  if (build == Build::kWrong) app.Wait(done);
  return {WordOf(kNew), BytesOf(word)};
}

Outcome FenceOfAnotherSubmit(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  AppMemory other(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  const VkFence first = app.Submit([&](Commands& rec) {
    rec.Fill(other, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  const VkFence second = app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  app.Wait(build == Build::kRight ? second : first);
  const uint32_t word = LoadWord(p + 1200);
  app.Wait(second);
  return {WordOf(kNew), BytesOf(word)};
}

Outcome TimelineValueTooLow(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  AppMemory other(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  Timeline timeline(app);
  timeline.Submit({0, 1}, [&](Commands& rec) {
    rec.Fill(other, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  timeline.Submit({0, 2}, [&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  timeline.Wait(build == Build::kRight ? 2 : 1);
  const uint32_t word = LoadWord(p + 1200);
  timeline.Wait(2);
  return {WordOf(kNew), BytesOf(word)};
}

// Three frames in flight; the right build has a uniform buffer for each.
Outcome OneUniformBuffer(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kSlot = 256;
  AppMemory uniforms(app, 3 * kSlot, MemoryKind::kCoherent);
  AppMemory seen(app, 3 * kSlot, MemoryKind::kCoherent);
  uniforms.Name("uniforms");
  uint8_t* p = uniforms.Map();
  std::vector<std::unique_ptr<ComputeKernel>> kernels;
  Outcome outcome;
  for (uint8_t frame = 0; frame < 3; ++frame) {
    const VkDeviceSize at = build == Build::kRight ? frame * kSlot : 0;
    kernels.push_back(std::make_unique<ComputeKernel>(
        app, kCopyOfUniforms,
        std::vector<KernelBuffer>{
            {VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, &uniforms, at, kSlot},
            {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen, frame * kSlot, kSlot}}));
    Write(p + at, Fresh(kSlot, frame));
    app.Submit([&](Commands& rec) {
      kernels.back()->Dispatch(rec);
      rec.BarrierToHost();
    });
    Append(outcome.want, Fresh(kSlot, frame));
  }
  Require(vkQueueWaitIdle(app.queue()), "vkQueueWaitIdle");
  outcome.got = Read(seen.Map(), 3 * kSlot);
  return outcome;
}

// Which elements the shader reads is known when it runs: perhaps not the one
// that is written meanwhile.
Outcome OneStorageBuffer(VulkanApp& app, Build build) {
  AppMemory elements(app, 256, MemoryKind::kCoherent);
  AppMemory seen(app, 256, MemoryKind::kCoherent);
  elements.Name("elements");
  const ComputeKernel kernel(app, kCopyOfStorage,
                             {{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &elements},
                              {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen}});
  uint8_t* p = elements.Map();
  Write(p, Fresh(256, 1));
  const VkFence done = app.Submit([&](Commands& rec) {
    kernel.Dispatch(rec);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  StoreWord(p + 128, 0x01020304);
  if (build == Build::kWrong) app.Wait(done);
  return {Fresh(256, 1), Read(seen.Map(), 256)};
}

// The atom that is flushed has bytes that the device writes at that moment.
Outcome FlushInFlight(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kFirst);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Fill(m, 128, 64, kNew);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) {
    app.Wait(done);
    m.Invalidate(0, 256);
  }
  StoreWord(p, 0x01020304);
  m.Flush(0, 256);
  if (build == Build::kWrong) app.Wait(done);
  return {BytesOf(0x01020304), app.DeviceBytes(m, 0, 4)};
}

// The device reads other bytes of the atom: by the letter a race, though what
// the host writes back there is what was there before.
Outcome BesideAPendingRead(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, 64, MemoryKind::kCoherent);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kFirst);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Copy(m, 128, seen, 0, 64);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) app.Wait(done);
  StoreWord(p, 0x01020304);
  m.Flush(0, 256);
  if (build == Build::kWrong) app.Wait(done);
  return {Slice(kFirst, 128, 64), Read(seen.Map(), 64)};
}

}  // namespace

std::vector<FindingProgram> InFlightPrograms() {
  const ExpectedFinding rewritten =
      InFlight({0, kSize}).Exactly().Command(kCopy).Of("staging");
  const ExpectedFinding read =
      InFlight({1200, 4}).Exactly().Command(kFill).Of("result");
  std::vector<FindingProgram> programs = {
      {"RewriteNonCoherentStaging",
       kHazardText,
       RewriteNonCoherentStaging,
       {rewritten}},
      {"RewriteCoherentStaging",
       "https://github.com/ggml-org/llama.cpp/issues/23827",
       RewriteCoherentStaging,
       {rewritten}},
      {"RewriteAPart",
       kHazardText,
       RewriteAPart,
       {rewritten.Within({1984, 64})}},
      {"ReadBeforeTheFence",
       "https://github.com/gfx-rs/wgpu/pull/127",
       ReadBeforeTheFence,
       {read.ReadIn("ReadBeforeTheFence", kFile)}},
      {"ReadNonCoherentBeforeTheFence",
       kHazardText,
       ReadNonCoherentBeforeTheFence,
       {read.ReadIn("ReadNonCoherentBeforeTheFence", kFile)}},
      {"FenceOfAnotherSubmit",
       kHazardText,
       FenceOfAnotherSubmit,
       {read.ReadIn("FenceOfAnotherSubmit", kFile)}},
      {"TimelineValueTooLow",
       kHazardText,
       TimelineValueTooLow,
       {read.ReadIn("TimelineValueTooLow", kFile)}},
      {"OneUniformBuffer",
       "https://github.com/Overv/VulkanTutorial/issues/87",
       OneUniformBuffer,
       {InFlight({0, 256}).Exactly().Command("vkCmdDispatch").Of("uniforms")}},
      {"OneStorageBuffer",
       kHazardText,
       OneStorageBuffer,
       {InFlight({128, 4})
            .Command("vkCmdDispatch")
            .Of("elements")
            .As(Severity::kWarning)}},
      {"FlushInFlight",
       kHazardText,
       FlushInFlight,
       {InFlight({0, 256}).Command(kFill).Of("shared")}},
      {"BesideAPendingRead",
       kHazardText,
       BesideAPendingRead,
       {InFlight({0, 256}).Command(kCopy).Of("shared").As(Severity::kWarning)}},
  };
  for (FindingProgram& each : programs) {
    each.sees = Sees::kAnyBytes;
    if (each.name == "TimelineValueTooLow") each.request = Timeline::Device();
  }
  return programs;
}

}  // namespace incoherent
