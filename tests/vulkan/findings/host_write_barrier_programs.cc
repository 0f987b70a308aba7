// Wait before signal: the work was submitted before the host wrote, so no
// submit brings the write to the device; a barrier from HOST must.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/timeline.h"

namespace incoherent {
namespace {

constexpr char kHostAccessText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-host-access-types";

constexpr VkDeviceSize kSize = 4096;
const Bytes kNew = Fresh(kSize, 1);

// The semaphore's stages are in the source, so that the two scopes chain.
constexpr Side kSignalingHost = {
    VK_PIPELINE_STAGE_HOST_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
    VK_ACCESS_HOST_WRITE_BIT};

// The copy waits for the timeline; `write` then does the host's part.
Outcome CopyAfterSignal(VulkanApp& app, AppMemory& m, bool barrier,
                        const std::function<void(Timeline&)>& write) {
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Timeline timeline(app);
  const VkFence done = timeline.Submit({1, 0}, [&](Commands& rec) {
    if (barrier) rec.Barrier(kSignalingHost, kTransferReads);
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  write(timeline);
  app.Wait(done);
  return {kNew, Read(seen.Map(), kSize)};
}

Outcome SignalWithoutBarrier(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = MapCleared(app, m);
  return CopyAfterSignal(app, m, build == Build::kRight,
                         [&](Timeline& timeline) {
                           Write(p, kNew);
                           timeline.Signal(1);
                         });
}

Outcome FlushedSignalWithoutBarrier(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  uint8_t* p = MapCleared(app, m);
  return CopyAfterSignal(app, m, build == Build::kRight,
                         [&](Timeline& timeline) {
                           Write(p, kNew);
                           m.Flush(0, VK_WHOLE_SIZE);
                           timeline.Signal(1);
                         });
}

Outcome SignalWithoutFlush(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  uint8_t* p = MapCleared(app, m);
  return CopyAfterSignal(app, m, /*barrier=*/true, [&](Timeline& timeline) {
    Write(p, kNew);
    if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
    timeline.Signal(1);
  });
}

Outcome WriteAfterTheSignal(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = MapCleared(app, m);
  return CopyAfterSignal(app, m, /*barrier=*/true, [&](Timeline& timeline) {
    if (build == Build::kRight) Write(p, kNew);
    timeline.Signal(1);
    if (build == Build::kWrong) Write(p, kNew);
  });
}

}  // namespace

std::vector<FindingProgram> HostWriteBarrierPrograms() {
  const ExpectedFinding lost =
      Lost({0, kSize}).Exactly().Command("vkCmdCopyBuffer").Of("upload");
  std::vector<FindingProgram> programs = {
      {"SignalWithoutBarrier",
       kHostAccessText,
       SignalWithoutBarrier,
       {lost.Missing(MissingStep::kHostWriteBarrier)},
       Sees::kAnyBytes},
      {"FlushedSignalWithoutBarrier",
       kHostAccessText,
       FlushedSignalWithoutBarrier,
       {lost.Missing(MissingStep::kHostWriteBarrier)},
       Sees::kAnyBytes},
      {"SignalWithoutFlush", kHostAccessText, SignalWithoutFlush, {lost}},
      {"WriteAfterTheSignal",
       kHostAccessText,
       WriteAfterTheSignal,
       {InFlight({0, kSize}).Exactly().Command("vkCmdCopyBuffer").Of("upload")},
       Sees::kAnyBytes},
  };
  for (FindingProgram& each : programs) each.request = Timeline::Device();
  return programs;
}

}  // namespace incoherent
