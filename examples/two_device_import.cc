// Two devices share one page of the host: the first fills it, the second reads
// it, and nobody copies anything.
//
// What the first device wrote has to come out of it by a barrier to the host,
// the host has to wait, and the submit takes it into the second. Without the
// barrier the memory is coherent and it goes wrong all the same, which is what
// this shows first; then the same with it.
//
//   bazel run //examples:two_device_import

#include <cstdint>
#include <cstdio>
#include <memory>

#include "incoherent/device.h"
#include "incoherent/host_import.h"

namespace {

using incoherent::CommandBuffer;
using incoherent::Device;
using incoherent::DeviceOptions;
using incoherent::FenceId;
using incoherent::Host;
using incoherent::HostPages;
using incoherent::Memory;
using incoherent::QueueId;
using Types = incoherent::SmallDeviceTypes;

constexpr uint64_t kPage = 4096;

// Devices that import the same pages have one host between them.
DeviceOptions OptionsOn(const std::shared_ptr<Host>& host) {
  DeviceOptions options = incoherent::SmallDevice();
  options.host = host;
  return options;
}

absl::Status RunAndWait(Device& device, const CommandBuffer& commands) {
  const QueueId queue = device.AddQueue();
  const FenceId fence = device.AddFence();
  absl::Status status = device.Submit(queue, {{{}, {&commands}, {}}}, fence);
  status.Update(device.WaitForFence(fence));
  return status;
}

// What the second device reads where the first one wrote 7.
absl::StatusOr<uint8_t> Hand(Device& first, Device& second, bool barrier) {
  // The pages come before the memory, so that they go after it.
  absl::StatusOr<HostPages> pages =
      HostPages::Create(first.host(), {kPage, kPage, "frame"});
  if (!pages.ok()) return pages.status();
  absl::StatusOr<Memory> written = incoherent::ImportHostPointer(
      first, {pages->pointer(), kPage, Types::kCoherent});
  if (!written.ok()) return written.status();
  absl::StatusOr<Memory> read = incoherent::ImportHostPointer(
      second, {pages->pointer(), kPage, Types::kCoherent});
  if (!read.ok()) return read.status();
  absl::StatusOr<Memory> copy =
      Memory::Allocate(second, Types::kDeviceLocal, 64);
  if (!copy.ok()) return copy.status();

  CommandBuffer fill = first.NewCommandBuffer();
  absl::Status status = fill.Fill(written->bytes({0, 64}), 7);
  if (barrier) {
    status.Update(fill.PipelineBarrier2({incoherent::ToHostBarrier()}));
  }
  status.Update(RunAndWait(first, fill));

  CommandBuffer take = second.NewCommandBuffer();
  status.Update(take.Copy(read->bytes({0, 64}), copy->bytes({0, 64})));
  status.Update(RunAndWait(second, take));
  if (!status.ok()) return status;
  return second.DeviceDomain(copy->id(), 0).value;
}

// Runs it; whether the byte, and what was found, are as they should be.
bool Show(const char* what, bool barrier) {
  const auto host = std::make_shared<Host>(incoherent::HostOptions());
  Device first(OptionsOn(host)), second(OptionsOn(host));
  const absl::StatusOr<uint8_t> seen = Hand(first, second, barrier);
  if (!seen.ok()) {
    std::printf("%s: %s\n", what, std::string(seen.status().message()).c_str());
    return false;
  }
  std::printf("%s: the second device reads %d\n", what, *seen);
  for (const incoherent::DeviceFinding& finding : host->findings()) {
    std::printf("  %s\n", finding.message.c_str());
  }
  return barrier ? *seen == 7 && host->findings().empty()
                 : *seen != 7 && host->findings().size() == 1;
}

}  // namespace

int main() {
  const bool without = Show("without the barrier to the host", false);
  const bool with = Show("with it", true);
  return without && with ? 0 : 1;
}
