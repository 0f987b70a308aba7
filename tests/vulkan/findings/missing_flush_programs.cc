// Host writes to non-coherent memory that no flush, or not the right one, made
// available to the device.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kSubmitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-submission-host-writes";
constexpr char kCopy[] = "vkCmdCopyBuffer";

constexpr VkDeviceSize kSize = 4096;
const Bytes kNew = Fresh(kSize, 1);

Outcome NoFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(m)};
}

Outcome HalfFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  m.Flush(0, build == Build::kRight ? kSize : kSize / 2);
  return {kNew, app.DeviceBytes(m)};
}

Outcome FlushBeforeTheLastWrite(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  uint8_t* p = MapCleared(app, m);
  Write(p, kNew);
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  Write(p + 1024, Fresh(256, 2));
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  return {Patched(kNew, 1024, Fresh(256, 2)), app.DeviceBytes(m)};
}

// Too late for this submit, and too early for the copy that is on its way.
Outcome FlushAfterSubmit(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  app.Wait(done);
  return {kNew, Read(seen.Map(), kSize)};
}

Outcome FlushAfterTheWait(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  const Bytes seen = app.DeviceBytes(m);
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  return {kNew, seen};
}

Outcome OneFrameForgets(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kSlot = 256;
  AppMemory m(app, 8 * kSlot);
  m.Name("ring");
  uint8_t* p = MapCleared(app, m);
  Outcome outcome;
  for (uint8_t frame = 0; frame < 8; ++frame) {
    const VkDeviceSize at = frame * kSlot;
    Write(p + at, Fresh(kSlot, frame));
    if (build == Build::kRight || frame != 5) m.Flush(at, kSlot);
    Append(outcome.want, Fresh(kSlot, frame));
    Append(outcome.got, app.DeviceBytes(m, at, kSlot));
  }
  return outcome;
}

Outcome UnmapForFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  m.Unmap();
  return {kNew, app.DeviceBytes(m)};
}

Outcome FlushOfAnotherMemory(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory other(app, kSize);
  m.Name("upload");
  other.Name("other");
  Write(MapCleared(app, m), kNew);
  Write(MapCleared(app, other), kNew);
  (build == Build::kRight ? m : other).Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(m)};
}

// Bytes here and there; the fix flushes the atoms that they lie in.
Outcome OneWordUnflushed(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  uint8_t* p = MapCleared(app, m);
  StoreWord(p + 100, 0x01020304);
  StoreWord(p + 1000, 0x05060708);
  m.Flush(0, 256);
  if (build == Build::kRight) m.Flush(768, 256);
  Bytes want = Filled(kSize, 0);
  want = Patched(want, 100, BytesOf(0x01020304));
  want = Patched(want, 1000, BytesOf(0x05060708));
  return {want, app.DeviceBytes(m)};
}

// A dependency from HOST does not stand in for the flush.
Outcome BarrierForFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.BarrierFromHost();
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// The copy stands in a secondary command buffer.
Outcome SecondaryCommands(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  const VkCommandBufferAllocateInfo allocate = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, app.pool(),
      VK_COMMAND_BUFFER_LEVEL_SECONDARY, 1};
  VkCommandBuffer secondary = VK_NULL_HANDLE;
  Require(vkAllocateCommandBuffers(app.device(), &allocate, &secondary),
          "vkAllocateCommandBuffers");
  const VkCommandBufferInheritanceInfo inheritance = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_INHERITANCE_INFO};
  const VkCommandBufferBeginInfo begin = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, 0, &inheritance};
  Require(vkBeginCommandBuffer(secondary, &begin), "vkBeginCommandBuffer");
  Commands inner(secondary);
  inner.Copy(m, 0, seen, 0, kSize);
  inner.BarrierToHost();
  Require(vkEndCommandBuffer(secondary), "vkEndCommandBuffer");
  app.Run([&](Commands& rec) {
    vkCmdExecuteCommands(rec.handle(), 1, &secondary);
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// The command buffer was recorded before the host wrote; that changes nothing.
Outcome RecordedBefore(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  const VkCommandBuffer commands = app.Recorded([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  VkSubmitInfo info = {VK_STRUCTURE_TYPE_SUBMIT_INFO};
  info.commandBufferCount = 1;
  info.pCommandBuffers = &commands;
  app.Wait(app.Submit(info));
  return {kNew, Read(seen.Map(), kSize)};
}

}  // namespace

std::vector<FindingProgram> MissingFlushPrograms() {
  const ExpectedFinding all =
      Lost({0, kSize}).Exactly().Command(kCopy).Of("upload");
  return {
      {"NoFlush", kSubmitText, NoFlush, {all}},
      {"HalfFlush",
       kSubmitText,
       HalfFlush,
       {all.Within({kSize / 2, kSize / 2})}},
      {"FlushBeforeTheLastWrite",
       kSubmitText,
       FlushBeforeTheLastWrite,
       {all.Within({1024, 256})}},
      {"FlushAfterSubmit",
       kSubmitText,
       FlushAfterSubmit,
       {all, InFlight({0, kSize}).Exactly().Command(kCopy).Of("upload")},
       Sees::kAnyBytes},
      {"FlushAfterTheWait", kSubmitText, FlushAfterTheWait, {all}},
      {"OneFrameForgets",
       kSubmitText,
       OneFrameForgets,
       {all.Within({5 * 256, 256}).Of("ring")}},
      {"UnmapForFlush", kSubmitText, UnmapForFlush, {all}},
      {"FlushOfAnotherMemory", kSubmitText, FlushOfAnotherMemory, {all}},
      {"OneWordUnflushed",
       kSubmitText,
       OneWordUnflushed,
       {all.Within({1000, 4})}},
      {"BarrierForFlush", kSubmitText, BarrierForFlush, {all}},
      {"SecondaryCommands", kSubmitText, SecondaryCommands, {all}},
      {"RecordedBefore", kSubmitText, RecordedBefore, {all}},
  };
}

}  // namespace incoherent
