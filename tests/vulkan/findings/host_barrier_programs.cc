// Device writes that the host touches after a wait, without a memory dependency
// that made them available to the host domain.

#include "tests/vulkan/app_event.h"
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
constexpr char kEventText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-events";
constexpr char kFile[] = "host_barrier_programs.cc";
constexpr char kFill[] = "vkCmdFillBuffer";

constexpr VkDeviceSize kSize = 4096;
constexpr uint8_t kNew = 0xaa;
constexpr Side kDeviceAccesses = {VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                  VK_ACCESS_MEMORY_READ_BIT};

using Work = VulkanApp::Record;

// Fills, does what shall bring it to the host, waits, and reads a word.
Outcome FillAndRead(VulkanApp& app, MemoryKind kind,
                    const std::function<void(Commands&, AppMemory&)>& finish) {
  AppMemory m(app, kSize, kind);
  m.Name("result");
  const uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    finish(rec, m);
  });
  if (kind == MemoryKind::kNonCoherent) m.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

Outcome NoBarrierOnCoherent(VulkanApp& app, Build build) {
  return FillAndRead(app, MemoryKind::kCoherent,
                     [&](Commands& rec, AppMemory&) {
                       if (build == Build::kRight)
                         rec.Barrier(kTransferWrites, kHostReads);
                     });
}

Outcome NoBarrierOnNonCoherent(VulkanApp& app, Build build) {
  return FillAndRead(app, MemoryKind::kNonCoherent,
                     [&](Commands& rec, AppMemory&) {
                       if (build == Build::kRight)
                         rec.Barrier(kTransferWrites, kHostReads);
                     });
}

// The word lies in the other half.
Outcome BarrierOverHalf(VulkanApp& app, Build build) {
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory& m) {
        const VkDeviceSize size = build == Build::kRight ? kSize : 1024;
        rec.Barrier(kTransferWrites, kHostReads, m, 0, size);
      });
}

Outcome BarrierBeforeTheLastWrite(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  const Side next = {
      VK_PIPELINE_STAGE_HOST_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
      VK_ACCESS_HOST_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT};
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, 0x55);
    rec.Barrier(kTransferWrites, next);
    rec.Fill(m, 1024, 1024, kNew);
    if (build == Build::kRight) rec.Barrier(kTransferWrites, kHostReads);
  });
  Outcome outcome = {WordOf(0x55), BytesOf(LoadWord(p + 512))};
  Append(outcome.want, WordOf(kNew));
  Append(outcome.got, BytesOf(LoadWord(p + 1024)));
  return outcome;
}

// Order, and nothing else.
Outcome HostStageWithoutAccess(VulkanApp& app, Build build) {
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory&) {
        const VkAccessFlags read =
            build == Build::kRight ? VK_ACCESS_HOST_READ_BIT : 0;
        rec.Barrier(kTransferWrites, {VK_PIPELINE_STAGE_HOST_BIT, read});
      });
}

// All commands are not the host.
Outcome AllCommandsForHost(VulkanApp& app, Build build) {
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory&) {
        rec.Barrier(kTransferWrites,
                    build == Build::kRight ? kHostReads : kDeviceAccesses);
      });
}

Outcome TopOfPipeForHost(VulkanApp& app, Build build) {
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory&) {
        const Side top = {VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, 0};
        rec.Barrier(kTransferWrites, build == Build::kRight ? kHostReads : top);
      });
}

// The first scope has another stage than the one that wrote.
Outcome SourceOfAnotherStage(VulkanApp& app, Build build) {
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory&) {
        const bool right = build == Build::kRight;
        VkMemoryBarrier2 barrier = {VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
        barrier.srcStageMask = right ? VK_PIPELINE_STAGE_2_CLEAR_BIT
                                     : VK_PIPELINE_STAGE_2_COPY_BIT;
        barrier.srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT;
        barrier.dstStageMask = VK_PIPELINE_STAGE_2_HOST_BIT;
        barrier.dstAccessMask = VK_ACCESS_2_HOST_READ_BIT;
        VkDependencyInfo info = {VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
        info.memoryBarrierCount = 1;
        info.pMemoryBarriers = &barrier;
        vkCmdPipelineBarrier2(rec.handle(), &info);
      });
}

Outcome BarrierOnAnotherBuffer(VulkanApp& app, Build build) {
  AppMemory other(app, kSize, MemoryKind::kCoherent);
  other.Name("other");
  return FillAndRead(app, MemoryKind::kCoherent,
                     [&](Commands& rec, AppMemory& m) {
                       rec.Barrier(kTransferWrites, kHostReads,
                                   build == Build::kRight ? m : other);
                     });
}

// Submits without a fence; whoever waits in its place brings no visibility.
Outcome WaitForBarrier(VulkanApp& app, Build build,
                       const std::function<void()>& wait) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    if (build == Build::kRight) rec.Barrier(kTransferWrites, kHostReads);
  });
  wait();
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

Outcome QueueIdleForBarrier(VulkanApp& app, Build build) {
  return WaitForBarrier(app, build, [&] {
    Require(vkQueueWaitIdle(app.queue()), "vkQueueWaitIdle");
  });
}

Outcome DeviceIdleForBarrier(VulkanApp& app, Build build) {
  return WaitForBarrier(app, build, [&] {
    Require(vkDeviceWaitIdle(app.device()), "vkDeviceWaitIdle");
  });
}

Outcome TimelineForBarrier(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  Timeline timeline(app);
  timeline.Submit({0, 1}, [&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    if (build == Build::kRight) rec.Barrier(kTransferWrites, kHostReads);
  });
  timeline.Wait(1);
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

// Write after write: the host's store may come to rest below the device's.
Outcome OverwriteAfterTheWait(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    if (build == Build::kRight) rec.Barrier(kTransferWrites, kHostWrites);
  });
  StoreWord(p + 1200, 0x01020304);
  return {Patched(Filled(kSize, kNew), 1200, BytesOf(0x01020304)),
          app.DeviceBytes(m)};
}

// An event that the host is not part of.
Outcome EventWithoutHost(VulkanApp& app, Build build) {
  AppEvent event(app);
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory&) {
        event.Set(rec, VK_PIPELINE_STAGE_TRANSFER_BIT);
        event.Wait(rec, kTransferWrites,
                   build == Build::kRight ? kHostReads : kDeviceAccesses);
      });
}

// vkCmdSetEvent2 cannot name the host; a barrier behind the wait can.
Outcome Event2WithoutHost(VulkanApp& app, Build build) {
  AppEvent event(app);
  return FillAndRead(
      app, MemoryKind::kCoherent, [&](Commands& rec, AppMemory&) {
        VkMemoryBarrier2 barrier = {VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
        barrier.srcStageMask = VK_PIPELINE_STAGE_2_CLEAR_BIT;
        barrier.srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT;
        barrier.dstStageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
        barrier.dstAccessMask = VK_ACCESS_2_TRANSFER_READ_BIT;
        VkDependencyInfo info = {VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
        info.memoryBarrierCount = 1;
        info.pMemoryBarriers = &barrier;
        const VkEvent handle = event.handle();
        vkCmdSetEvent2(rec.handle(), handle, &info);
        vkCmdWaitEvents2(rec.handle(), 1, &handle, &info);
        if (build == Build::kRight) rec.Barrier(kTransferWrites, kHostReads);
      });
}

// A device that has the newer barriers.
DeviceRequest Synchronization2Device() {
  static const VkPhysicalDeviceSynchronization2Features features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SYNCHRONIZATION_2_FEATURES, nullptr,
      VK_TRUE};
  return {{}, &features};
}

// INCOHERENT_HOST_DOMAIN=strict: the bytes do not arrive, which is an error.
FindingProgram InStrict(FindingProgram program) {
  program.name += "InStrict";
  program.host_domain = "strict";
  program.sees = Sees::kWrongBytes;
  for (ExpectedFinding& expected : program.expected) {
    expected = expected.As(Severity::kError);
  }
  return program;
}

// INCOHERENT_HOST_DOMAIN=merged: as hardware that has one domain.
FindingProgram InMerged(FindingProgram program) {
  program.name += "InMerged";
  program.host_domain = "merged";
  program.expected.clear();
  return program;
}

}  // namespace

std::vector<FindingProgram> HostBarrierPrograms() {
  const ExpectedFinding word =
      NoBarrier({1200, 4}).Exactly().Command(kFill).Of("result").ReadIn(
          "FillAndRead", kFile);
  const ExpectedFinding waited = word.ReadIn("WaitForBarrier", kFile);
  const auto program = [&](const char* name, auto run,
                           const ExpectedFinding& expected) {
    FindingProgram result = {name, kHostAccessText, run, {expected}};
    result.sees = Sees::kRightBytes;
    return result;
  };
  std::vector<FindingProgram> programs = {
      program("NoBarrierOnCoherent", NoBarrierOnCoherent, word),
      program("NoBarrierOnNonCoherent", NoBarrierOnNonCoherent, word),
      program("BarrierOverHalf", BarrierOverHalf, word),
      program(
          "BarrierBeforeTheLastWrite", BarrierBeforeTheLastWrite,
          word.Within({1024, 4}).ReadIn("BarrierBeforeTheLastWrite", kFile)),
      program("HostStageWithoutAccess", HostStageWithoutAccess, word),
      program("AllCommandsForHost", AllCommandsForHost, word),
      program("TopOfPipeForHost", TopOfPipeForHost, word),
      program("SourceOfAnotherStage", SourceOfAnotherStage, word),
      program("BarrierOnAnotherBuffer", BarrierOnAnotherBuffer, word),
      program("QueueIdleForBarrier", QueueIdleForBarrier, waited),
      program("DeviceIdleForBarrier", DeviceIdleForBarrier, waited),
      program("TimelineForBarrier", TimelineForBarrier,
              word.ReadIn("TimelineForBarrier", kFile)),
      program(
          "OverwriteAfterTheWait", OverwriteAfterTheWait,
          NoBarrier({1200, 4}).Exactly().Command(kFill).Of("result").WrittenIn(
              "OverwriteAfterTheWait", kFile)),
      program("EventWithoutHost", EventWithoutHost, word),
      program("Event2WithoutHost", Event2WithoutHost, word),
  };
  for (FindingProgram& each : programs) {
    if (each.name == "TimelineForBarrier") each.request = Timeline::Device();
    if (each.name == "SourceOfAnotherStage" ||
        each.name == "Event2WithoutHost") {
      each.request = Synchronization2Device();
    }
    if (each.name == "EventWithoutHost" || each.name == "Event2WithoutHost") {
      each.link = kEventText;
    }
    if (each.name == "QueueIdleForBarrier") {
      each.link =
          "https://github.com/KhronosGroup/Vulkan-ValidationLayers/pull/549";
    }
  }
  for (int i = 0; i < 3; ++i) {
    programs.push_back(InStrict(programs[i]));
    programs.push_back(InMerged(programs[i]));
  }
  return programs;
}

}  // namespace incoherent
