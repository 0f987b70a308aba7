#include "sim/litmus/findings/findings_pass.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/findings/hazard_prose.h"
#include "sim/litmus/findings/api_execution.h"

namespace incoherent::litmus {
namespace {

bool IsMemoryOp(const Op& op) {
  switch (op.kind) {
    case OpKind::kStore:
    case OpKind::kLoad:
    case OpKind::kFlush:
    case OpKind::kInvalidate:
      return true;
    default:
      return false;
  }
}

bool IsWaitOp(const Op& op) {
  return op.kind == OpKind::kWaitSubmission || op.kind == OpKind::kWaitIdle ||
         op.kind == OpKind::kWait;
}

bool IsThreadOp(const Op& op) {
  return op.kind == OpKind::kPost || op.kind == OpKind::kAwait;
}

const Range& RangeOf(const Op& op) {
  return op.target ? *op.target : *op.source_range;
}

// The findings of all orders, each kept once.
class Collector {
 public:
  Collector(const Program& program, const OperationNames& names)
      : program_(program), names_(names) {}

  void Add(const Hazard& hazard, int memory, std::string message) {
    LitmusFinding finding;
    finding.kind = hazard.kind;
    finding.memory = program_.memories[memory].name;
    finding.range = hazard.range;
    finding.missing = MissingStepName(hazard.missing);
    finding.by_the_letter = hazard.by_the_letter;
    Name(hazard.earlier, finding.earlier, finding.earlier_text);
    Name(hazard.later, finding.later, finding.later_text);
    finding.message =
        message.empty()
            ? HazardSentence(hazard, {finding.earlier_text, finding.later_text})
            : std::move(message);
    Key key = {finding.later.line,   finding.later.column,
               finding.earlier.line, finding.earlier.column,
               hazard.kind,          hazard.missing,
               hazard.by_the_letter, memory,
               hazard.range.offset,  hazard.range.size,
               finding.message};
    if (seen_.insert(std::move(key)).second) {
      findings_.push_back(std::move(finding));
    }
  }

  std::vector<LitmusFinding> Sorted() && {
    const auto key = [](const LitmusFinding& finding) {
      return std::make_tuple(finding.later.line, finding.later.column,
                             finding.earlier.line, finding.earlier.column,
                             finding.kind, finding.range.offset,
                             finding.range.size, finding.message);
    };
    std::sort(findings_.begin(), findings_.end(),
              [&key](const LitmusFinding& a, const LitmusFinding& b) {
                return key(a) < key(b);
              });
    return std::move(findings_);
  }

 private:
  using Key = std::tuple<int, int, int, int, HazardKind, MissingStep, bool, int,
                         uint64_t, uint64_t, std::string>;

  void Name(OperationId operation, Place& place, std::string& text) const {
    const OperationNames::Named* named = names_.Find(operation);
    if (named == nullptr) return;
    place = named->op->place;
    text = absl::StrCat(*named->agent, ": ", named->op->text);
  }

  const Program& program_;
  const OperationNames& names_;
  std::set<Key> seen_;
  std::vector<LitmusFinding> findings_;
};

class Search {
 public:
  Search(const Program& program, const FindingsOptions& options)
      : program_(program),
        options_(options),
        names_(program),
        collector_(program, names_) {}

  FindingsPass Run() {
    ApiExecution start(program_, names_, Sinks(), options_.report_useless_sync);
    current_ = &start;
    Visit(start, /*asleep=*/0);
    pass_.findings = std::move(collector_).Sorted();
    return std::move(pass_);
  }

 private:
  ApiExecution::Sinks Sinks() {
    ApiExecution::Sinks sinks;
    sinks.hazard = [this](const Hazard& hazard) {
      collector_.Add(hazard, current_->MemoryOfPayload(hazard.payload), "");
    };
    sinks.broken_rule = [this](const BrokenRule& broken) {
      Hazard hazard;
      hazard.kind = HazardKind::kInvalidUsage;
      hazard.range = broken.range;
      hazard.later = broken.operation;
      collector_.Add(hazard, broken.memory, broken.message);
    };
    return sinks;
  }

  // Two calls that lead to the same state, and the same findings, whichever
  // comes first.
  bool IsIndependent(const Op& a, const Op& b) const {
    if (IsThreadOp(a) || IsThreadOp(b)) {
      return !IsThreadOp(a) || !IsThreadOp(b) || a.flag != b.flag;
    }
    if (IsMemoryOp(a) && IsMemoryOp(b)) return !Collide(a, b);
    if (IsWaitOp(a)) return IsMemoryOp(b) || IsWaitOp(b);
    return IsWaitOp(b) && IsMemoryOp(a);
  }

  // Whether two accesses have an atom in common, and one changes something.
  bool Collide(const Op& a, const Op& b) const {
    const Range& x = RangeOf(a);
    const Range& y = RangeOf(b);
    if (PayloadOwner(x.memory) != PayloadOwner(y.memory)) return false;
    const Memory& memory = program_.memories[PayloadOwner(x.memory)];
    const AtomGrid atoms(memory.atom_size, memory.size);
    // What WHOLE_SIZE means depends on the mapping: to the end, at most.
    const auto reach = [&](const Op& op, const Range& range) {
      return atoms.Outward(
          op.whole_size ? ByteRange::Between(range.bytes.offset, memory.size)
                        : range.bytes);
    };
    return !Intersect(reach(a, x), reach(b, y)).empty();
  }

  int PayloadOwner(int memory) const {
    const auto& shares = program_.memories[memory].shares;
    return shares ? PayloadOwner(*shares) : memory;
  }

  // Tries every order from here. Threads in `asleep` were tried before, and
  // nothing since depends on their next call.
  void Visit(const ApiExecution& here, uint32_t asleep) {
    bool stepped = false;
    for (int thread = 0; thread < ThreadCount(); ++thread) {
      if (!here.CanStep(thread)) continue;
      stepped = true;
      if (asleep >> thread & 1) continue;
      if (++calls_ > options_.max_calls) {
        pass_.bounded = true;
        return;
      }
      ApiExecution next = here;
      current_ = &next;
      next.Step(thread);
      Visit(next, StillAsleep(here, asleep, thread));
      asleep |= uint32_t{1} << thread;
    }
    if (stepped) return;
    ++pass_.orders;
    if (!here.IsFinished()) ++pass_.blocked;
  }

  uint32_t StillAsleep(const ApiExecution& here, uint32_t asleep,
                       int stepping) const {
    uint32_t still = 0;
    for (int thread = 0; thread < ThreadCount(); ++thread) {
      if ((asleep >> thread & 1) &&
          IsIndependent(here.NextOp(thread), here.NextOp(stepping))) {
        still |= uint32_t{1} << thread;
      }
    }
    return still;
  }

  int ThreadCount() const { return static_cast<int>(program_.hosts.size()); }

  const Program& program_;
  const FindingsOptions options_;
  const OperationNames names_;
  Collector collector_;
  const ApiExecution* current_ = nullptr;
  uint64_t calls_ = 0;
  FindingsPass pass_;
};

}  // namespace

FindingsPass FindHazards(const Program& program,
                         const FindingsOptions& options) {
  return Search(program, options).Run();
}

}  // namespace incoherent::litmus
