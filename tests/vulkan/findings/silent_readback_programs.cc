// Correct programs on the way back to the host: every way to wait, and every
// way to name the host in a dependency.

#include "tests/vulkan/app_event.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/timeline.h"

namespace incoherent {
namespace {

constexpr char kWaitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-fences-waiting";
constexpr char kHostAccessText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-host-access-types";

constexpr VkDeviceSize kSize = 4096;
constexpr uint8_t kNew = 0xaa;

// Whole memories of both kinds, filled by commands that `record` ends; `wait`
// gets the fence.
struct Readback {
  VulkanApp::Record record = [](Commands& rec) { rec.BarrierToHost(); };
  std::function<void(VulkanApp&, VkFence)> wait =
      [](VulkanApp& app, VkFence fence) { app.Wait(fence); };
};

Outcome Run(VulkanApp& app, const Readback& readback) {
  Outcome outcome;
  for (MemoryKind kind : {MemoryKind::kCoherent, MemoryKind::kNonCoherent}) {
    AppMemory m(app, kSize, kind);
    const uint8_t* p = m.Map();
    const VkFence fence = app.Submit([&](Commands& rec) {
      rec.Fill(m, 0, kSize, kNew);
      readback.record(rec);
    });
    readback.wait(app, fence);
    if (kind == MemoryKind::kNonCoherent) m.Invalidate(0, VK_WHOLE_SIZE);
    Append(outcome.want, Filled(kSize, kNew));
    Append(outcome.got, Read(p, kSize));
  }
  return outcome;
}

Outcome WaitsForTheFence(VulkanApp& app) { return Run(app, {}); }

Outcome WaitsForTheQueue(VulkanApp& app) {
  Readback readback;
  readback.wait = [](VulkanApp& a, VkFence) {
    Require(vkQueueWaitIdle(a.queue()), "vkQueueWaitIdle");
  };
  return Run(app, readback);
}

Outcome WaitsForTheDevice(VulkanApp& app) {
  Readback readback;
  readback.wait = [](VulkanApp& a, VkFence) {
    Require(vkDeviceWaitIdle(a.device()), "vkDeviceWaitIdle");
  };
  return Run(app, readback);
}

Outcome PollsTheFence(VulkanApp& app) {
  Readback readback;
  readback.wait = [](VulkanApp& a, VkFence fence) {
    while (vkGetFenceStatus(a.device(), fence) != VK_SUCCESS) {
    }
  };
  return Run(app, readback);
}

// A fence covers what was submitted to its queue before.
Outcome WaitsForALaterFence(VulkanApp& app) {
  Readback readback;
  readback.wait = [](VulkanApp& a, VkFence) { a.Run([](Commands&) {}); };
  return Run(app, readback);
}

// A fence alone, of a submit without commands.
Outcome WaitsForAnEmptySubmit(VulkanApp& app) {
  Readback readback;
  readback.wait = [](VulkanApp& a, VkFence) {
    const VkSubmitInfo empty = {VK_STRUCTURE_TYPE_SUBMIT_INFO};
    a.Wait(a.Submit(empty));
  };
  return Run(app, readback);
}

// The barrier stands in a later submit.
Outcome BarrierInALaterSubmit(VulkanApp& app) {
  Readback readback;
  readback.record = [](Commands&) {};
  readback.wait = [](VulkanApp& a, VkFence) {
    a.Run([](Commands& rec) { rec.BarrierToHost(); });
  };
  return Run(app, readback);
}

// All accesses of all stages and of the host.
Outcome MemoryAccessesOfTheHost(VulkanApp& app) {
  Readback readback;
  readback.record = [](Commands& rec) {
    rec.Barrier(
        {VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, VK_ACCESS_MEMORY_WRITE_BIT},
        {VK_PIPELINE_STAGE_ALL_COMMANDS_BIT | VK_PIPELINE_STAGE_HOST_BIT,
         VK_ACCESS_MEMORY_READ_BIT});
  };
  return Run(app, readback);
}

// Two dependencies, the second of which carries the first one's writes on.
Outcome ChainOfBarriers(VulkanApp& app) {
  Readback readback;
  readback.record = [](Commands& rec) {
    rec.Barrier(kTransferWrites, kTransferReads);
    rec.Barrier(kTransferReads, kHostReads);
  };
  return Run(app, readback);
}

Outcome EventForTheHost(VulkanApp& app) {
  const AppEvent event(app);
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  const uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    event.Set(rec, VK_PIPELINE_STAGE_TRANSFER_BIT);
    event.Wait(rec, kTransferWrites, kHostReads);
  });
  return {Filled(kSize, kNew), Read(p, kSize)};
}

Outcome WaitsForTheTimeline(VulkanApp& app) {
  Timeline timeline(app);
  Outcome outcome;
  uint64_t value = 0;
  for (MemoryKind kind : {MemoryKind::kCoherent, MemoryKind::kNonCoherent}) {
    AppMemory m(app, kSize, kind);
    const uint8_t* p = m.Map();
    timeline.Submit({0, ++value}, [&](Commands& rec) {
      rec.Fill(m, 0, kSize, kNew);
      rec.BarrierToHost();
    });
    timeline.Wait(value);
    if (kind == MemoryKind::kNonCoherent) m.Invalidate(0, VK_WHOLE_SIZE);
    Append(outcome.want, Filled(kSize, kNew));
    Append(outcome.got, Read(p, kSize));
  }
  return outcome;
}

// The work that is waited for waited itself for the work that wrote.
Outcome WaitsThroughASemaphore(VulkanApp& app) {
  Timeline timeline(app);
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  const uint8_t* p = m.Map();
  timeline.Submit({0, 1}, [&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
  });
  app.Wait(timeline.Submit({1, 0}, [](Commands&) {}));
  return {Filled(kSize, kNew), Read(p, kSize)};
}

// The host's word is in the memory, and the device's around it.
Outcome BothWriteInTurns(VulkanApp& app) {
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  Bytes want = Filled(kSize, 0);
  Outcome outcome;
  for (uint8_t turn = 1; turn < 6; ++turn) {
    app.DeviceWrite(m, 0, Fresh(kSize, turn));
    m.Invalidate(0, VK_WHOLE_SIZE);
    StoreWord(p + 4 * turn, 0x01020304);
    m.Flush(0, 256);
    Append(outcome.want,
           Patched(Fresh(kSize, turn), 4 * turn, BytesOf(0x01020304)));
    Append(outcome.got, app.DeviceBytes(m));
  }
  return outcome;
}

}  // namespace

std::vector<FindingProgram> SilentReadbackPrograms() {
  return {
      Silent("WaitsForTheFence", kWaitText, WaitsForTheFence),
      Silent("WaitsForTheQueue", kWaitText, WaitsForTheQueue),
      Silent("WaitsForTheDevice", kWaitText, WaitsForTheDevice),
      Silent("PollsTheFence", kWaitText, PollsTheFence),
      Silent("WaitsForALaterFence", kWaitText, WaitsForALaterFence),
      Silent("WaitsForAnEmptySubmit", kWaitText, WaitsForAnEmptySubmit),
      Silent("BarrierInALaterSubmit", kHostAccessText, BarrierInALaterSubmit),
      Silent("MemoryAccessesOfTheHost", kHostAccessText,
             MemoryAccessesOfTheHost),
      Silent("ChainOfBarriers", kHostAccessText, ChainOfBarriers),
      Silent("EventForTheHost", kHostAccessText, EventForTheHost),
      Silent("WaitsForTheTimeline", kWaitText, WaitsForTheTimeline,
             Timeline::Device()),
      Silent("WaitsThroughASemaphore", kWaitText, WaitsThroughASemaphore,
             Timeline::Device()),
      Silent("BothWriteInTurns", kHostAccessText, BothWriteInTurns),
  };
}

}  // namespace incoherent
