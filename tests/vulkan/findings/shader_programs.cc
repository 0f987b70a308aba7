// Host writes that were not flushed, and that a shader reads through a
// descriptor, or a command as its arguments.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/counter_kernel.h"
#include "tests/vulkan/findings/compute_kernel.h"
#include "tests/vulkan/findings/copy_shaders.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kSubmitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-submission-host-writes";
constexpr char kDispatch[] = "vkCmdDispatch";

constexpr VkDeviceSize kBlock = 256;
const Bytes kNew = Fresh(kBlock, 1);

// Where the kernels write.
KernelBuffer Into(const AppMemory& seen) {
  return {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen, 0, kBlock};
}

// What `kernel` copies from `m`, which the host writes here.
Outcome WriteAndDispatch(VulkanApp& app, Build build, AppMemory& m,
                         const AppMemory& seen, const ComputeKernel& kernel) {
  m.Name("values");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    kernel.Dispatch(rec);
    rec.BarrierToHost();
  });
  return {kNew, app.DeviceBytes(seen)};
}

Outcome UniformBlock(VulkanApp& app, Build build) {
  AppMemory m(app, kBlock);
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  ComputeKernel kernel(app, kCopyOfUniforms,
                       {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, &m}, Into(seen)});
  return WriteAndDispatch(app, build, m, seen, kernel);
}

Outcome StorageBlock(VulkanApp& app, Build build) {
  AppMemory m(app, kBlock);
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  ComputeKernel kernel(app, kCopyOfStorage,
                       {{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &m}, Into(seen)});
  return WriteAndDispatch(app, build, m, seen, kernel);
}

Outcome PushedDescriptor(VulkanApp& app, Build build) {
  AppMemory m(app, kBlock);
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  ComputeKernel kernel(app, kCopyOfUniforms,
                       {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, &m}, Into(seen)},
                       ComputeKernel::Descriptors::kPushed);
  return WriteAndDispatch(app, build, m, seen, kernel);
}

// Four objects in one buffer; the third's values are not flushed.
Outcome DynamicOffset(VulkanApp& app, Build build) {
  AppMemory m(app, 4 * kBlock);
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  m.Name("values");
  ComputeKernel kernel(
      app, kCopyOfUniforms,
      {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC, &m, 0, kBlock}, Into(seen)});
  Outcome outcome;
  Write(MapCleared(app, m), Fresh(4 * kBlock, 1));
  m.Flush(0, build == Build::kRight ? VK_WHOLE_SIZE : 2 * kBlock);
  for (uint32_t object = 0; object < 3; ++object) {
    const auto at = static_cast<uint32_t>(object * kBlock);
    app.Run([&](Commands& rec) {
      rec.BarrierBetween();
      kernel.Dispatch(rec, {at});
      rec.BarrierToHost();
    });
    Append(outcome.want, Slice(Fresh(4 * kBlock, 1), at, kBlock));
    Append(outcome.got, app.DeviceBytes(seen));
  }
  return outcome;
}

// How many groups to run is what the device does not see: it runs none.
Outcome IndirectArguments(VulkanApp& app, Build build) {
  AppMemory arguments(app, kBlock);
  AppMemory m(app, kBlock, MemoryKind::kCoherent);
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  arguments.Name("arguments");
  ComputeKernel kernel(app, kCopyOfStorage,
                       {{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &m}, Into(seen)});
  Write(m.Map(), kNew);
  uint8_t* p = MapCleared(app, arguments);
  for (VkDeviceSize i = 0; i < 3; ++i) StoreWord(p + 4 * i, 1);
  if (build == Build::kRight) arguments.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    kernel.Bind(rec);
    vkCmdDispatchIndirect(rec.handle(), arguments.buffer(), 0);
    rec.BarrierToHost();
  });
  return {kNew, app.DeviceBytes(seen)};
}

// The shader's array has no end; it counts in place, which is a read and a
// write of what the host left in its cache.
Outcome CountersInPlace(VulkanApp& app, Build build) {
  AppMemory m(app, kBlock);
  m.Name("values");
  CounterKernel counters(app, m);
  Write(MapCleared(app, m), Filled(kBlock, 7));
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    rec.BarrierToHost();
  });
  Bytes want = Filled(kBlock, 7);
  for (size_t i = 0; i < kBlock; i += 4) want[i] = 8;
  return {want, app.DeviceBytes(m)};
}

// The counters are read without an invalidate.
Outcome StaleCounters(VulkanApp& app, Build build) {
  AppMemory m(app, kBlock);
  m.Name("values");
  CounterKernel counters(app, m);
  uint8_t* p = m.Map();
  Write(p, Filled(kBlock, 7));
  m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {BytesOf(0x07070708), BytesOf(LoadWord(p + 64))};
}

}  // namespace

std::vector<FindingProgram> ShaderPrograms() {
  const ExpectedFinding lost =
      Lost({0, kBlock}).Exactly().Command(kDispatch).Of("values");
  FindingProgram pushed = {
      "PushedDescriptor", kSubmitText, PushedDescriptor, {lost}};
  pushed.request.extensions = {VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
  return {
      {"UniformBlock", kSubmitText, UniformBlock, {lost}},
      {"StorageBlock", kSubmitText, StorageBlock, {lost}},
      pushed,
      {"DynamicOffset",
       kSubmitText,
       DynamicOffset,
       {lost.Within({2 * kBlock, kBlock})}},
      {"IndirectArguments",
       kSubmitText,
       IndirectArguments,
       {Lost({0, 12}).Command("vkCmdDispatchIndirect").Of("arguments")}},
      {"CountersInPlace",
       kSubmitText,
       CountersInPlace,
       {lost, Clobber({0, kBlock}, MissingStep::kFlush)
                  .Command(kDispatch)
                  .Of("values")
                  .IfSeen()}},
      {"StaleCounters",
       kSubmitText,
       StaleCounters,
       {Stale({64, 4}).Exactly().Command(kDispatch).Of("values").ReadIn(
           "StaleCounters", "shader_programs.cc")}},
  };
}

}  // namespace incoherent
