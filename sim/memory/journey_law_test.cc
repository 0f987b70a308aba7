// What the journey promises for every sequence of events.

#include <algorithm>
#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/memory/journey.h"

namespace incoherent {
namespace {

enum class Kind {
  kStore,
  kLoad,
  kFlush,
  kInvalidate,
  kRemap,
  kSubmit,
  kWaitFence,
  kPostAwait,
  kRead,
  kWrite,
  kBarrier,
  kSemaphore,
};
constexpr int kKinds = 12;

struct JourneyStep {
  Kind kind;
  int agent;  // thread or queue, 0 or 1
  ByteRange range;
  int detail;  // which access point, which scopes
};

void showValue(const JourneyStep& step, std::ostream& out) {
  out << absl::StrCat("{kind ", static_cast<int>(step.kind), ", agent ",
                      step.agent, ", [", step.range.offset, ", ",
                      step.range.end(), "), detail ", step.detail, "}");
}

struct JourneyCase {
  Journey::PayloadInfo info;
  std::vector<JourneyStep> steps;
};

void showValue(const JourneyCase& test, std::ostream& out) {
  out << absl::StrCat(test.info.size, " bytes, atom ", test.info.atom_size,
                      test.info.non_coherent ? ", non-coherent" : "",
                      test.info.device_coherent ? ", device-coherent" : "",
                      ":");
  for (const JourneyStep& step : test.steps) {
    out << "\n  ";
    showValue(step, out);
  }
}

rc::Gen<ByteRange> ArbitraryRange(uint64_t size) {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange<uint64_t>(0, size),
                    rc::gen::inRange<uint64_t>(1, 9)),
      [size](const std::pair<uint64_t, uint64_t>& at) {
        return ByteRange{at.first, std::min(at.second, size - at.first)};
      });
}

rc::Gen<JourneyStep> ArbitraryStep(uint64_t size) {
  return rc::gen::construct<JourneyStep>(
      rc::gen::map(rc::gen::inRange(0, kKinds),
                   [](int kind) { return static_cast<Kind>(kind); }),
      rc::gen::inRange(0, 2), ArbitraryRange(size), rc::gen::inRange(0, 4));
}

rc::Gen<JourneyCase> ArbitraryCase() {
  return rc::gen::exec([] {
    JourneyCase test;
    test.info.atom_size = uint64_t{1} << *rc::gen::inRange(0, 4);
    test.info.size =
        *rc::gen::inRange<uint64_t>(1, 3 * test.info.atom_size + 1);
    test.info.non_coherent = *rc::gen::inRange(0, 3) != 0;
    test.info.device_coherent =
        !test.info.non_coherent && *rc::gen::arbitrary<bool>();
    test.info.whole_atoms = *rc::gen::inRange(0, 4) != 0;
    test.steps = *rc::gen::container<std::vector<JourneyStep>>(
        ArbitraryStep(test.info.size));
    return test;
  });
}

constexpr AccessPoint kReads[] = {
    {kStageCopy, kAccessTransferRead},
    {kStageComputeShader, kAccessShaderStorageRead},
    {kStageVertexShader, kAccessUniformRead},
    {kStageIndexInput, kAccessIndexRead},
};
constexpr AccessPoint kWrites[] = {
    {kStageCopy, kAccessTransferWrite},
    {kStageComputeShader, kAccessShaderStorageWrite},
    {kStageFragmentShader, kAccessShaderStorageWrite},
    {kStageClear, kAccessTransferWrite},
};
constexpr Scope kBarriers[][2] = {
    {{kStageAllCommands, kAccessMemoryWrite},
     {kStageHost, kAccessHostRead | kAccessHostWrite}},
    {{kStageHost, kAccessHostWrite},
     {kStageAllCommands, kAccessMemoryRead | kAccessMemoryWrite}},
    {{kStageAllTransfer, kAccessTransferWrite},
     {kStageComputeShader | kStageVertexShader, kAccessMemoryRead}},
    {{kStageAllCommands, kAccessMemoryWrite},
     {kStageAllCommands, kAccessMemoryRead | kAccessMemoryWrite}},
};

// Runs a case, shifted by some bytes within an object so much larger.
class Runner {
 public:
  Runner(Journey::PayloadInfo info, uint64_t shift)
      : shift_(shift), atoms_(info.atom_size, info.size) {
    for (int i = 0; i < 2; ++i) {
      journey_.AddThread();
      journey_.AddQueue();
    }
    journey_.AddPayload(info);
    map_ = journey_.AddReference(0);
  }

  std::vector<Hazard> Run(const std::vector<JourneyStep>& steps) {
    for (const JourneyStep& step : steps) {
      ++operation_;
      Do(step, {step.range.offset + shift_, step.range.size});
    }
    return hazards_;
  }
  size_t RunCount() const { return journey_.RunCount(0); }

 private:
  void Do(const JourneyStep& step, const ByteRange& range) {
    const uint32_t agent = step.agent;
    switch (step.kind) {
      case Kind::kStore:
        return journey_.HostWrite(agent, map_, range, operation_);
      case Kind::kLoad:
        return journey_.HostRead(agent, map_, range, operation_);
      case Kind::kFlush:
        return journey_.Flush(agent, map_, atoms_.Outward(range), operation_);
      case Kind::kInvalidate:
        return journey_.Invalidate(agent, map_, atoms_.Outward(range),
                                   operation_);
      case Kind::kRemap:
        map_ = journey_.AddReference(0);
        return;
      case Kind::kPostAwait:
        return journey_.Await(agent, journey_.Post(1 - agent));
      default:
        return DoOnQueue(step, range);
    }
  }

  void DoOnQueue(const JourneyStep& step, const ByteRange& range) {
    const uint32_t queue = step.agent;
    const Scope* barrier = kBarriers[step.detail];
    switch (step.kind) {
      case Kind::kSubmit:
        return journey_.BeginSubmission(queue,
                                        journey_.Submit(step.detail % 2));
      case Kind::kWaitFence:
        return journey_.HostWait(step.detail % 2,
                                 journey_.Signal(queue, kStageAllCommands));
      case Kind::kRead:
        return journey_.DeviceAccess(queue, kReads[step.detail], 0, range,
                                     Access::kRead, operation_);
      case Kind::kWrite:
        return journey_.DeviceAccess(queue, kWrites[step.detail], 0, range,
                                     Access::kWrite, operation_);
      case Kind::kBarrier:
        return journey_.Dependency(queue, barrier[0], barrier[1], {});
      default:
        return journey_.Wait(1 - queue,
                             journey_.Signal(queue, kStageAllCommands),
                             kReads[step.detail].stages, /*by_host=*/false);
    }
  }

  uint64_t shift_;
  AtomGrid atoms_;
  std::vector<Hazard> hazards_;
  Journey journey_{
      [this](const Hazard& hazard) { hazards_.push_back(hazard); }};
  Journey::ReferenceId map_ = 0;
  OperationId operation_ = 0;
};

RC_GTEST_PROP(JourneyLaw, ByRunsEqualsByBytes, ()) {
  const JourneyCase test = *ArbitraryCase();
  Runner by_runs(test.info, 0);
  Journey::PayloadInfo info = test.info;
  info.by_bytes = true;
  Runner by_bytes(info, 0);
  const std::vector<Hazard> hazards = by_runs.Run(test.steps);
  RC_CLASSIFY(hazards.empty(), "clean");
  RC_CLASSIFY(!hazards.empty(), "racy");
  RC_ASSERT(hazards == by_bytes.Run(test.steps));
  RC_ASSERT(by_runs.RunCount() <= by_bytes.RunCount());
}

RC_GTEST_PROP(JourneyLaw, TranslationByAtomsChangesNothing, ()) {
  const JourneyCase test = *ArbitraryCase();
  const uint64_t shift =
      test.info.atom_size * *rc::gen::inRange<uint64_t>(1, 1000);
  Journey::PayloadInfo shifted = test.info;
  shifted.size += shift;
  std::vector<Hazard> here = Runner(test.info, 0).Run(test.steps);
  const std::vector<Hazard> there = Runner(shifted, shift).Run(test.steps);
  for (Hazard& hazard : here) hazard.range.offset += shift;
  RC_ASSERT(here == there);
}

// One thread, one queue, and after each step everything that could be asked
// for: whatever the program does, nothing may be found.
RC_GTEST_PROP(JourneyLaw, FullSynchronizationIsSilent, ()) {
  const JourneyCase test = *ArbitraryCase();
  std::vector<JourneyStep> steps;
  const ByteRange all = {0, test.info.size};
  for (JourneyStep step : test.steps) {
    if (step.kind == Kind::kInvalidate || step.kind == Kind::kRemap) continue;
    step.agent = 0;
    steps.push_back(step);
    steps.push_back({Kind::kFlush, 0, all, 0});
    steps.push_back({Kind::kBarrier, 0, all, 0});
    steps.push_back({Kind::kBarrier, 0, all, 3});
    steps.push_back({Kind::kWaitFence, 0, all, 0});
    steps.push_back({Kind::kPostAwait, 0, all, 0});
    steps.push_back({Kind::kInvalidate, 0, all, 0});
    steps.push_back({Kind::kSubmit, 0, all, 0});
  }
  RC_ASSERT(Runner(test.info, 0).Run(steps).empty());
}

}  // namespace
}  // namespace incoherent
