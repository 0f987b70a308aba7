// Upload four bytes through a mapped pointer, and forget the flush.
//
// On a desktop nobody would notice. Here the copy reads what was there before,
// and the device says what is missing. Then the same with the flush.
//
//   bazel run //examples:forgotten_flush

#include <cstdint>
#include <cstdio>
#include <vector>

#include "incoherent/device.h"
#include "incoherent/memory.h"

namespace {

using incoherent::CommandBuffer;
using incoherent::Device;
using incoherent::FenceId;
using incoherent::HostPointer;
using incoherent::Memory;
using incoherent::QueueId;
using Types = incoherent::SmallDeviceTypes;

// What the device has at the end, where 1 2 3 4 should be.
absl::StatusOr<std::vector<uint8_t>> Upload(Device& device, bool flush) {
  const QueueId queue = device.AddQueue();
  absl::StatusOr<Memory> staging =
      Memory::Allocate(device, Types::kNonCoherent, 256);
  if (!staging.ok()) return staging.status();
  absl::StatusOr<Memory> target =
      Memory::Allocate(device, Types::kDeviceLocal, 256);
  if (!target.ok()) return target.status();
  staging->SetName("staging");

  const absl::StatusOr<HostPointer> pointer = staging->Map();
  if (!pointer.ok()) return pointer.status();
  absl::Status status = pointer->Write({1, 2, 3, 4});
  // The atom is 64 bytes: so much is flushed at the least.
  if (flush) status.Update(staging->Flush(staging->AtomRange({0, 4})));

  CommandBuffer commands = device.NewCommandBuffer();
  status.Update(commands.Copy(staging->bytes({0, 4}), target->bytes({0, 4})));
  const FenceId fence = device.AddFence();
  status.Update(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
  status.Update(device.WaitForFence(fence));
  if (!status.ok()) return status;

  std::vector<uint8_t> bytes;
  for (uint64_t at = 0; at < 4; ++at) {
    bytes.push_back(device.DeviceDomain(target->id(), at).value);
  }
  return bytes;
}

// Runs it on a device of its own; whether all bytes arrived.
bool Show(const char* what, bool flush) {
  Device device(incoherent::SmallDevice());
  const auto bytes = Upload(device, flush);
  if (!bytes.ok()) {
    std::printf("%s: %s\n", what, bytes.status().ToString().c_str());
    return false;
  }
  std::printf("%s: the device has %d %d %d %d\n", what, (*bytes)[0],
              (*bytes)[1], (*bytes)[2], (*bytes)[3]);
  for (const incoherent::DeviceFinding& finding : device.findings()) {
    std::printf("  %s\n", finding.message.c_str());
  }
  return *bytes == std::vector<uint8_t>{1, 2, 3, 4} &&
         device.findings().empty();
}

}  // namespace

int main() {
  const bool lost = !Show("without the flush", /*flush=*/false);
  const bool arrived = Show("with the flush   ", /*flush=*/true);
  return lost && arrived ? 0 : 1;
}
