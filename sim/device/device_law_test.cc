// What the simulated device promises for every program: where nothing is found,
// nothing is wrong to be seen under any policy; eager looks like coherent
// memory whatever the program does; findings do not depend on the policy; and
// the same seed does the same.

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/device/device_under_test.h"

namespace incoherent {
namespace {

// Two queues on four objects: 0 cached, 1 coherent, 2 and 3 the device's own;
// bytes [0, 32) of each, in atoms of 16.
constexpr int kObjects = 4;
constexpr uint64_t kSize = 32;

struct Place {
  int object;
  ByteRange range;
};

struct Command {
  enum Kind { kFill, kCopy, kBarrier } kind;
  Place target;
  Place source;  // kCopy
  int barrier;   // index into kBarriers
};

constexpr int kParts = 5;  // at most, of a step

struct Step {
  enum Kind {
    kStore,
    kLoad,
    kFlush,
    kInvalidate,
    kSubmit,
    kWait,
    // Several calls, as they should be, but for what `skip` leaves out.
    kSync,
    kUpload,
    kReadBack,
    kChain,
  } kind;
  Place place;
  int queue;
  unsigned skip;
  std::vector<Command> commands;

  bool Does(int part) const { return (skip >> part & 1) == 0; }
};

using Program = std::vector<Step>;

const MemoryBarrier kBarriers[] = {
    BarrierFrom(kAnything, kAnything),
    BarrierFrom(kAnyWrite, kHostRead),
    BarrierFrom(kHostWrite, kAnything),
    BarrierFrom({kStageCopy, kAccessTransferWrite},
                {kStageClear, kAccessTransferWrite}),
    BarrierFrom({kStageAllCommands, 0}, {kStageAllCommands, 0}),
};
constexpr int kBarrierCount = 5;

// --- Making programs.

rc::Gen<Place> ArbitraryPlace(int objects) {
  return rc::gen::exec([objects] {
    const int object = *rc::gen::inRange(0, objects);
    // Mostly whole atoms: the rest clobbers.
    if (*rc::gen::inRange(0, 3) != 0) {
      return Place{object, {*rc::gen::element<uint64_t>(0, 16), 16}};
    }
    const auto begin = *rc::gen::inRange<uint64_t>(0, kSize);
    return Place{object, {begin, *rc::gen::inRange<uint64_t>(1, 3)}};
  });
}

Place Clipped(Place place) {
  place.range = Intersect(place.range, {0, kSize});
  return place;
}

rc::Gen<Command> ArbitraryCommand() {
  return rc::gen::exec([] {
    Command command = {};
    command.kind = *rc::gen::element(Command::kFill, Command::kCopy,
                                     Command::kBarrier, Command::kBarrier);
    command.target = Clipped(*ArbitraryPlace(kObjects));
    command.source = command.target;
    command.source.object =
        (command.target.object + *rc::gen::inRange(1, kObjects)) % kObjects;
    command.barrier = *rc::gen::inRange(0, kBarrierCount);
    return command;
  });
}

rc::Gen<Step> ArbitraryStep() {
  return rc::gen::exec([] {
    Step step = {};
    step.kind = *rc::gen::element(
        Step::kStore, Step::kLoad, Step::kFlush, Step::kInvalidate,
        Step::kSubmit, Step::kSubmit, Step::kWait, Step::kSync, Step::kSync,
        Step::kUpload, Step::kUpload, Step::kReadBack, Step::kReadBack,
        Step::kChain, Step::kChain);
    for (int part = 0; part < kParts; ++part) {
      if (*rc::gen::inRange(0, 12) == 0) step.skip |= 1u << part;
    }
    step.place = Clipped(*ArbitraryPlace(2));
    step.queue = *rc::gen::weightedElement<int>({{4, 0}, {1, 1}});
    const int count = *rc::gen::inRange(1, 4);
    for (int i = 0; i < count; ++i) {
      step.commands.push_back(*ArbitraryCommand());
    }
    return step;
  });
}

std::ostream& operator<<(std::ostream& out, const Place& place) {
  return out << place.object << "[" << place.range.offset << ", "
             << place.range.end() << ")";
}

void showValue(const Step& step, std::ostream& out) {
  constexpr const char* kNames[] = {"store",     "load", "flush", "invalidate",
                                    "submit",    "wait", "sync",  "upload",
                                    "read back", "chain"};
  out << kNames[step.kind] << " " << step.place << " queue " << step.queue
      << " skip " << step.skip;
  if (step.kind != Step::kSubmit) return;
  for (const Command& command : step.commands) {
    if (command.kind == Command::kBarrier) {
      out << "; barrier " << command.barrier;
    } else if (command.kind == Command::kFill) {
      out << "; fill " << command.target;
    } else {
      out << "; copy " << command.target << " = " << command.source;
    }
  }
}

// --- Memory as every program would like it.

class CoherentMemory {
 public:
  void Write(const Place& place, uint8_t value) {
    for (uint64_t at = place.range.offset; at < place.range.end(); ++at) {
      bytes_[place.object][at] = value;
    }
  }
  void Copy(const Command& copy) {
    for (uint64_t i = 0; i < copy.target.range.size; ++i) {
      bytes_[copy.target.object][copy.target.range.offset + i] =
          bytes_[copy.source.object][copy.source.range.offset + i];
    }
  }
  uint8_t At(int object, uint64_t at) const { return bytes_[object][at]; }

 private:
  std::array<std::array<uint8_t, kSize>, kObjects> bytes_ = {};
};

// --- Running them.

struct Outcome {
  std::vector<Byte> seen;      // by the host, and in the device's own
  std::vector<Byte> coherent;  // what it should have been
  std::string findings;

  bool LooksCoherent() const { return seen == coherent; }
};

class Runner {
 public:
  explicit Runner(const EvictionPolicy& policy) : device_(policy) {}

  Outcome Run(const Program& program) {
    for (const Step& step : program) Do(step);
    ExpectOk(device_.WaitIdle());
    for (const int own : {2, 3}) {
      for (uint64_t at = 0; at < kSize; ++at) {
        outcome_.seen.push_back(device_.DeviceDomain(objects_[own], at));
        outcome_.coherent.push_back(Byte{memory_.At(own, at)});
      }
    }
    outcome_.findings = device_.Messages();
    return outcome_;
  }

 private:
  MemoryRange RangeOf(const Place& place) const {
    return {objects_[place.object], place.range};
  }

  void Do(const Step& step) {
    const MemoryId memory = objects_[step.place.object];
    const ByteRange atoms = AtomGrid(16, kSize).Outward(step.place.range);
    switch (step.kind) {
      case Step::kStore:
        Store(step.place);
        return;
      case Step::kLoad:
        Load(step.place);
        return;
      case Step::kFlush:
        ExpectOk(device_.Flush(memory, atoms.offset, atoms.size));
        return;
      case Step::kInvalidate:
        ExpectOk(device_.Invalidate(memory, atoms.offset, atoms.size));
        return;
      case Step::kSubmit:
        Submit(step.queue, step.commands);
        return;
      case Step::kWait:
        ExpectOk(device_.WaitIdle(queues_[step.queue]));
        return;
      case Step::kSync:
        Sync(step);
        return;
      case Step::kUpload:
        Upload(step);
        return;
      case Step::kReadBack:
        ReadBack(step);
        return;
      case Step::kChain:
        Chain(step);
        return;
    }
  }

  void Store(const Place& place) {
    const std::vector<uint8_t> values(place.range.size, ++value_);
    ExpectOk(device_.Store(objects_[place.object], place.range.offset, values));
    memory_.Write(place, value_);
  }

  void Load(const Place& place) {
    const auto bytes = device_.Load(objects_[place.object], place.range.offset,
                                    place.range.size);
    ExpectOk(bytes.status());
    outcome_.seen.insert(outcome_.seen.end(), bytes->begin(), bytes->end());
    for (uint64_t at = place.range.offset; at < place.range.end(); ++at) {
      outcome_.coherent.push_back(Byte{memory_.At(place.object, at)});
    }
  }

  void Submit(int queue, const std::vector<Command>& list) {
    CommandBuffer commands = device_.NewCommandBuffer();
    for (const Command& command : list) {
      if (command.kind == Command::kBarrier) {
        ExpectOk(commands.PipelineBarrier2({kBarriers[command.barrier]}));
      } else if (command.kind == Command::kFill) {
        ExpectOk(commands.Fill(RangeOf(command.target), ++value_));
        memory_.Write(command.target, value_);
      } else {
        ExpectOk(
            commands.Copy(RangeOf(command.source), RangeOf(command.target)));
        memory_.Copy(command);
      }
    }
    ExpectOk(device_.Submit(queues_[queue], {{{}, {&commands}, {}}}));
  }

  // Everything in step, as an application would have to do it.
  void Sync(const Step& step) {
    if (step.Does(0)) ExpectOk(device_.Flush(device_.staging));
    if (step.Does(1)) {
      for (int queue : {0, 1}) Submit(queue, {BarrierOf(0), BarrierOf(1)});
    }
    if (step.Does(2)) ExpectOk(device_.WaitIdle());
    if (step.Does(3)) ExpectOk(device_.Invalidate(device_.staging));
  }

  static Command BarrierOf(int barrier) {
    return {Command::kBarrier, {}, {}, barrier};
  }
  static Command CopyOf(const Place& target, const Place& source) {
    return {Command::kCopy, target, source, 0};
  }
  static Place In(int object, const Step& step) {
    return {object, step.place.range};
  }

  // Host to the device's own, and on to its other.
  void Upload(const Step& step) {
    Sync({});
    Store(step.place);
    if (step.Does(0)) ExpectOk(device_.Flush(device_.staging));
    std::vector<Command> commands = {CopyOf(In(2, step), step.place)};
    if (step.Does(1)) commands.push_back(BarrierOf(0));
    commands.push_back(CopyOf(In(3, step), In(2, step)));
    Submit(step.queue, commands);
  }

  void ReadBack(const Step& step) {
    Sync({});
    std::vector<Command> commands = {CopyOf(step.place, In(2, step))};
    if (step.Does(0)) commands.push_back(BarrierOf(1));
    Submit(step.queue, commands);
    if (step.Does(1)) ExpectOk(device_.WaitIdle());
    if (step.Does(2)) ExpectOk(device_.Invalidate(device_.staging));
    Load(step.place);
  }

  // The device's own bytes, there and back.
  void Chain(const Step& step) {
    if (step.Does(0)) Submit(step.queue, {BarrierOf(0)});
    std::vector<Command> commands = {{Command::kFill, In(2, step), {}, 0}};
    if (step.Does(1)) commands.push_back(BarrierOf(0));
    commands.push_back(CopyOf(In(3, step), In(2, step)));
    if (step.Does(2)) commands.push_back(BarrierOf(0));
    commands.push_back({Command::kFill, In(2, step), {}, 0});
    if (step.Does(3)) commands.push_back(BarrierOf(0));
    commands.push_back(CopyOf(In(3, step), In(2, step)));
    Submit(step.queue, commands);
  }

  DeviceUnderTest device_;
  const std::array<MemoryId, kObjects> objects_ = {
      device_.staging, device_.coherent, device_.local,
      device_.New(kLocalType)};
  const std::array<QueueId, 2> queues_ = {device_.queue, device_.AddQueue()};
  CoherentMemory memory_;
  uint8_t value_ = 0;  // fresh in every write
  Outcome outcome_;
};

Outcome RunUnder(const EvictionPolicy& policy, const Program& program) {
  return Runner(policy).Run(program);
}

rc::Gen<Program> ArbitraryProgram() {
  return rc::gen::container<Program>(ArbitraryStep());
}

RC_GTEST_PROP(DeviceLaw, WhereNothingIsFoundEverythingLooksCoherent, ()) {
  const Program program = *ArbitraryProgram();
  const Outcome lazy = RunUnder(kLazy, program);
  RC_CLASSIFY(lazy.findings.empty(), "silent");
  RC_CLASSIFY(lazy.findings.empty() && program.size() > 5, "silent and long");
  RC_CLASSIFY(!lazy.findings.empty() && !lazy.LooksCoherent(), "shown by lazy");
  if (!lazy.findings.empty()) return;
  RC_ASSERT(lazy.seen == lazy.coherent);
  for (uint64_t seed = 0; seed < 8; ++seed) {
    const Outcome random = RunUnder(RandomPolicy(seed), program);
    RC_ASSERT(random.seen == random.coherent);
  }
}

RC_GTEST_PROP(DeviceLaw, EagerLooksCoherentWhateverTheProgramDoes, ()) {
  const Outcome eager = RunUnder(kEager, *ArbitraryProgram());
  RC_ASSERT(eager.seen == eager.coherent);
}

RC_GTEST_PROP(DeviceLaw, FindingsDoNotDependOnThePolicy, ()) {
  const Program program = *ArbitraryProgram();
  const std::string findings = RunUnder(kLazy, program).findings;
  RC_ASSERT(RunUnder(kEager, program).findings == findings);
  RC_ASSERT(RunUnder(RandomPolicy(*rc::gen::arbitrary<uint64_t>()), program)
                .findings == findings);
}

RC_GTEST_PROP(DeviceLaw, TheSameSeedDoesTheSame, ()) {
  const Program program = *ArbitraryProgram();
  const EvictionPolicy policy = RandomPolicy(*rc::gen::arbitrary<uint64_t>());
  RC_ASSERT(RunUnder(policy, program).seen == RunUnder(policy, program).seen);
}

}  // namespace
}  // namespace incoherent
