// What becomes of a clean program when one synchronization operation is taken
// out of it, or one more is put in.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "tests/laws/exploration_text.h"
#include "tests/laws/random_program.h"

namespace incoherent::litmus {
namespace {

using Steps = std::set<std::string>;

bool IsToHost(const Op& op) {
  return (op.destination.accesses & (kAccessHostRead | kAccessHostWrite)) != 0;
}

// The names under which a finding may miss this operation; none: it is not one
// that a program can do without.
Steps StepsOf(const Op& op, bool on_queue) {
  switch (op.kind) {
    case OpKind::kFlush:
      return {"flush"};
    case OpKind::kInvalidate:
      return {"invalidate"};
    case OpKind::kAwait:
      // If the submit comes first, what it lacks is a wait; and where two
      // threads submit, the later work may come first, with no barrier behind
      // it.
      return {"happens-before", "wait", "device-barrier", "semaphore"};
    case OpKind::kWaitSubmission:
    case OpKind::kWaitIdle:
      // The host's wait may order two submissions; a barrier in the second, or
      // a semaphore, would have done as well.
      return {"wait", "device-barrier", "semaphore"};
    case OpKind::kBarrier:
      if (IsToHost(op)) return {"host-read-barrier", "device-barrier"};
      if (op.source.stages & kStageHost) {
        return {"host-write-barrier", "device-barrier"};
      }
      return {"device-barrier", "host-read-barrier"};
    case OpKind::kWait:
      if (!on_queue) return {};
      return {"semaphore", "device-barrier", "wait", "host-write-barrier"};
    default:
      return {};
  }
}

// An operation of the program: agent is a thread, or a submission.
struct OpPlace {
  bool on_queue;
  size_t agent;
  size_t op;
};

std::vector<Op>& OpsAt(Program& program, const OpPlace& place) {
  return place.on_queue ? program.submissions[place.agent].ops
                        : program.hosts[place.agent].ops;
}

std::vector<OpPlace> SyncPlaces(Program& program) {
  std::vector<OpPlace> places;
  const auto add = [&](bool on_queue, size_t agents) {
    for (size_t agent = 0; agent < agents; ++agent) {
      const auto& ops = OpsAt(program, {on_queue, agent, 0});
      for (size_t op = 0; op < ops.size(); ++op) {
        if (!StepsOf(ops[op], on_queue).empty()) {
          places.push_back({on_queue, agent, op});
        }
      }
    }
  };
  add(false, program.hosts.size());
  add(true, program.submissions.size());
  return places;
}

void DeletingNamesWhatIsMissing(const SketchLimits& limits) {
  const Sketch sketch = *ArbitrarySketch(limits);
  Program clean = ProgramOf(sketch);
  const Exploration before = ExploreAll(clean);
  RC_PRE(before.findings.empty());
  const std::vector<OpPlace> places = SyncPlaces(clean);
  const OpPlace place = *rc::gen::elementOf(places);
  Program edited = clean;
  std::vector<Op>& ops = OpsAt(edited, place);
  const Op deleted = ops[place.op];
  ops.erase(ops.begin() + static_cast<int>(place.op));
  const Exploration after = ExploreAll(edited);
  RC_LOG() << TextOf(sketch) << "without `" << deleted.text
           << "`:" << FindingsText(after) << "\n";
  if (VisibleKinds(after).empty()) {
    RC_TAG(std::string("not needed"));
    RC_ASSERT(Outcomes(after) == Outcomes(before));
    return;
  }
  const Steps named = StepsOf(deleted, place.on_queue);
  std::string names;
  for (const LitmusFinding& finding : after.findings) {
    if (named.count(finding.missing) > 0) names = finding.missing;
  }
  RC_ASSERT(!names.empty());
  RC_TAG(names);
}

RC_GTEST_PROP(SyncEdits, DeletingNamesWhatIsMissingOnOneThread, ()) {
  DeletingNamesWhatIsMissing(
      {/*steps=*/6, /*threads=*/1, /*queues=*/1, /*careful=*/true});
}

RC_GTEST_PROP(SyncEdits, DeletingNamesWhatIsMissingOnTwoThreads, ()) {
  DeletingNamesWhatIsMissing(
      {/*steps=*/6, /*threads=*/2, /*queues=*/1, /*careful=*/true});
}

Op HostSync(OpKind kind, const ByteRange& range) {
  Op op;
  op.kind = kind;
  op.target = Range{0, range};
  op.text =
      kind == OpKind::kFlush ? "flush (inserted)" : "invalidate (inserted)";
  return op;
}

Op FullBarrier() {
  Op op;
  op.kind = OpKind::kBarrier;
  op.source = {kStageAllCommands, kAccessMemoryRead | kAccessMemoryWrite};
  op.destination = {kStageAllCommands | kStageHost,
                    kAccessMemoryRead | kAccessMemoryWrite};
  op.text = "barrier (inserted)";
  return op;
}

// Returns the kinds that the inserted operation may bring about: an invalidate
// may meet unflushed writes, a flush pending work.
std::set<std::string> Insert(Program& program) {
  const bool on_queue = *rc::gen::arbitrary<bool>();
  const size_t agents =
      on_queue ? program.submissions.size() : program.hosts.size();
  const size_t agent = *rc::gen::inRange<size_t>(0, agents);
  std::vector<Op>& ops = OpsAt(program, {on_queue, agent, 0});
  const auto at =
      ops.begin() + *rc::gen::inRange<int>(0, static_cast<int>(ops.size()) + 1);
  if (on_queue) {
    ops.insert(at, FullBarrier());
    RC_TAG(std::string("barrier"));
    return {};
  }
  const OpKind kind = *rc::gen::element(OpKind::kFlush, OpKind::kInvalidate);
  ops.insert(at, HostSync(kind, {0, program.memories[0].size}));
  RC_TAG(std::string(kind == OpKind::kFlush ? "flush" : "invalidate"));
  if (kind == OpKind::kFlush) return {"in-flight-access"};
  return {"discarded-host-write"};
}

void InsertingIsHarmless(const SketchLimits& limits) {
  const Sketch sketch = *ArbitrarySketch(limits);
  const Program clean = ProgramOf(sketch);
  const Exploration before = ExploreAll(clean);
  RC_PRE(before.findings.empty());
  Program edited = clean;
  const std::set<std::string> permitted = Insert(edited);
  const Exploration after = ExploreAll(edited);
  RC_LOG() << TextOf(sketch) << FindingsText(after) << "\n";
  for (const LitmusFinding& finding : after.findings) {
    RC_ASSERT(permitted.count(HazardKindName(finding.kind)) > 0);
    RC_ASSERT(finding.later_text.find("(inserted)") != std::string::npos);
  }
  if (after.findings.empty()) RC_ASSERT(Outcomes(after) == Outcomes(before));
}

RC_GTEST_PROP(SyncEdits, InsertingIsHarmlessOnOneThread, ()) {
  InsertingIsHarmless({/*steps=*/6, /*threads=*/1, /*queues=*/1,
                       /*careful=*/*rc::gen::arbitrary<bool>()});
}

RC_GTEST_PROP(SyncEdits, InsertingIsHarmlessOnTwoThreads, ()) {
  InsertingIsHarmless({/*steps=*/6, /*threads=*/2, /*queues=*/1,
                       /*careful=*/*rc::gen::arbitrary<bool>()});
}

}  // namespace
}  // namespace incoherent::litmus
