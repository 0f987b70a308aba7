#include "sim/device/schedule.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "sim/device/command.h"

namespace incoherent {
namespace {

// One cached object of one atom, whose byte 0 each side writes its own way:
// the host through its view, the device through a store buffer.
class ScheduleTest : public testing::Test {
 protected:
  void Begin(EvictionPolicy policy) {
    coins = std::mt19937_64(policy.seed);
    machine = std::make_unique<DeviceMachine>(
        [](const Command&, const std::string&) {});
    payload = std::make_shared<DevicePayload>(4, false, false);
    machine->AddPayload(payload);
    DeviceMemoryInfo info;
    info.size = 4;
    info.type.property_flags = kHostVisible | kHostCached;
    info.non_coherent_atom_size = 4;
    objects.clear();
    objects.push_back(std::make_unique<DeviceObjectMemory>(
        info, payload, WriteBack::kDirtyBytes));
    schedule = std::make_unique<Schedule>(policy.kind, *machine, objects, pages,
                                          coins);
  }
  DeviceMachine::Number AddWrite(uint64_t at, uint8_t value) {
    auto command = std::make_shared<Command>();
    command->kernel = [at, value](KernelMemory& memory) {
      memory.Store<uint8_t>(MemoryId{}, at, value);
    };
    QueueOperation operation;
    operation.kind = QueueOperation::Kind::kCommand;
    operation.command = command;
    operation.touches.push_back({{{MemoryId{}, {0, 4}},
                                  {kStageCopy, kAccessTransferWrite},
                                  Access::kWrite},
                                 payload,
                                 {}});
    return machine->Append(operation);
  }

  std::mt19937_64 coins;
  std::unique_ptr<DeviceMachine> machine;
  std::shared_ptr<DevicePayload> payload;
  Schedule::Objects objects;
  Schedule::Pages pages;
  std::unique_ptr<Schedule> schedule;
};

TEST_F(ScheduleTest, LazyDoesWhatItIsToldAndNoMore) {
  Begin({EvictionPolicy::Kind::kLazy, 0});
  objects[0]->Store(0, {1});
  const auto first = AddWrite(1, 2);
  const auto second = AddWrite(2, 3);
  schedule->Pass();
  EXPECT_TRUE(machine->IsPending(first));
  EXPECT_TRUE(schedule->RunUntil(second));
  EXPECT_TRUE(machine->IsPending(first));
  EXPECT_FALSE(machine->IsPending(second));
  EXPECT_EQ(payload->HostLoad(0), Byte{0});
  EXPECT_EQ(payload->DeviceLoad(2), Byte{0}) << "in its store buffer";
}

TEST_F(ScheduleTest, EagerBringsEverythingInStep) {
  Begin({EvictionPolicy::Kind::kEager, 0});
  objects[0]->Store(0, {1});
  AddWrite(1, 2);
  schedule->Pass();
  EXPECT_TRUE(machine->IsIdle());
  for (const uint64_t at : {0, 1}) {
    const Byte expected{static_cast<uint8_t>(at + 1)};
    EXPECT_EQ(objects[0]->Load(at), expected);
    EXPECT_EQ(payload->HostLoad(at), expected);
    EXPECT_EQ(payload->DeviceLoad(at), expected);
  }
}

TEST_F(ScheduleTest, EagerRunsInOrderAndStopsAtWhatCannot) {
  Begin({EvictionPolicy::Kind::kEager, 0});
  QueueOperation wait;
  wait.kind = QueueOperation::Kind::kWaitEvent;
  wait.event = machine->AddEvent();
  const auto waiting = machine->Append(wait);
  schedule->Pass();
  EXPECT_FALSE(schedule->RunUntil(waiting));
  machine->SetEvent(wait.event, true);
  schedule->Pass();
  EXPECT_TRUE(schedule->RunUntil(waiting));
}

// Each seed does something, and some seed does each thing.
TEST_F(ScheduleTest, RandomDoesWhateverIsPossible) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Begin({EvictionPolicy::Kind::kRandom, seed});
    objects[0]->Store(0, {1});
    const auto first = AddWrite(1, 2);
    const auto second = AddWrite(1, 3);
    for (int i = 0; i < 3; ++i) schedule->Pass();
    const bool ran_first = !machine->IsPending(first);
    const bool ran_second = !machine->IsPending(second);
    if (ran_first && !ran_second) seen.insert("the first alone");
    if (!ran_first && ran_second) seen.insert("the second alone");
    if (payload->HostLoad(0) == Byte{1}) seen.insert("evicted");
    if (objects[0]->DirtyAtoms().size() == 1) seen.insert("dirty");
    if (payload->DeviceLoad(0) == Byte{1}) seen.insert("moved to the device");
    if (payload->DeviceLoad(1) == Byte{2}) seen.insert("first arrived last");
    if (payload->DeviceLoad(1) == Byte{3}) seen.insert("second arrived last");
    if (payload->HostLoad(1) != Byte{0}) seen.insert("moved to the host");
    if (objects[0]->Load(1) != Byte{0}) seen.insert("refilled");
  }
  EXPECT_EQ(seen, (std::set<std::string>{
                      "the first alone", "the second alone", "evicted", "dirty",
                      "moved to the device", "first arrived last",
                      "second arrived last", "moved to the host", "refilled"}));
}

TEST_F(ScheduleTest, RandomGoesOnUntilItIsDone) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Begin({EvictionPolicy::Kind::kRandom, seed});
    AddWrite(0, 1);
    QueueOperation fence;
    fence.kind = QueueOperation::Kind::kFence;
    fence.source.stages = kStageAllCommands;
    EXPECT_TRUE(schedule->RunUntil(machine->Append(fence)));
    EXPECT_EQ(payload->DeviceLoad(0), Byte{1});
    QueueOperation wait;
    wait.kind = QueueOperation::Kind::kWaitEvent;
    wait.event = machine->AddEvent();
    EXPECT_FALSE(schedule->RunUntil(machine->Append(wait)));
  }
}

}  // namespace
}  // namespace incoherent
