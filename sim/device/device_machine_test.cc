#include "sim/device/device_machine.h"

#include "gtest/gtest.h"
#include "sim/device/command.h"

namespace incoherent {
namespace {

using Kind = QueueOperation::Kind;
using Numbers = std::vector<DeviceMachine::Number>;

constexpr MemoryId kMemory{0};
constexpr AccessPoint kRead = {kStageCopy, kAccessTransferRead};
constexpr AccessPoint kWrite = {kStageCopy, kAccessTransferWrite};
constexpr Scope kAnyWrite = {kStageAllCommands, kAccessMemoryWrite};
constexpr Scope kAnyRead = {kStageAllCommands, kAccessMemoryRead};

class DeviceMachineTest : public testing::Test {
 protected:
  DeviceMachineTest() { machine.AddPayload(payload); }

  static QueueOperation Of(Kind kind, uint32_t queue = 0) {
    QueueOperation operation;
    operation.kind = kind;
    operation.queue = queue;
    operation.source.stages = kStageAllCommands;
    operation.destination.stages = kStageAllCommands;
    return operation;
  }
  DeviceMachine::Number Add(Kind kind, uint32_t queue = 0) {
    return machine.Append(Of(kind, queue));
  }
  DeviceMachine::Number AddBarrier(const Scope& source,
                                   const Scope& destination) {
    QueueOperation barrier = Of(Kind::kBarrier);
    barrier.source = source;
    barrier.destination = destination;
    return machine.Append(barrier);
  }
  DeviceMachine::Number AddCommand(const AccessPoint& point, Access access,
                                   std::function<void(KernelMemory&)> kernel) {
    auto command = std::make_shared<Command>();
    command->kernel = std::move(kernel);
    QueueOperation operation = Of(Kind::kCommand);
    operation.command = command;
    operation.touches.push_back(
        {{{kMemory, {0, 4}}, point, access}, payload, {}});
    return machine.Append(operation);
  }
  DeviceMachine::Number AddWrite(uint8_t value) {
    return AddCommand(kWrite, Access::kWrite, [value](KernelMemory& memory) {
      memory.Store<uint8_t>(kMemory, 0, value);
    });
  }
  DeviceMachine::Number AddRead() {
    return AddCommand(kRead, Access::kRead, [this](KernelMemory& memory) {
      seen = memory.Load<uint8_t>(kMemory, 0);
    });
  }

  std::vector<std::string> errors;
  DeviceMachine machine{[this](const Command&, const std::string& error) {
    errors.push_back(error);
  }};
  std::shared_ptr<DevicePayload> payload =
      std::make_shared<DevicePayload>(16, false, false);
  int seen = -1;
};

TEST_F(DeviceMachineTest, CommandsMayRunInAnyOrderAndTheFenceLast) {
  const auto write = AddWrite(1);
  const auto read = AddRead();
  const auto fence = Add(Kind::kFence);
  EXPECT_EQ(machine.Enabled(), (Numbers{write, read}));
  machine.Execute(read);
  EXPECT_EQ(machine.Enabled(), (Numbers{write}));
  EXPECT_EQ(machine.FirstEnabled(), write);
  machine.Execute(write);
  EXPECT_EQ(machine.Enabled(), (Numbers{fence}));
  EXPECT_EQ(payload->DeviceLoad(0), Byte{0}) << "in the store buffer";
  machine.Execute(fence);
  EXPECT_EQ(payload->DeviceLoad(0), Byte{1});
  EXPECT_TRUE(machine.IsIdle());
  EXPECT_EQ(seen, 0);
}

TEST_F(DeviceMachineTest, ADependencyDoesItsFourSteps) {
  payload->HostWrite(8, {7});
  const auto write = AddWrite(1);
  const auto host = AddBarrier({kStageHost, kAccessHostWrite}, {});
  const auto drain = AddBarrier(kAnyWrite, {});
  const auto refresh = AddBarrier({kStageAllCommands, 0}, kAnyRead);
  const auto back =
      AddBarrier({kStageAllCommands, 0}, {kStageHost, kAccessHostRead});
  const auto read = AddRead();
  machine.Execute(host);
  EXPECT_EQ(payload->DeviceLoad(8), Byte{7});
  machine.Execute(write);
  machine.Execute(drain);
  EXPECT_EQ(payload->DeviceLoad(0), Byte{1});
  EXPECT_TRUE(payload->KeptFor(0).Contains(0)) << "the reader's is old";
  machine.Execute(refresh);
  EXPECT_FALSE(payload->KeptFor(0).Contains(0));
  EXPECT_EQ(payload->HostLoad(0), Byte{0});
  machine.Execute(back);
  EXPECT_EQ(payload->HostLoad(0), Byte{1});
  machine.Execute(read);
  EXPECT_EQ(seen, 1);
}

TEST_F(DeviceMachineTest, ADependencyOnBytesLeavesOthersAlone) {
  const auto write = AddWrite(1);
  QueueOperation barrier = Of(Kind::kBarrier);
  barrier.source = kAnyWrite;
  barrier.bytes = PayloadBytesRange{payload, {1, 15}};
  const auto elsewhere = machine.Append(barrier);
  machine.Execute(write);
  machine.Execute(elsewhere);
  EXPECT_EQ(payload->DeviceLoad(0), Byte{0});
  EXPECT_EQ(machine.store_buffers().size(), 1u);
}

TEST_F(DeviceMachineTest, SubmitMovesHostWritesAndRefreshesAllCaches) {
  AddRead();
  payload->HostWrite(0, {5});
  payload->MoveToDevice(payload->all());
  payload->HostWrite(1, {6});
  machine.Submit();
  EXPECT_EQ(payload->DeviceLoad(1), Byte{6});
  EXPECT_TRUE(payload->KeptFor(0).empty());
}

TEST_F(DeviceMachineTest, ForceRunsWhatMustGoBeforeAndNoMore) {
  const uint32_t semaphore = machine.AddSemaphore({/*timeline=*/true, 0});
  QueueOperation wait = Of(Kind::kWaitSemaphore, 0);
  wait.semaphore = semaphore;
  wait.value = 2;
  const auto waiting = machine.Append(wait);
  const auto write = AddWrite(1);
  const auto fence = Add(Kind::kFence);
  EXPECT_FALSE(machine.Force(fence)) << "nothing signals it";
  EXPECT_TRUE(machine.IsPending(waiting));

  QueueOperation signal = Of(Kind::kSignalSemaphore, 1);
  signal.semaphore = semaphore;
  signal.value = 2;
  const auto signaling = machine.Append(signal);
  const auto other_fence = Add(Kind::kFence, 1);
  EXPECT_TRUE(machine.Force(fence));
  for (const auto number : {waiting, write, fence, signaling}) {
    EXPECT_FALSE(machine.IsPending(number)) << number;
  }
  EXPECT_TRUE(machine.IsPending(other_fence));
  EXPECT_TRUE(machine.Force(fence)) << "it has run";
}

TEST_F(DeviceMachineTest, ForceGivesUpOnACircle) {
  const uint32_t one = machine.AddEvent();
  const uint32_t two = machine.AddEvent();
  const auto add = [&](Kind kind, uint32_t queue, uint32_t event) {
    QueueOperation operation = Of(kind, queue);
    operation.event = event;
    return machine.Append(operation);
  };
  add(Kind::kWaitEvent, 0, one);
  const auto set = add(Kind::kSetEvent, 0, two);
  add(Kind::kWaitEvent, 1, two);
  add(Kind::kSetEvent, 1, one);
  EXPECT_FALSE(machine.Force(set));
  machine.SetEvent(one, true);
  EXPECT_TRUE(machine.Force(set));
  EXPECT_TRUE(machine.IsEventSet(two));
}

TEST_F(DeviceMachineTest, ABinarySignalWaitsForTheWaitBefore) {
  const uint32_t semaphore = machine.AddSemaphore({});
  const auto add = [&](Kind kind, uint32_t queue) {
    QueueOperation operation = Of(kind, queue);
    operation.semaphore = semaphore;
    return machine.Append(operation);
  };
  const auto first = add(Kind::kSignalSemaphore, 0);
  const auto second = add(Kind::kSignalSemaphore, 0);
  const auto wait = add(Kind::kWaitSemaphore, 1);
  EXPECT_EQ(machine.Enabled(), (Numbers{first}));
  machine.Execute(first);
  EXPECT_EQ(machine.Enabled(), (Numbers{wait}));
  EXPECT_TRUE(machine.Force(second));
  EXPECT_EQ(machine.semaphore(semaphore).value, 1u);
  EXPECT_TRUE(machine.IsIdle());
}

TEST_F(DeviceMachineTest, DeviceCoherentMemoryHasNoStoreBuffers) {
  payload = std::make_shared<DevicePayload>(16, /*device_coherent=*/true,
                                            /*merged=*/false);
  machine.Execute(AddWrite(1));
  EXPECT_EQ(payload->DeviceLoad(0), Byte{1});
  EXPECT_EQ(payload->HostLoad(0), Byte{0});
  machine.Execute(AddRead());
  EXPECT_EQ(seen, 1);
}

TEST_F(DeviceMachineTest, FreedPayloadsAreForgotten) {
  EXPECT_EQ(machine.Payloads().size(), 1u);
  payload.reset();
  EXPECT_EQ(machine.Payloads().size(), 0u);
  machine.Submit();
}

TEST_F(DeviceMachineTest, UndeclaredAccessesAreHeardOf) {
  machine.Execute(AddCommand(kWrite, Access::kWrite, [](KernelMemory& memory) {
    memory.Store<uint8_t>(kMemory, 9, 1);
  }));
  EXPECT_EQ(errors.size(), 1u);
}

TEST_F(DeviceMachineTest, OnlyWhatIsEnabledRuns) {
  AddWrite(1);
  const auto fence = Add(Kind::kFence);
  EXPECT_DEATH(machine.Execute(fence), "only what is enabled");
}

}  // namespace
}  // namespace incoherent
