// Host and device in one atom of non-coherent memory; invalidates that discard.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kRangeText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#VkMappedMemoryRange";
constexpr char kInvalidateText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkInvalidateMappedMemoryRanges";
constexpr char kFill[] = "vkCmdFillBuffer";
constexpr char kInvalidate[] = "vkInvalidateMappedMemoryRanges";

constexpr VkDeviceSize kSize = 4096;
constexpr VkDeviceSize kAtom = 256;  // of the profile
constexpr uint8_t kDeviceByte = 0x77;
constexpr uint32_t kHostWord = 0x01020304;
const Bytes kOld = Fresh(kSize, 1);

void FillForHost(Commands& rec, const AppMemory& m, VkDeviceSize offset) {
  rec.Fill(m, offset, 4, kDeviceByte);
  rec.BarrierToHost();
}

// The host's cache holds the device's word as it was before; the flush puts it
// back with the rest of the atom.
Outcome StoreBesideDeviceBytes(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kOld);
  app.Run([&](Commands& rec) { FillForHost(rec, m, 0); });
  if (build == Build::kRight) m.Invalidate(0, kAtom);
  StoreWord(p + 4, kHostWord);
  m.Flush(0, kAtom);
  return {WordOf(kDeviceByte), app.DeviceBytes(m, 0, 4)};
}

// As before, but the device is still writing. The right build keeps the two
// in different atoms.
Outcome StoreBesidePendingWrite(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kOld);
  const VkFence done =
      app.Submit([&](Commands& rec) { FillForHost(rec, m, 0); });
  StoreWord(p + (build == Build::kRight ? kAtom : 4), kHostWord);
  app.Wait(done);
  m.Flush(0, VK_WHOLE_SIZE);
  return {WordOf(kDeviceByte), app.DeviceBytes(m, 0, 4)};
}

// The host's word waits for its flush when the device writes beside it.
Outcome DeviceBesideDirtyBytes(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kOld);
  StoreWord(p + (build == Build::kRight ? kAtom : 4), kHostWord);
  app.Run([&](Commands& rec) { FillForHost(rec, m, 0); });
  m.Flush(0, VK_WHOLE_SIZE);
  return {WordOf(kDeviceByte), app.DeviceBytes(m, 0, 4)};
}

// The same word: whose value stays is open.
Outcome DeviceOverDirtyBytes(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kOld);
  StoreWord(p + 512, kHostWord);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) { FillForHost(rec, m, 512); });
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  return {WordOf(kDeviceByte), app.DeviceBytes(m, 512, 4)};
}

// One error, at the invalidate; the flush after it has nothing left to do.
Outcome InvalidateOverDirtyBytes(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("upload");
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p + kAtom, Fresh(kAtom, 2));
  if (build == Build::kWrong) m.Invalidate(0, VK_WHOLE_SIZE);
  m.Flush(0, VK_WHOLE_SIZE);
  return {Patched(kOld, kAtom, Fresh(kAtom, 2)), app.DeviceBytes(m)};
}

// The invalidate that fetches the device's word discards the host's.
Outcome InvalidateOfASharedAtom(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("shared");
  uint8_t* p = MapInStep(app, m, kOld);
  const VkDeviceSize at = build == Build::kRight ? kAtom : 4;
  StoreWord(p + at, kHostWord);
  app.Run([&](Commands& rec) { FillForHost(rec, m, 0); });
  m.Invalidate(0, kAtom);
  m.Flush(0, VK_WHOLE_SIZE);
  return {BytesOf(kHostWord), app.DeviceBytes(m, at, 4)};
}

}  // namespace

std::vector<FindingProgram> AtomPrograms() {
  const ByteRange atom = {0, kAtom};
  const ExpectedFinding dirty =
      Clobber(atom, MissingStep::kFlush).Command(kFill).Of("shared");
  return {
      {"StoreBesideDeviceBytes",
       kRangeText,
       StoreBesideDeviceBytes,
       {Clobber(atom, MissingStep::kInvalidate).Command(kFill).Of("shared")}},
      {"StoreBesidePendingWrite",
       "https://github.com/KhronosGroup/Vulkan-Docs/issues/127",
       StoreBesidePendingWrite,
       {InFlight(atom).Command(kFill).Of("shared")}},
      {"DeviceBesideDirtyBytes", kRangeText, DeviceBesideDirtyBytes, {dirty}},
      {"DeviceOverDirtyBytes",
       kRangeText,
       DeviceOverDirtyBytes,
       {dirty.Within({512, 4}).Exactly()}},
      {"InvalidateOverDirtyBytes",
       kInvalidateText,
       InvalidateOverDirtyBytes,
       {Discarded({kAtom, kAtom}).Exactly().Command(kInvalidate).Of("upload")}},
      {"InvalidateOfASharedAtom",
       kInvalidateText,
       InvalidateOfASharedAtom,
       {dirty, Discarded({4, 4}).Exactly().Command(kInvalidate).Of("shared")}},
  };
}

}  // namespace incoherent
