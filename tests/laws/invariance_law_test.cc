// Edits of a program that mean nothing, and so must change nothing: other
// names, a shift by whole atoms, another order of independent operations.

#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/language/parser.h"
#include "tests/laws/exploration_text.h"
#include "tests/laws/random_program.h"

namespace incoherent::litmus {
namespace {

constexpr SketchLimits kOneThread = {/*steps=*/8, /*threads=*/1, /*queues=*/2};

// A finding without the places and names of its file.
using BareFinding =
    std::tuple<HazardKind, uint64_t, uint64_t, std::string, bool>;

std::multiset<BareFinding> BareFindings(const Exploration& exploration,
                                        uint64_t shift = 0) {
  std::multiset<BareFinding> bare;
  for (const LitmusFinding& finding : exploration.findings) {
    bare.insert({finding.kind, finding.range.offset - shift, finding.range.size,
                 finding.missing, finding.by_the_letter});
  }
  return bare;
}

void AssertSame(const Exploration& a, const Exploration& b,
                uint64_t shift_of_b = 0) {
  RC_CLASSIFY(a.findings.empty(), "clean");
  RC_ASSERT(Outcomes(a) == Outcomes(b));
  RC_ASSERT(BareFindings(a) == BareFindings(b, shift_of_b));
}

RC_GTEST_PROP(Invariance, NamesMeanNothing, ()) {
  const Sketch sketch = *ArbitrarySketch(kOneThread);
  const std::string renamed =
      absl::StrReplaceAll(TextOf(sketch), {{"memory m ", "memory staging "},
                                           {" m[", " staging["},
                                           {"flush m\n", "flush staging\n"},
                                           {"host h0", "host writer"},
                                           {"queue q ", "queue graphics "}});
  const absl::StatusOr<Program> program = ParseProgram(renamed, "renamed");
  RC_ASSERT(program.ok());
  AssertSame(ExploreAll(ProgramOf(sketch)), ExploreAll(*program));
}

void Shift(absl::optional<Range>& range, uint64_t by) {
  if (range) range->bytes.offset += by;
}

RC_GTEST_PROP(Invariance, AtomsMayBeAnywhere, ()) {
  const Sketch sketch = *ArbitrarySketch(kOneThread);
  const Program program = ProgramOf(sketch);
  Program shifted = program;
  const uint64_t by =
      shifted.memories[0].atom_size * *rc::gen::inRange<uint64_t>(1, 1000);
  shifted.memories[0].size += by;
  for (Agent& host : shifted.hosts) {
    for (Op& op : host.ops) {
      Shift(op.target, by);
      Shift(op.source_range, by);
    }
  }
  for (Submission& submission : shifted.submissions) {
    for (Op& op : submission.ops) {
      Shift(op.target, by);
      Shift(op.source_range, by);
    }
  }
  AssertSame(ExploreAll(program), ExploreAll(shifted), by);
}

bool IsMemoryOp(const Op& op) {
  return op.kind == OpKind::kStore || op.kind == OpKind::kLoad ||
         op.kind == OpKind::kFlush || op.kind == OpKind::kInvalidate;
}

uint64_t AtomOf(const Program& program, const Op& op) {
  const Range& range = op.target ? *op.target : *op.source_range;
  return range.bytes.offset / program.memories[0].atom_size;
}

// Neighbours in a thread that touch different atoms.
std::vector<size_t> IndependentPairs(const Program& program) {
  std::vector<size_t> pairs;
  const std::vector<Op>& ops = program.hosts[0].ops;
  for (size_t i = 0; i + 1 < ops.size(); ++i) {
    const bool whole = ops[i].whole_size || ops[i + 1].whole_size;
    if (!whole && IsMemoryOp(ops[i]) && IsMemoryOp(ops[i + 1]) &&
        AtomOf(program, ops[i]) != AtomOf(program, ops[i + 1])) {
      pairs.push_back(i);
    }
  }
  return pairs;
}

rc::Gen<SketchStep> ArbitraryHostAccess(int byte) {
  return rc::gen::map(
      rc::gen::element(SketchStep::kHostStore, SketchStep::kHostLoad,
                       SketchStep::kFlush, SketchStep::kInvalidate),
      [byte](SketchStep::Kind kind) {
        return SketchStep{kind, byte, 0};
      });
}

RC_GTEST_PROP(Invariance, IndependentOperationsMaySwap, ()) {
  Sketch sketch = *ArbitrarySketch(kOneThread);
  sketch.atoms = 2;
  const SketchStep pair[] = {*ArbitraryHostAccess(0), *ArbitraryHostAccess(2)};
  const auto at = *rc::gen::inRange<size_t>(0, sketch.steps.size() + 1);
  sketch.steps.insert(sketch.steps.begin() + at, pair, pair + 2);
  const Program program = ProgramOf(sketch);
  const size_t op = *rc::gen::elementOf(IndependentPairs(program));
  Program swapped = program;
  std::swap(swapped.hosts[0].ops[op], swapped.hosts[0].ops[op + 1]);
  AssertSame(ExploreAll(program), ExploreAll(swapped));
}

RC_GTEST_PROP(Invariance, PruningChangesNoOutcome, ()) {
  const Sketch sketch = *ArbitrarySketch(
      {/*steps=*/6, /*threads=*/*rc::gen::inRange(1, 3), /*queues=*/2});
  const Program program = ProgramOf(sketch);
  ExploreOptions whole;
  whole.prune = false;
  const Exploration unpruned = ExploreAll(program, whole);
  const Exploration pruned = ExploreAll(program);
  RC_LOG() << TextOf(sketch);
  RC_ASSERT(Outcomes(unpruned) == Outcomes(pruned));
  RC_ASSERT((unpruned.blocked > 0) == (pruned.blocked > 0));
  RC_ASSERT(pruned.states <= unpruned.states);
  RC_CLASSIFY(pruned.states * 2 <= unpruned.states, "less than half");
}

}  // namespace
}  // namespace incoherent::litmus
