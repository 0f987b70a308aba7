// Bugs of public projects on the way to the device.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/counter_kernel.h"
#include "tests/vulkan/findings/compute_kernel.h"
#include "tests/vulkan/findings/copy_shaders.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/findings/sub_buffer.h"

namespace incoherent {
namespace {

constexpr char kFile[] = "public_upload_programs.cc";
constexpr char kCopy[] = "vkCmdCopyBuffer";
constexpr char kFill[] = "vkCmdFillBuffer";
constexpr char kDispatch[] = "vkCmdDispatch";
constexpr char kInvalidate[] = "vkInvalidateMappedMemoryRanges";
constexpr char kOffsetRule[] = "VUID-VkMappedMemoryRange-offset-00687";
constexpr char kSizeRule[] = "VUID-VkMappedMemoryRange-size-01390";

constexpr VkDeviceSize kSize = 4096;
constexpr VkDeviceSize kBlock = 256;
const Bytes kNew = Fresh(kSize, 1);

// The matrices of 125 objects, read with a dynamic offset each; the flush has
// the size of the struct that points to them.
Outcome MatrixFlushOfAPointer(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kMatrices = 125 * kBlock;
  AppMemory m(app, kMatrices);
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  m.Name("matrices");
  const ComputeKernel kernel(
      app, kCopyOfUniforms,
      {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC, &m, 0, kBlock},
       {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen, 0, kBlock}});
  const Bytes matrices = Fresh(kMatrices, 1);
  Write(MapCleared(app, m), matrices);
  m.Flush(0, build == Build::kRight ? kMatrices : sizeof(void*));
  Outcome outcome;
  for (uint32_t object : {1u, 60u, 124u}) {
    const auto at = static_cast<uint32_t>(object * kBlock);
    app.Run([&](Commands& rec) {
      rec.BarrierBetween();
      kernel.Dispatch(rec, {at});
      rec.BarrierToHost();
    });
    Append(outcome.want, Slice(matrices, at, kBlock));
    Append(outcome.got, app.DeviceBytes(seen));
  }
  return outcome;
}

// round_up(n, m) was written (n + n - 1) / m * m: 32 bytes become none.
Outcome RoundedUpToNothing(VulkanApp& app, Build build) {
  constexpr VkDeviceSize n = 32;
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kSize);
  m.Name("weights");
  Write(MapCleared(app, m), Slice(kNew, 0, n));
  m.Flush(0, build == Build::kRight ? (n + atom - 1) / atom * atom
                                    : (n + n - 1) / atom * atom);
  return {Slice(kNew, 0, n), app.DeviceBytes(m, 0, n)};
}

// Larger sizes become twice themselves: the invalidate takes what the host has
// stored behind the result.
Outcome RoundedUpToTwice(VulkanApp& app, Build build) {
  constexpr VkDeviceSize n = 1536;
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kSize);
  m.Name("blobs");
  uint8_t* p = MapInStep(app, m, Fresh(kSize, 2));
  Write(p + n, Slice(kNew, n, 512));
  app.DeviceWrite(m, 0, Slice(kNew, 0, n));
  m.Invalidate(0, build == Build::kRight ? n : (n + n - 1) / atom * atom);
  return {Slice(kNew, 0, n + 512), Read(p, n + 512)};
}

// Two suballocations that no atom separates; the flush of the second one does
// not cover the first, and starts within an atom.
Outcome SuballocationsOffTheGrid(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("block");
  Write(MapCleared(app, m), Slice(kNew, 0, 100));
  if (build == Build::kWrong) m.Flush(100, VK_WHOLE_SIZE);
  if (build == Build::kRight) m.Flush(0, app.atom());
  return {Slice(kNew, 0, 100), app.DeviceBytes(m, 0, 100)};
}

// Vertex, index and uniform ring in one memory; two of the three are flushed.
Outcome TwoRingsOfThree(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, 3 * kBlock, MemoryKind::kCoherent);
  const SubBuffer vertices(app, m, 0, kBlock, "vertex ring");
  const SubBuffer indices(app, m, 1024, kBlock, "index ring");
  const SubBuffer uniforms(app, m, 2048, kBlock, "uniform ring");
  m.Name("rings");
  uint8_t* p = MapCleared(app, m);
  Outcome outcome;
  for (const SubBuffer* ring : {&vertices, &indices, &uniforms}) {
    const Bytes bytes = Slice(kNew, ring->offset(), ring->size());
    Write(p + ring->offset(), bytes);
    if (build == Build::kRight || ring != &indices) {
      m.Flush(ring->offset(), ring->size());
    }
    Append(outcome.want, bytes);
  }
  app.Run([&](Commands& rec) {
    VkDeviceSize to = 0;
    for (const SubBuffer* ring : {&vertices, &indices, &uniforms}) {
      const VkBufferCopy region = {0, to, ring->size()};
      vkCmdCopyBuffer(rec.handle(), ring->handle(), seen.buffer(), 1, &region);
      to += ring->size();
    }
    rec.BarrierToHost();
  });
  outcome.got = Read(seen.Map(), 3 * kBlock);
  return outcome;
}

// Counters are cleared and not flushed; the run counts on from what was there,
// and the invalidate after it discards the zeros.
Outcome UnflushedClear(VulkanApp& app, Build build) {
  AppMemory m(app, kBlock);
  m.Name("counters");
  const CounterKernel counters(app, m);
  uint8_t* p = MapInStep(app, m, Filled(kBlock, 0x30));
  Write(p, Filled(kBlock, 0));
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    rec.BarrierToHost();
  });
  m.Invalidate(0, VK_WHOLE_SIZE);
  return {BytesOf(1), BytesOf(LoadWord(p + 64))};
}

// An invalidate stands where the flush belongs, and none where it belongs.
Outcome InvalidateForFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("image data");
  uint8_t* p = MapCleared(app, m);
  Write(p, kNew);
  if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, 0xaa);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(0xaa), BytesOf(LoadWord(p + 1200))};
}

// Elements of 16 bytes: the next one is written, and its atom flushed, while
// the device still reads this one.
Outcome RingOfSmallElements(VulkanApp& app, Build build) {
  const VkDeviceSize stride = build == Build::kRight ? app.atom() : 16;
  AppMemory m(app, kSize);
  AppMemory seen(app, 16, MemoryKind::kCoherent);
  m.Name("ring");
  uint8_t* p = MapCleared(app, m);
  Write(p, Fresh(16, 1));
  m.Flush(0, app.atom());
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, 16);
    rec.BarrierToHost();
  });
  Write(p + stride, Fresh(16, 2));
  m.Flush(stride / app.atom() * app.atom(), app.atom());
  app.Wait(done);
  return {Fresh(16, 1), Read(seen.Map(), 16)};
}

}  // namespace

std::vector<FindingProgram> PublicUploadPrograms() {
  return {
      {"MatrixFlushOfAPointer",
       "https://github.com/SaschaWillems/Vulkan/commit/127ed7b4",
       MatrixFlushOfAPointer,
       {BrokenRule(kSizeRule).Command("vkFlushMappedMemoryRanges"),
        Lost({kBlock, 124 * kBlock}).Command(kDispatch).Of("matrices")}},
      {"RoundedUpToNothing",
       "https://github.com/Tencent/ncnn/commit/1e95d3fcc",
       RoundedUpToNothing,
       {Lost({0, 32}).Exactly().Command(kCopy).Of("weights")}},
      {"RoundedUpToTwice",
       "https://github.com/Tencent/ncnn/commit/1e95d3fcc",
       RoundedUpToTwice,
       {Discarded({1536, 512}).Exactly().Command(kInvalidate).Of("blobs")}},
      {"SuballocationsOffTheGrid",
       "https://github.com/matiaszanolli/ByroRedux/issues/89",
       SuballocationsOffTheGrid,
       {BrokenRule(kOffsetRule).Command("vkFlushMappedMemoryRanges"),
        Lost({0, 100}).Exactly().Command(kCopy).Of("block")}},
      {"TwoRingsOfThree",
       "https://github.com/kondrak/vkQuake2/pull/56",
       TwoRingsOfThree,
       {Lost({1024, kBlock})
            .Exactly()
            .Command(kCopy)
            .Of("rings")
            .At("index ring")}},
      {"UnflushedClear",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/10df72abd",
       UnflushedClear,
       {Lost({0, kBlock}).Exactly().Command(kDispatch).Of("counters"),
        Clobber({0, kBlock}, MissingStep::kFlush)
            .Command(kDispatch)
            .Of("counters")
            .IfSeen(),
        Discarded({0, kBlock}).Exactly().Command(kInvalidate).Of("counters")}},
      {"InvalidateForFlush",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/0e0605a0b",
       InvalidateForFlush,
       {Discarded({0, kSize}).Exactly().Command(kInvalidate).Of("image data"),
        Stale({1200, 4})
            .Exactly()
            .Command(kFill)
            .Of("image data")
            .ReadIn("InvalidateForFlush", kFile)}},
      {"RingOfSmallElements",
       "https://github.com/baldurk/renderdoc/pull/1130",
       RingOfSmallElements,
       {InFlight({0, 256}).Command(kCopy).Of("ring").As(Severity::kWarning)},
       Sees::kAnyBytes},
  };
}

}  // namespace incoherent
