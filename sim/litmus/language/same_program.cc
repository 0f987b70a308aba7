#include "sim/litmus/language/same_program.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace incoherent::litmus {
namespace {

template <typename T, typename Same>
bool AllSame(const std::vector<T>& a, const std::vector<T>& b, Same same) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

bool SameRange(const Range& a, const Range& b) {
  return a.memory == b.memory && a.bytes == b.bytes;
}

bool SameOptionalRange(const absl::optional<Range>& a,
                       const absl::optional<Range>& b) {
  return a.has_value() == b.has_value() &&
         (!a.has_value() || SameRange(*a, *b));
}

auto Indices(const Op& op) {
  return std::tie(op.kind, op.whole_size, op.value.reg, op.value.value,
                  op.bytes, op.reg, op.semaphore, op.submission, op.queue,
                  op.flag, op.event);
}

auto Scopes(const Op& op) {
  return std::tie(op.point, op.read_point, op.source, op.destination);
}

bool SameAgent(const Agent& a, const Agent& b) {
  return a.name == b.name && a.registers == b.registers &&
         AllSame(a.ops, b.ops, SameOp);
}

bool SameSubmission(const Submission& a, const Submission& b) {
  return a.name == b.name && a.queue == b.queue &&
         AllSame(a.ops, b.ops, SameOp);
}

bool SameSemaphore(const Semaphore& a, const Semaphore& b) {
  return a.name == b.name && a.timeline == b.timeline;
}

bool SameQuestion(const Question& a, const Question& b) {
  return a.kind == b.kind && a.expect_allowed == b.expect_allowed &&
         a.expect_holds == b.expect_holds &&
         SameCondition(a.condition, b.condition);
}

}  // namespace

bool SameMemory(const Memory& a, const Memory& b) {
  const auto fields = [](const Memory& m) {
    return std::tie(m.name, m.size, m.atom_size, m.type.property_flags,
                    m.type.heap_index, m.profile, m.type_index, m.write_back,
                    m.initially_mapped, m.undefined_contents, m.shares);
  };
  return fields(a) == fields(b);
}

bool SameOp(const Op& a, const Op& b) {
  return Indices(a) == Indices(b) && Scopes(a) == Scopes(b) &&
         SameOptionalRange(a.target, b.target) &&
         SameOptionalRange(a.source_range, b.source_range);
}

bool SameCondition(const Condition& a, const Condition& b) {
  const auto fields = [](const Condition& c) {
    return std::tie(c.kind, c.subject, c.agent, c.reg, c.value, c.undefined);
  };
  return fields(a) == fields(b) && SameRange(a.range, b.range) &&
         AllSame(a.operands, b.operands, SameCondition);
}

bool SameProgram(const Program& a, const Program& b) {
  return a.name == b.name && AllSame(a.memories, b.memories, SameMemory) &&
         AllSame(a.hosts, b.hosts, SameAgent) &&
         AllSame(a.queues, b.queues, SameAgent) &&
         AllSame(a.submissions, b.submissions, SameSubmission) &&
         AllSame(a.semaphores, b.semaphores, SameSemaphore) &&
         a.flags == b.flags && a.events == b.events &&
         AllSame(a.questions, b.questions, SameQuestion) &&
         a.expect_reports == b.expect_reports;
}

}  // namespace incoherent::litmus
