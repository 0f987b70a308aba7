// Correct programs that come close to a bug, on the way to the device and
// beside it.

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/compute_kernel.h"
#include "tests/vulkan/findings/copy_shaders.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kSubmitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-submission-host-writes";
constexpr char kHazardText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#memory-device-hostaccess-hazards";
constexpr char kRangeText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#VkMappedMemoryRange";

constexpr VkDeviceSize kSize = 4096;
constexpr uint8_t kDeviceByte = 0xaa;
const Bytes kNew = Fresh(kSize, 1);

// The host writes what commands that were recorded, and not submitted, will
// use; the first of them overwrites it.
Outcome WriteWhileRecording(VulkanApp& app) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, 1024, kDeviceByte);
    Write(p, kNew);
    rec.BarrierBetween();
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  return {Patched(kNew, 0, Filled(1024, kDeviceByte)), Read(seen.Map(), kSize)};
}

// Neither thread touches the other's atoms.
Outcome DisjointAtomsOfTwoThreads(VulkanApp& app) {
  constexpr VkDeviceSize kHalf = kSize / 2;
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  app.DeviceWrite(m, kHalf, Slice(kNew, kHalf, kHalf));
  Bytes read;
  std::thread writer([&] {
    for (VkDeviceSize at = 0; at < kHalf; at += 256) {
      Write(p + at, Slice(kNew, at, 256));
      m.Flush(at, 256);
    }
  });
  std::thread reader([&] {
    for (VkDeviceSize at = kHalf; at < kSize; at += 256) {
      m.Invalidate(at, 256);
      Append(read, Read(p + at, 256));
    }
  });
  writer.join();
  reader.join();
  Outcome outcome = {kNew, app.DeviceBytes(m, 0, kHalf)};
  Append(outcome.got, read);
  return outcome;
}

// The last atom ends with the memory.
Outcome EndOfTheMemory(VulkanApp& app) {
  constexpr VkDeviceSize kOdd = 2000;
  constexpr VkDeviceSize kLast = 1792;
  AppMemory m(app, kOdd);
  uint8_t* p = m.Map();
  Outcome outcome;
  const auto round = [&](uint8_t seed, VkDeviceSize offset, VkDeviceSize size) {
    Write(p, Fresh(kOdd, seed));
    m.Flush(0, kLast);
    m.Flush(offset, size);
    Append(outcome.want, Fresh(kOdd, seed));
    Append(outcome.got, app.DeviceBytes(m));
    app.DeviceWrite(m, 0, Fresh(kOdd, seed + 5));
    m.Invalidate(0, kLast);
    m.Invalidate(offset, size);
    Append(outcome.want, Fresh(kOdd, seed + 5));
    Append(outcome.got, Read(p, kOdd));
  };
  round(1, 0, kOdd);
  round(2, kLast, kOdd - kLast);
  round(3, kLast, VK_WHOLE_SIZE);
  return outcome;
}

// An unmap loses nothing: the flush under the second mapping is in time.
Outcome FlushUnderTheNextMapping(VulkanApp& app) {
  AppMemory m(app, kSize);
  Write(m.Map(), kNew);
  m.Unmap();
  m.Map();
  m.Flush(0, VK_WHOLE_SIZE);
  m.Unmap();
  return {kNew, app.DeviceBytes(m)};
}

// Three frames in flight; a slot is smaller than a page and made of atoms.
Outcome PersistentRing(VulkanApp& app, MemoryKind kind) {
  constexpr VkDeviceSize kSlot = 512;
  constexpr size_t kFrames = 100;
  AppMemory m(app, 3 * kSlot, kind);
  AppMemory seen(app, 3 * kSlot, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  const uint8_t* q = seen.Map();
  std::vector<VkFence> fences;
  Outcome outcome;
  const auto finish = [&](size_t frame) {
    app.Wait(fences[frame]);
    Append(outcome.got, Read(q + frame % 3 * kSlot, kSlot));
    Append(outcome.want, Fresh(kSlot, frame % 14));
  };
  for (size_t frame = 0; frame < kFrames; ++frame) {
    if (frame >= 3) finish(frame - 3);
    const VkDeviceSize at = frame % 3 * kSlot;
    Write(p + at, Fresh(kSlot, frame % 14));
    if (kind == MemoryKind::kNonCoherent) m.Flush(at, kSlot);
    fences.push_back(app.Submit([&](Commands& rec) {
      rec.Copy(m, at, seen, at, kSlot);
      rec.BarrierToHost();
    }));
  }
  for (size_t frame = kFrames - 3; frame < kFrames; ++frame) finish(frame);
  return outcome;
}

Outcome PersistentNonCoherentRing(VulkanApp& app) {
  return PersistentRing(app, MemoryKind::kNonCoherent);
}

Outcome PersistentCoherentRing(VulkanApp& app) {
  return PersistentRing(app, MemoryKind::kCoherent);
}

// Coherent memory has no atoms: the host may use the very next byte.
Outcome NextByteOfCoherentMemory(VulkanApp& app) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  Write(p, kNew);
  const VkFence done = app.Submit([&](Commands& rec) {
    for (VkDeviceSize at = 0; at < 256; at += 8) {
      rec.Fill(m, at, 4, kDeviceByte);
    }
    rec.BarrierToHost();
  });
  Bytes want = kNew;
  for (VkDeviceSize at = 4; at < 256; at += 8) {
    StoreWord(p + at, LoadWord(p + at) + 1);
    want = Patched(want, at - 4, WordOf(kDeviceByte));
    uint32_t word;
    std::memcpy(&word, kNew.data() + at, sizeof word);
    want = Patched(want, at, BytesOf(word + 1));
  }
  app.Wait(done);
  return {want, Read(p, kSize)};
}

// In non-coherent memory, the next atom.
Outcome NextAtom(VulkanApp& app) {
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kNew);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Fill(m, 256, 256, kDeviceByte);
    rec.BarrierToHost();
  });
  Write(p, Fresh(256, 2));
  Write(p + 512, Fresh(256, 3));
  m.Flush(0, 256);
  m.Flush(512, 256);
  app.Wait(done);
  const Bytes want = Patched(
      Patched(Patched(kNew, 0, Fresh(256, 2)), 256, Filled(256, kDeviceByte)),
      512, Fresh(256, 3));
  m.Invalidate(256, 256);
  Outcome outcome = {want, Read(p, kSize)};
  Append(outcome.want, want);
  Append(outcome.got, app.DeviceBytes(m));
  return outcome;
}

// The kernel stores into mapped memory, and loads from it.
Outcome SystemCalls(VulkanApp& app, MemoryKind kind) {
  AppMemory m(app, kSize, kind);
  uint8_t* p = m.Map();
  app.DeviceWrite(m, 0, Filled(kSize, kDeviceByte));
  if (kind == MemoryKind::kNonCoherent) m.Invalidate(0, VK_WHOLE_SIZE);
  int ends[2];
  Require(pipe(ends) == 0 ? VK_SUCCESS : VK_INCOMPLETE, "pipe");
  Bytes out(kSize);
  // A pipe holds more than a page.
  bool whole = write(ends[1], p, kSize) == static_cast<ssize_t>(kSize);
  whole &= read(ends[0], out.data(), kSize) == static_cast<ssize_t>(kSize);
  whole &= write(ends[1], kNew.data(), kSize) == static_cast<ssize_t>(kSize);
  whole &= read(ends[0], p, kSize) == static_cast<ssize_t>(kSize);
  close(ends[0]);
  close(ends[1]);
  if (kind == MemoryKind::kNonCoherent) m.Flush(0, VK_WHOLE_SIZE);
  Outcome outcome = {Filled(kSize, kDeviceByte), out};
  Append(outcome.want, kNew);
  Append(outcome.got, whole ? app.DeviceBytes(m) : Bytes(kSize));
  return outcome;
}

Outcome SystemCallsOnCoherent(VulkanApp& app) {
  return SystemCalls(app, MemoryKind::kCoherent);
}

Outcome SystemCallsOnNonCoherent(VulkanApp& app) {
  return SystemCalls(app, MemoryKind::kNonCoherent);
}

// What is not flushed is not read by the device either.
Outcome UnflushedAndUnread(VulkanApp& app) {
  AppMemory m(app, kSize);
  Write(m.Map(), kNew);
  m.Flush(0, 1024);
  return {Slice(kNew, 0, 1024), app.DeviceBytes(m, 0, 1024)};
}

// The descriptor covers all of the buffer, the shader's block its beginning.
Outcome UnflushedBehindTheBlock(VulkanApp& app) {
  AppMemory m(app, kSize);
  AppMemory seen(app, 256, MemoryKind::kNotMappable);
  const ComputeKernel kernel(app, kCopyOfStorage,
                             {{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &m},
                              {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen}});
  Write(m.Map(), kNew);
  m.Flush(0, 256);
  app.Run([&](Commands& rec) {
    kernel.Dispatch(rec);
    rec.BarrierToHost();
  });
  return {Slice(kNew, 0, 256), app.DeviceBytes(seen)};
}

// Freed with stores that nobody flushed; the next memory is not touched.
Outcome FreedUnflushed(VulkanApp& app) {
  auto first = std::make_unique<AppMemory>(app, kSize);
  Write(first->Map(), Fresh(kSize, 2));
  first.reset();
  AppMemory second(app, kSize);
  Write(second.Map(), kNew);
  second.Flush(0, VK_WHOLE_SIZE);
  return {kNew, app.DeviceBytes(second)};
}

// The host overwrites what the device only read, once it has.
Outcome OverwriteAfterARead(VulkanApp& app) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  Write(p, Fresh(kSize, 2));
  Outcome outcome = {Fresh(kSize, 2), app.DeviceBytes(m)};
  Write(p, kNew);
  Append(outcome.want, kNew);
  Append(outcome.got, app.DeviceBytes(m));
  return outcome;
}

// The host reads what pending work only reads.
Outcome BothRead(VulkanApp& app) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  Write(p, kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  Outcome outcome = {kNew, Read(p, kSize)};
  app.Wait(done);
  Append(outcome.want, kNew);
  Append(outcome.got, Read(seen.Map(), kSize));
  return outcome;
}

// A barrier that names only the device is enough where a submit follows.
Outcome SubmitInsteadOfBarrier(VulkanApp& app) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  Write(p, Fresh(kSize, 2));
  app.DeviceBytes(m);
  Write(p, kNew);
  app.Run([&](Commands& rec) {
    rec.Barrier(kTransferReads, kTransferReads);
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// A store beside bytes that the host has not seen, never flushed, is freed with
// its memory; what is allocated next has nothing to do with it.
Outcome StoreThatIsFreed(VulkanApp& app) {
  {
    AppMemory m(app, kSize);
    app.DeviceWrite(m, 0, kNew);
    *static_cast<volatile uint8_t*>(m.Map()) = 1;
  }
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kSize);
  app.DeviceWrite(m, 0, kNew);
  std::memset(m.Map() + atom, 7, atom);
  m.Flush(atom, atom);
  Bytes want = kNew;
  std::fill_n(want.begin() + atom, atom, uint8_t{7});
  return {want, app.DeviceBytes(m)};
}

}  // namespace

std::vector<FindingProgram> SilentPrograms() {
  return {
      Silent("WriteWhileRecording",
             "https://github.com/Tencent/ncnn/issues/2640",
             WriteWhileRecording),
      Silent("DisjointAtomsOfTwoThreads",
             "https://github.com/KhronosGroup/MoltenVK/pull/2738",
             DisjointAtomsOfTwoThreads),
      Silent("EndOfTheMemory", "https://github.com/jgbit/vuda/issues/18",
             EndOfTheMemory),
      Silent("FlushUnderTheNextMapping", kRangeText, FlushUnderTheNextMapping),
      Silent("PersistentNonCoherentRing", kSubmitText,
             PersistentNonCoherentRing),
      Silent("PersistentCoherentRing", kSubmitText, PersistentCoherentRing),
      Silent("NextByteOfCoherentMemory", kHazardText, NextByteOfCoherentMemory),
      Silent("NextAtom", kHazardText, NextAtom),
      Silent("SystemCallsOnCoherent", kSubmitText, SystemCallsOnCoherent),
      Silent("SystemCallsOnNonCoherent", kSubmitText, SystemCallsOnNonCoherent),
      Silent("UnflushedAndUnread", kSubmitText, UnflushedAndUnread),
      Silent("UnflushedBehindTheBlock", kSubmitText, UnflushedBehindTheBlock),
      Silent("FreedUnflushed",
             "https://registry.khronos.org/vulkan/specs/latest/html/"
             "vkspec.html#vkFreeMemory",
             FreedUnflushed),
      Silent("StoreThatIsFreed", kHazardText, StoreThatIsFreed),
      Silent("OverwriteAfterARead", kHazardText, OverwriteAfterARead),
      Silent("BothRead", kHazardText, BothRead),
      Silent("SubmitInsteadOfBarrier",
             "https://github.com/haasn/libplacebo/commit/8c2c9576",
             SubmitInsteadOfBarrier),
  };
}

}  // namespace incoherent
