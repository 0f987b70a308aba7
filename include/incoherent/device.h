#ifndef INCOHERENT_DEVICE_H_
#define INCOHERENT_DEVICE_H_

// The simulated device, for programs that use the handles.
//
// A Device has memory types, queues and findings, and no GPU behind it. What
// the host stores and loads, and what commands read and write, goes through
// caches and domains as the Vulkan specification permits, and whatever step is
// missing between two accesses is a finding, whether or not a byte went wrong.
//
//   header              what it gives
//   device.h            the device itself: this page
//   memory.h            Memory: allocate, map, flush, invalidate
//   mapped_memory.h     MappedMemory: memory that stays mapped, and guards that
//                       invalidate on entry and flush on exit
//   allocator.h         Allocator: suballocations of mapped blocks
//   host_import.h       HostPages: memory made from the host's own pages
//   vmo.h               Vmo: memory shared by two processes; no device
//   testing.h           GoogleTest: a fixture, and matchers for findings
//
// In Bazel: deps = ["@incoherent//include/incoherent:device"], and likewise
// for the others.
//
// A program that forgets a flush:
//
//   #include "incoherent/device.h"
//   #include "incoherent/memory.h"
//   using namespace incoherent;
//
//   Device device(SmallDevice());
//   const QueueId queue = device.AddQueue();
//   absl::StatusOr<Memory> staging =
//       Memory::Allocate(device, SmallDeviceTypes::kNonCoherent, 256);
//   absl::StatusOr<Memory> target =
//       Memory::Allocate(device, SmallDeviceTypes::kDeviceLocal, 256);
//   if (!staging.ok() || !target.ok()) return;
//   absl::StatusOr<HostPointer> pointer = staging->Map();
//   absl::Status status = pointer->Write({1, 2, 3, 4});
//   // missing: status.Update(staging->Flush({0, 64}));
//   CommandBuffer commands = device.NewCommandBuffer();
//   status.Update(commands.Copy(staging->bytes({0, 4}),
//                               target->bytes({0, 4})));
//   const FenceId fence = device.AddFence();
//   status.Update(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
//   status.Update(device.WaitForFence(fence));
//   if (!status.ok()) return;               // no call was wrong, and yet:
//   std::vector<DeviceFinding> findings = device.findings();
//   std::puts(findings[0].message.c_str()); // "lost-host-write: memory0[0, 4):
//                                           // ..."
//   Byte seen = device.DeviceDomain(target->id(), 0);   // not 1
//
// What a program does with a Device (the declarations are in the headers that
// this one includes; they are as much a part of the interface):
//
//   Submit, WaitForFence,          sim/device/device.h
//   WaitIdle, DeviceDomain
//   CommandBuffer: Copy, Fill,     sim/device/command_buffer.h
//   Update, Kernel,
//   PipelineBarrier2
//   MemoryBarrier                  sim/device/barrier.h
//   kStage..., kAccess...          sim/memory/pipeline_scope.h
//   DeviceFinding, HazardKind      sim/device/device_finding.h,
//                                  sim/memory/hazard.h
//   EvictionPolicy                 sim/memory/eviction.h
//   VuidOf, ReturnCodeOf           sim/memory/valid_usage.h
//
// What the device wrote reaches the host after a barrier to HOST, a wait, and,
// if the memory is not coherent, an invalidate:
//
//   status.Update(commands.Fill(readback->bytes({0, 64}), 7));
//   status.Update(commands.PipelineBarrier2({ToHostBarrier()}));
//   ... Submit, WaitForFence ...
//   status.Update(readback->Invalidate({0, 64}));
//   absl::StatusOr<std::vector<uint8_t>> sevens = pointer->Read(64);
//
// Eviction policies say what the caches do by themselves: `lazy`, the default,
// never anything, so that whatever may be lost is; `eager` always everything,
// like a desktop; `random` anything, as a seed says. Bytes differ under each;
// missing steps are found all the same. (Rules about work that has yet to run,
// such as VUID-vkFreeMemory-memory-00677, are broken only where it has not.)
//
// Errors: every call that may fail returns a Status. If a rule of the
// specification was broken, VuidOf(status) names it, and it is a finding; if
// the call failed as the specification foresees, ReturnCodeOf(status) has the
// code. A Device outlives whatever was made with it. Thread-safe.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/device/barrier.h"
#include "sim/device/command_buffer.h"
#include "sim/device/device.h"
#include "sim/device/device_finding.h"
#include "sim/memory/eviction.h"
#include "sim/memory/pipeline_scope.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

// The memory types of SmallDevice().
struct SmallDeviceTypes {
  static constexpr uint32_t kDeviceLocal = 0;
  static constexpr uint32_t kCoherent = 1;     // HOST_VISIBLE, HOST_COHERENT
  static constexpr uint32_t kNonCoherent = 2;  // HOST_VISIBLE, HOST_CACHED
};

// A device for tests and examples: the three types above, heaps of 16 MiB each
// for the device and for the host, atoms of 64 bytes, mappings aligned to 64,
// host pointers aligned to 4096 and importable into the two host-visible types.
// Fresh memory has undefined contents, and a host load of them is a finding.
DeviceOptions SmallDevice(EvictionPolicy policy = {});

// The memory of a device that exists (`incoherent profiles` lists them), or of
// a profile file; contents as in SmallDevice. Errors are LoadProfile's.
absl::StatusOr<DeviceOptions> DeviceOfProfile(absl::string_view name_or_file,
                                              EvictionPolicy policy = {});

// The first type with all the `wanted` property flags (kHostVisible, ...) and
// none of the `unwanted`; none if there is no such type.
//   FindMemoryType(device, kHostVisible, kHostCoherent)   // non-coherent
absl::optional<uint32_t> FindMemoryType(const Device& device, uint32_t wanted,
                                        uint32_t unwanted = 0);

// From every device write to what the host reads or writes after it has waited:
// ALL_COMMANDS / MEMORY_WRITE to HOST / HOST_READ|HOST_WRITE.
MemoryBarrier ToHostBarrier();

}  // namespace incoherent

#endif  // INCOHERENT_DEVICE_H_
