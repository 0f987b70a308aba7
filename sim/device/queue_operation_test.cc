#include "sim/device/queue_operation.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

using Kind = QueueOperation::Kind;

QueueOperation CommandIn(uint64_t stage) {
  QueueOperation operation;
  operation.kind = Kind::kCommand;
  KernelMemory::Touch touch;
  touch.access.point.stages = stage;
  operation.touches.push_back(touch);
  return operation;
}

QueueOperation Of(Kind kind, uint64_t source, uint64_t destination,
                  uint32_t object = 0) {
  QueueOperation operation;
  operation.kind = kind;
  operation.source.stages = source;
  operation.destination.stages = destination;
  operation.semaphore = object;
  operation.event = object;
  return operation;
}
QueueOperation Barrier(uint64_t source, uint64_t destination) {
  return Of(Kind::kBarrier, source, destination);
}
QueueOperation WaitAt(uint64_t stages, uint32_t semaphore = 0) {
  return Of(Kind::kWaitSemaphore, 0, stages, semaphore);
}
QueueOperation SignalAt(uint64_t stages, uint32_t semaphore = 0) {
  return Of(Kind::kSignalSemaphore, stages, 0, semaphore);
}

struct Row {
  const char* what;
  QueueOperation later, earlier;
  bool follows;
};

const Row kRows[] = {
    {"commands are in no order", CommandIn(kStageCopy), CommandIn(kStageCopy),
     false},
    {"a command in the second scope", CommandIn(kStageCopy),
     Barrier(0, kStageCopy), true},
    {"a command in a collective one", CommandIn(kStageCopy),
     Barrier(0, kStageAllTransfer), true},
    {"a command in a later stage", CommandIn(kStageFragmentShader),
     Barrier(0, kStageVertexShader), true},
    {"a command in an earlier stage", CommandIn(kStageVertexShader),
     Barrier(0, kStageFragmentShader), false},
    {"a command and a barrier to HOST", CommandIn(kStageCopy),
     Barrier(kStageCopy, kStageHost), false},
    {"a command and a wait", CommandIn(kStageCopy), WaitAt(kStageCopy), true},
    {"a command and another's wait", CommandIn(kStageCopy),
     WaitAt(kStageComputeShader), false},
    {"a command and a signal", CommandIn(kStageCopy),
     SignalAt(kStageAllCommands), false},

    {"a barrier and its command", Barrier(kStageCopy, 0), CommandIn(kStageCopy),
     true},
    {"a barrier and an earlier stage's", Barrier(kStageFragmentShader, 0),
     CommandIn(kStageVertexShader), true},
    {"a barrier and another's", Barrier(kStageCopy, 0),
     CommandIn(kStageComputeShader), false},
    {"a chain", Barrier(kStageCopy, 0), Barrier(0, kStageCopy), true},
    {"no chain", Barrier(kStageCopy, 0), Barrier(0, kStageClear), false},
    {"a chain by HOST", Barrier(kStageHost, 0), Barrier(0, kStageHost), true},
    {"a barrier and a wait it chains with", Barrier(kStageCopy, 0),
     WaitAt(kStageCopy), true},
    {"a barrier and another's wait", Barrier(kStageCopy, 0),
     WaitAt(kStageClear), false},
    {"a barrier from HOST and any wait", Barrier(kStageHost, 0),
     WaitAt(kStageClear), true},
    {"a barrier from all and any wait", Barrier(kStageAllCommands, 0),
     WaitAt(kStageTopOfPipe), true},
    {"a barrier and a signal", Barrier(kStageAllCommands, 0),
     SignalAt(kStageAllCommands), false},

    {"a signal and its command", SignalAt(kStageCopy), CommandIn(kStageCopy),
     true},
    {"a signal and another's", SignalAt(kStageCopy), CommandIn(kStageClear),
     false},
    {"a signal of all and a barrier to HOST", SignalAt(kStageAllCommands),
     Barrier(kStageCopy, kStageHost), true},
    {"a signal at copy and a barrier to HOST", SignalAt(kStageCopy),
     Barrier(kStageCopy, kStageHost), false},
    {"signals of one semaphore", SignalAt(kStageCopy), SignalAt(kStageClear),
     true},
    {"signals of two", SignalAt(kStageCopy, 1), SignalAt(kStageClear, 2),
     false},
    {"waits for one semaphore", WaitAt(kStageCopy), WaitAt(kStageClear), true},
    {"waits for two", WaitAt(kStageCopy, 1), WaitAt(kStageCopy, 2), false},
    {"a wait and a command", WaitAt(kStageCopy), CommandIn(kStageCopy), false},

    {"a set and its command", Of(Kind::kSetEvent, kStageCopy, 0),
     CommandIn(kStageCopy), true},
    {"operations on one event", Of(Kind::kResetEvent, 0, 0, 1),
     Of(Kind::kWaitEvent, 0, 0, 1), true},
    {"operations on two", Of(Kind::kResetEvent, 0, 0, 1),
     Of(Kind::kWaitEvent, 0, 0, 2), false},
    {"a fence and all else", Of(Kind::kFence, 0, 0), CommandIn(kStageCopy),
     true},
    {"a command and a fence", CommandIn(kStageCopy), Of(Kind::kFence, 0, 0),
     false},
};

TEST(QueueOperationTest, FollowsWhatItsDependenciesName) {
  for (const Row& row : kRows) {
    EXPECT_EQ(MustFollow(row.later, row.earlier, 1), row.follows) << row.what;
  }
}

TEST(QueueOperationTest, AnEventWaitLooksNoFurtherThanTheSet) {
  QueueOperation wait = Of(Kind::kWaitEvent, kStageCopy, kStageCopy);
  EXPECT_TRUE(MustFollow(wait, CommandIn(kStageCopy), 1)) << "not set here";
  wait.set = 5;
  EXPECT_TRUE(MustFollow(wait, CommandIn(kStageCopy), 4));
  EXPECT_FALSE(MustFollow(wait, CommandIn(kStageCopy), 6));
  EXPECT_FALSE(MustFollow(wait, CommandIn(kStageClear), 4));
}

}  // namespace
}  // namespace incoherent
