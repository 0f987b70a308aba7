// Two uploads from one block of memory: which bytes does the device get?
//
// An allocator cuts many allocations out of few memory objects, so two rules of
// Vulkan become easy to break. A memory object is mapped once, however many of
// its allocations are in use: the allocator counts the maps. And memory that is
// not coherent is flushed in whole atoms: the allocator keeps its allocations
// out of each other's atoms, and rounds.
//
// What it cannot do is to remember the flush. Here "vertices" is flushed, and
// "indices" is not.
//
//   bazel run //examples:suballocated_upload

#include <cstdint>
#include <cstdio>
#include <vector>

#include "incoherent/allocator.h"
#include "incoherent/device.h"

namespace {

using incoherent::Allocation;
using incoherent::AllocationCreateInfo;
using incoherent::Allocator;
using incoherent::CommandBuffer;
using incoherent::Device;
using incoherent::FenceId;
using incoherent::HostPointer;
using incoherent::QueueId;
using Types = incoherent::SmallDeviceTypes;
using Bytes = std::vector<uint8_t>;

Allocation Create(Allocator& allocator, const char* name, uint32_t type_index) {
  AllocationCreateInfo info;
  info.size = 100;
  info.type_index = type_index;
  info.name = name;
  return allocator.Create(info).value();
}

// Writes the bytes to the allocation, lets the device copy it to `target`, and
// returns what arrives there.
absl::StatusOr<Bytes> Upload(Allocator& allocator, QueueId queue,
                             const Allocation& staging, const Bytes& bytes,
                             bool flush, const Allocation& target) {
  Device& device = allocator.device();
  // Points to the allocation, not to its block: its offset in the memory object
  // is none of our business.
  const absl::StatusOr<HostPointer> pointer = allocator.MapMemory(staging);
  if (!pointer.ok()) return pointer.status();
  absl::Status status = pointer->Write(bytes);
  if (flush) status.Update(allocator.FlushAllocation(staging, 0, bytes.size()));
  // Unmaps the block if nobody else has it mapped; flushes nothing.
  status.Update(allocator.UnmapMemory(staging));

  const auto source = allocator.bytes(staging, {0, bytes.size()});
  const auto destination = allocator.bytes(target, {0, bytes.size()});
  if (!source.ok()) return source.status();
  if (!destination.ok()) return destination.status();
  CommandBuffer commands = device.NewCommandBuffer();
  status.Update(commands.Copy(*source, *destination));
  const FenceId fence = device.AddFence();
  status.Update(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
  status.Update(device.WaitForFence(fence));
  if (!status.ok()) return status;

  Bytes arrived;
  for (uint64_t i = 0; i < bytes.size(); ++i) {
    const uint64_t at = destination->range.offset + i;
    arrived.push_back(device.DeviceDomain(destination->memory, at).value);
  }
  return arrived;
}

void Print(const char* what, const Bytes& bytes) {
  std::printf("%-28s", what);
  for (const uint8_t byte : bytes) std::printf(" %02x", byte);
  std::printf("\n");
}

}  // namespace

int main() {
  Device device(incoherent::SmallDevice());
  const QueueId queue = device.AddQueue();
  Allocator allocator(device);
  const Allocation vertices =
      Create(allocator, "vertices", Types::kNonCoherent);
  const Allocation indices = Create(allocator, "indices", Types::kNonCoherent);
  const Allocation target = Create(allocator, "target", Types::kDeviceLocal);
  std::printf("100 bytes each: vertices at %d, indices at %d\n",
              static_cast<int>(allocator.InfoOf(vertices)->offset),
              static_cast<int>(allocator.InfoOf(indices)->offset));

  const Bytes bytes = {0x0d, 0xf0, 0xad, 0xba};
  const auto flushed =
      Upload(allocator, queue, vertices, bytes, /*flush=*/true, target);
  const auto forgotten =
      Upload(allocator, queue, indices, bytes, /*flush=*/false, target);
  for (const Allocation& each : {vertices, indices, target}) {
    if (!allocator.Free(each).ok()) return 1;
  }
  if (!flushed.ok() || !forgotten.ok()) return 1;
  Print("host wrote", bytes);
  Print("device got, with flush", *flushed);
  Print("device got, without", *forgotten);
  for (const incoherent::DeviceFinding& finding : device.findings()) {
    std::printf("%s\n", finding.message.c_str());
  }
  // The second upload alone was wrong, and that is all that was found.
  const auto findings = device.findings();
  const bool as_told =
      *flushed == bytes && *forgotten != bytes && findings.size() == 1 &&
      findings[0].hazard.kind == incoherent::HazardKind::kLostHostWrite;
  return as_told ? 0 : 1;
}
