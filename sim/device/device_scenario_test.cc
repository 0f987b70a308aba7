// Small programs in pairs: one that leaves out a step, and its correct twin.
//
// Of each: what is found (under every policy the same), what the lazy policy
// shows, that the eager one looks coherent, and that the random one shows both
// if the program is wrong and only the coherent value if it is right.

#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/device/device_under_test.h"

namespace incoherent {
namespace {

constexpr uint8_t kValue = 7;  // what every program should see

struct Scenario {
  const char* name;
  std::set<std::string> findings;  // kinds; empty: silence
  std::function<Byte(DeviceUnderTest&)> run;
  uint8_t lazy = 0;  // what is seen without luck
};

void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

// --- Host to device.

enum class When { kBefore, kAfter, kNever, kUnmapInstead };

Byte Upload(DeviceUnderTest& device, When flush) {
  device.StoreByte(device.staging, 3, kValue);
  if (flush == When::kBefore) ExpectOk(device.Flush(device.staging));
  if (flush == When::kUnmapInstead) {
    ExpectOk(device.Unmap(device.staging));
  }
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Copy({device.staging, {3, 1}}, {device.local, {0, 1}}));
  const FenceId fence = device.Send(commands);
  if (flush == When::kAfter) ExpectOk(device.Flush(device.staging));
  ExpectOk(device.WaitForFence(fence));
  return device.DeviceDomain(device.local, 0);
}

// Twice the same way: what the device read the first time is old the second.
Byte UploadAgain(DeviceUnderTest& device) {
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kAnything)}));
  ExpectOk(commands.Copy({device.staging, {3, 1}}, {device.local, {0, 1}}));
  for (const uint8_t value : {uint8_t{1}, kValue}) {
    device.StoreByte(device.staging, 3, value);
    ExpectOk(device.Flush(device.staging));
    device.SendAndWait(commands);
  }
  return device.DeviceDomain(device.local, 0);
}

Byte UploadCoherent(DeviceUnderTest& device) {
  device.StoreByte(device.coherent, 3, kValue);
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Copy({device.coherent, {3, 1}}, {device.local, {0, 1}}));
  device.SendAndWait(commands);
  return device.DeviceDomain(device.local, 0);
}

// The batch waits for a value that the host signals after its store.
Byte WaitBeforeSignal(DeviceUnderTest& device,
                      const std::vector<MemoryBarrier>& barriers) {
  const SemaphoreId timeline = device.AddTimelineSemaphore();
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.PipelineBarrier2(barriers));
  ExpectOk(commands.Copy({device.coherent, {0, 1}}, {device.local, {0, 1}}));
  const FenceId fence = device.AddFence();
  ExpectOk(
      device.Submit(device.queue, {{{{timeline, 1}}, {&commands}, {}}}, fence));
  device.StoreByte(device.coherent, 0, kValue);
  ExpectOk(device.SignalSemaphore(timeline, 1));
  ExpectOk(device.WaitForFence(fence));
  return device.DeviceDomain(device.local, 0);
}

// --- Device to host.

struct Readback {
  uint32_t type = kNonCoherentType;
  bool barrier = true;
  bool wait = true;
  bool invalidate = true;
};

Byte ReadBack(DeviceUnderTest& device, const Readback& steps) {
  const MemoryId memory = steps.type == kNonCoherentType ? device.staging
                          : steps.type == kCoherentType  ? device.coherent
                                                         : device.merged;
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Fill({memory, {0, 16}}, kValue));
  if (steps.barrier) {
    ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kHostRead)}));
  }
  const FenceId fence = device.Send(commands);
  if (steps.wait) ExpectOk(device.WaitForFence(fence));
  if (steps.invalidate) ExpectOk(device.Invalidate(memory));
  const Byte seen = device.LoadByte(memory, 0);
  ExpectOk(device.WaitForFence(fence));
  return seen;
}

Byte ReadBackByTimeline(DeviceUnderTest& device, uint64_t signal_stages) {
  const SemaphoreId timeline = device.AddTimelineSemaphore();
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Fill({device.coherent, {0, 1}}, kValue));
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kHostRead)}));
  ExpectOk(device.Submit(device.queue,
                         {{{}, {&commands}, {{timeline, 1, signal_stages}}}}));
  ExpectOk(device.WaitSemaphore(timeline, 1));
  const Byte seen = device.LoadByte(device.coherent, 0);
  ExpectOk(device.WaitIdle());
  return seen;
}

// --- On the device.

std::vector<KernelAccess> Declare(MemoryId memory, uint64_t at, Access access) {
  return {{{memory, {at, 1}},
           access == Access::kRead ? kShaderReadPoint : kShaderWritePoint,
           access}};
}

void RecordWrite(DeviceUnderTest& device, CommandBuffer& commands) {
  const MemoryId memory = device.local;
  ExpectOk(commands.Kernel("write", Declare(memory, 0, Access::kWrite),
                           [memory](KernelMemory& bytes) {
                             bytes.Store<uint8_t>(memory, 0, kValue);
                           }));
}

void RecordRead(DeviceUnderTest& device, CommandBuffer& commands, Byte* seen) {
  const MemoryId memory = device.local;
  ExpectOk(commands.Kernel("read", Declare(memory, 0, Access::kRead),
                           [memory, seen](KernelMemory& bytes) {
                             bytes.LoadBytes(memory, 0, {seen, 1});
                           }));
}

Byte TwoKernels(DeviceUnderTest& device,
                const std::vector<MemoryBarrier>& barriers) {
  Byte seen;
  CommandBuffer commands = device.NewCommandBuffer();
  RecordWrite(device, commands);
  ExpectOk(commands.PipelineBarrier2(barriers));
  RecordRead(device, commands, &seen);
  device.SendAndWait(commands);
  return seen;
}

enum class SetWhere { kAfterTheWrite, kBeforeTheWrite };

Byte EventBetween(DeviceUnderTest& device, SetWhere where) {
  Byte seen;
  const EventId event = device.AddEvent(/*device_only=*/true);
  const MemoryBarrier barrier = BarrierFrom(kAnyWrite, kAnything);
  CommandBuffer commands = device.NewCommandBuffer();
  if (where == SetWhere::kAfterTheWrite) RecordWrite(device, commands);
  ExpectOk(commands.SetEvent2(event, {barrier}));
  if (where == SetWhere::kBeforeTheWrite) RecordWrite(device, commands);
  ExpectOk(commands.WaitEvents2(event, {barrier}));
  RecordRead(device, commands, &seen);
  device.SendAndWait(commands);
  return seen;
}

Byte TwoQueues(DeviceUnderTest& device, bool with_semaphore) {
  Byte seen;
  const QueueId other = device.AddQueue();
  const SemaphoreId semaphore = device.AddBinarySemaphore();
  CommandBuffer write = device.NewCommandBuffer();
  CommandBuffer read = device.NewCommandBuffer();
  RecordWrite(device, write);
  RecordRead(device, read, &seen);
  SubmitBatch first = {{}, {&write}, {}};
  SubmitBatch second = {{}, {&read}, {}};
  if (with_semaphore) {
    first.signals = {{semaphore}};
    second.waits = {{semaphore}};
  }
  ExpectOk(device.Submit(device.queue, {first}));
  ExpectOk(device.Submit(other, {second}));
  ExpectOk(device.WaitIdle(other));
  ExpectOk(device.WaitIdle());
  return seen;
}

// --- Neighbours in an atom: the device's byte 1, the host's byte 0.

Byte ShareAnAtom(DeviceUnderTest& device, bool invalidate) {
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Fill({device.staging, {1, 1}}, kValue));
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kHostRead)}));
  device.SendAndWait(commands);
  if (invalidate) ExpectOk(device.Invalidate(device.staging));
  device.StoreByte(device.staging, 0, 1);
  ExpectOk(device.Flush(device.staging));
  device.SendAndWait(device.NewCommandBuffer());
  return device.DeviceDomain(device.staging, 1);
}

const std::vector<Scenario>& Scenarios() {
  static const auto* const kScenarios = new std::vector<Scenario>{
      {"UploadWithFlush",
       {},
       [](DeviceUnderTest& d) { return Upload(d, When::kBefore); },
       kValue},
      {"UploadWithoutFlush",
       {"lost-host-write"},
       [](DeviceUnderTest& d) { return Upload(d, When::kNever); }},
      {"UploadFlushedTooLate",
       {"lost-host-write", "in-flight-access"},
       [](DeviceUnderTest& d) { return Upload(d, When::kAfter); }},
      {"UploadUnmappedInsteadOfFlushed",
       {"lost-host-write"},
       [](DeviceUnderTest& d) { return Upload(d, When::kUnmapInstead); }},
      {"UploadAgain", {}, UploadAgain, kValue},
      {"UploadThroughCoherentMemory", {}, UploadCoherent, kValue},
      {"WaitBeforeSignalWithBarrier",
       {},
       [](DeviceUnderTest& d) {
         return WaitBeforeSignal(d, {BarrierFrom(kHostWrite, kAnything)});
       },
       kValue},
      {"WaitBeforeSignalWithoutBarrier",
       {"lost-host-write"},
       [](DeviceUnderTest& d) { return WaitBeforeSignal(d, {}); }},
      {"WaitBeforeSignalWithoutVisibility",
       {"lost-host-write"},
       [](DeviceUnderTest& d) {
         return WaitBeforeSignal(
             d, {BarrierFrom(kHostWrite, {kStageAllCommands, 0})});
       }},
      {"ReadBackWithAllSteps",
       {},
       [](DeviceUnderTest& d) { return ReadBack(d, {}); },
       kValue},
      {"ReadBackWithoutInvalidate",
       {"stale-host-read"},
       [](DeviceUnderTest& d) {
         return ReadBack(d, {kNonCoherentType, true, true, false});
       }},
      {"ReadBackWithoutBarrier",
       {"missing-host-barrier"},
       [](DeviceUnderTest& d) {
         return ReadBack(d, {kNonCoherentType, false, true, true});
       }},
      {"ReadBackWithoutWait",
       {"in-flight-access"},
       [](DeviceUnderTest& d) {
         return ReadBack(d, {kCoherentType, true, false, false});
       }},
      {"ReadBackCoherent",
       {},
       [](DeviceUnderTest& d) {
         return ReadBack(d, {kCoherentType, true, true, false});
       },
       kValue},
      {"ReadBackCoherentWithoutBarrier",
       {"missing-host-barrier"},
       [](DeviceUnderTest& d) {
         return ReadBack(d, {kCoherentType, false, true, false});
       }},
      {"ReadBackDeviceCoherentWithoutBarrier",
       {},
       [](DeviceUnderTest& d) {
         return ReadBack(d, {kDeviceCoherentType, false, true, false});
       },
       kValue},
      {"ReadBackByTimeline",
       {},
       [](DeviceUnderTest& d) {
         return ReadBackByTimeline(d, kStageAllCommands);
       },
       kValue},
      {"ReadBackByTimelineOfAnotherStage",
       {"in-flight-access"},
       [](DeviceUnderTest& d) {
         return ReadBackByTimeline(d, kStageComputeShader);
       }},
      {"KernelsWithBarrier",
       {},
       [](DeviceUnderTest& d) {
         return TwoKernels(d, {BarrierFrom(kAnyWrite, kAnything)});
       },
       kValue},
      {"KernelsWithoutBarrier",
       {"missing-device-barrier"},
       [](DeviceUnderTest& d) { return TwoKernels(d, {}); }},
      {"KernelsWithExecutionBarrierOnly",
       {"missing-device-barrier"},
       [](DeviceUnderTest& d) {
         return TwoKernels(
             d, {BarrierFrom({kStageAllCommands, 0}, {kStageAllCommands, 0})});
       }},
      {"KernelsWithABarrierOfOtherStages",
       {"missing-device-barrier"},
       [](DeviceUnderTest& d) {
         return TwoKernels(
             d, {BarrierFrom({kStageCopy, kAccessTransferWrite}, kAnything)});
       }},
      {"EventAfterTheWrite",
       {},
       [](DeviceUnderTest& d) {
         return EventBetween(d, SetWhere::kAfterTheWrite);
       },
       kValue},
      {"EventBeforeTheWrite",
       {"missing-device-barrier"},
       [](DeviceUnderTest& d) {
         return EventBetween(d, SetWhere::kBeforeTheWrite);
       }},
      {"QueuesWithSemaphore",
       {},
       [](DeviceUnderTest& d) { return TwoQueues(d, true); },
       kValue},
      {"QueuesWithoutSemaphore",
       {"missing-device-barrier"},
       [](DeviceUnderTest& d) { return TwoQueues(d, false); }},
      {"SharedAtomInvalidated",
       {},
       [](DeviceUnderTest& d) { return ShareAnAtom(d, true); },
       kValue},
      {"SharedAtomClobbered",
       {"atom-clobber"},
       [](DeviceUnderTest& d) { return ShareAnAtom(d, false); }},
  };
  return *kScenarios;
}

class DeviceScenarioTest : public testing::TestWithParam<Scenario> {
 protected:
  bool IsRight() const { return GetParam().findings.empty(); }
  void ExpectFindings(const DeviceUnderTest& device) const {
    EXPECT_EQ(device.Kinds(), GetParam().findings) << device.Messages();
  }
};

TEST_P(DeviceScenarioTest, LazyShowsWhatIsMissing) {
  DeviceUnderTest device(kLazy);
  EXPECT_EQ(GetParam().run(device), Byte{GetParam().lazy});
  ExpectFindings(device);
}

TEST_P(DeviceScenarioTest, EagerLooksCoherent) {
  DeviceUnderTest device(kEager);
  EXPECT_EQ(GetParam().run(device), Byte{kValue});
  ExpectFindings(device);
}

TEST_P(DeviceScenarioTest, RandomShowsWhatIsPossible) {
  std::set<uint8_t> seen;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    DeviceUnderTest device(RandomPolicy(seed));
    seen.insert(GetParam().run(device).value);
    ExpectFindings(device);
  }
  std::set<uint8_t> possible = {kValue};
  if (!IsRight()) possible.insert(0);
  EXPECT_EQ(seen, possible);
}

INSTANTIATE_TEST_SUITE_P(Pairs, DeviceScenarioTest,
                         testing::ValuesIn(Scenarios()),
                         [](const testing::TestParamInfo<Scenario>& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace incoherent
