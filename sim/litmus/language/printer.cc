#include "sim/litmus/language/printer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/language/memory_type_names.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr AccessPoint kDefaultStore = {kStageComputeShader,
                                       kAccessShaderStorageWrite};
constexpr AccessPoint kDefaultLoad = {kStageComputeShader,
                                      kAccessShaderStorageRead};

// `whole` is how all bytes up to the end are written: as `buf`, or with their
// end.
std::string RangeText(const Program& program, const Range& range, bool whole) {
  const Memory& memory = program.memories[range.memory];
  const ByteRange& bytes = range.bytes;
  if (whole && bytes.end() == memory.size) {
    return bytes.offset == 0
               ? memory.name
               : absl::StrCat(memory.name, "[", bytes.offset, "..]");
  }
  if (bytes.size == 1) return absl::StrCat(memory.name, "[", bytes.offset, "]");
  return absl::StrCat(memory.name, "[", bytes.offset, "..", bytes.end(), ")");
}

std::string ScopeText(const Scope& scope) {
  if (scope.accesses == 0) return StageNames(scope.stages);
  return absl::StrCat(StageNames(scope.stages), "/",
                      AccessNames(scope.accesses));
}

std::string DependencyText(const Program& program, const Op& op) {
  return absl::StrCat(
      ScopeText(op.source), " -> ", ScopeText(op.destination),
      op.target.has_value()
          ? absl::StrCat(" on ", RangeText(program, *op.target, false))
          : "");
}

std::string StagesText(uint64_t stages) {
  return stages == kStageAllCommands ? ""
                                     : absl::StrCat(" at ", StageNames(stages));
}

class OperationPrinter {
 public:
  OperationPrinter(const Program& program, OpSite site, const Agent& agent,
                   const Op& op)
      : program_(program), site_(site), agent_(agent), op_(op) {}

  std::string Text() const {
    switch (op_.kind) {
      case OpKind::kStore:
        return absl::StrCat(Target(), " = ", Operand(), Point(kDefaultStore));
      case OpKind::kLoad:
        return absl::StrCat(agent_.registers[op_.reg], " = ", Source(),
                            Point(kDefaultLoad));
      case OpKind::kSignal:
        return Semaphore("signal ", " = ", op_.source.stages);
      case OpKind::kWait:
        return Semaphore("wait ", " >= ", op_.destination.stages);
      case OpKind::kSetEvent:
        return Event("set ");
      case OpKind::kResetEvent:
        return Event("reset ");
      default:
        return site_ == OpSite::kHost ? HostText() : CommandText();
    }
  }

 private:
  std::string HostText() const {
    switch (op_.kind) {
      case OpKind::kFlush:
        return absl::StrCat("flush ", MappedRange());
      case OpKind::kInvalidate:
        return absl::StrCat("invalidate ", MappedRange());
      case OpKind::kMap:
        return absl::StrCat("map ", MappedRange());
      case OpKind::kUnmap:
        return absl::StrCat("unmap ", MemoryName());
      case OpKind::kFree:
        return absl::StrCat("free ", MemoryName());
      case OpKind::kSubmit:
        return absl::StrCat("submit ", SubmissionName());
      case OpKind::kWaitSubmission:
        return absl::StrCat("wait ", SubmissionName());
      case OpKind::kWaitIdle:
        return op_.queue < 0 ? "wait idle"
                             : absl::StrCat("wait idle ",
                                            program_.queues[op_.queue].name);
      case OpKind::kPost:
        return absl::StrCat("post ", program_.flags[op_.flag]);
      case OpKind::kAwait:
        return absl::StrCat("await ", program_.flags[op_.flag]);
      default:
        INCOHERENT_CHECK(false, "the host has no such operation");
    }
  }

  std::string CommandText() const {
    switch (op_.kind) {
      case OpKind::kCopy:
        return absl::StrCat("copy ", Target(), " = ", Source());
      case OpKind::kFill:
        return absl::StrCat("fill ", Target(), " = ", op_.value.value);
      case OpKind::kUpdate:
        return absl::StrCat("update ", Target(), " = ",
                            absl::StrJoin(op_.bytes, " "));
      case OpKind::kBarrier:
        return absl::StrCat("barrier ", DependencyText(program_, op_));
      case OpKind::kWaitEvent:
        return absl::StrCat("wait ", program_.events[op_.event], " ",
                            DependencyText(program_, op_));
      default:
        INCOHERENT_CHECK(false, "a queue has no such operation");
    }
  }

  std::string Target() const { return RangeText(program_, *op_.target, false); }
  std::string Source() const {
    return RangeText(program_, *op_.source_range, false);
  }
  std::string MappedRange() const {
    return RangeText(program_, *op_.target, op_.whole_size);
  }
  std::string MemoryName() const {
    return program_.memories[op_.target->memory].name;
  }
  std::string SubmissionName() const {
    return program_.submissions[op_.submission].name;
  }

  std::string Operand() const {
    return op_.value.reg.has_value() ? agent_.registers[*op_.value.reg]
                                     : absl::StrCat(op_.value.value);
  }

  std::string Point(const AccessPoint& by_default) const {
    if (site_ == OpSite::kHost || op_.point == by_default) return "";
    return absl::StrCat(" at ", ScopeText(op_.point));
  }

  std::string Stages(uint64_t stages) const {
    return site_ == OpSite::kHost ? "" : StagesText(stages);
  }

  std::string Semaphore(absl::string_view word, absl::string_view symbol,
                        uint64_t stages) const {
    const litmus::Semaphore& semaphore = program_.semaphores[op_.semaphore];
    return absl::StrCat(
        word, semaphore.name,
        semaphore.timeline ? absl::StrCat(symbol, op_.value.value) : "",
        Stages(stages));
  }

  std::string Event(absl::string_view word) const {
    return absl::StrCat(word, program_.events[op_.event],
                        Stages(op_.source.stages));
  }

  const Program& program_;
  OpSite site_;
  const Agent& agent_;
  const Op& op_;
};

std::string OperationLines(const Program& program, OpSite site,
                           const Agent& agent, const std::vector<Op>& ops,
                           absl::string_view indentation) {
  std::string lines;
  for (const Op& op : ops) {
    absl::StrAppend(&lines, indentation,
                    PrintOperation(program, site, agent, op), "\n");
  }
  return lines;
}

std::string MemoryText(const Program& program, const Memory& memory) {
  const Memory defaults;
  std::string text =
      absl::StrCat("memory ", memory.name, " { size ", memory.size);
  if (!memory.profile.empty()) {
    absl::StrAppend(&text, "; profile ", memory.profile, " type ",
                    memory.type_index);
  } else {
    absl::StrAppend(&text, "; type ",
                    NearestTypeName(memory.type.property_flags));
    if (memory.atom_size != defaults.atom_size) {
      absl::StrAppend(&text, "; atom ", memory.atom_size);
    }
    if (memory.write_back == WriteBack::kDirtyBytes) {
      absl::StrAppend(&text, "; write_back byte");
    }
  }
  if (memory.shares.has_value()) {
    absl::StrAppend(&text, "; shares ", program.memories[*memory.shares].name);
  } else if (memory.undefined_contents) {
    absl::StrAppend(&text, "; contents undefined");
  }
  if (memory.type.IsHostVisible() && !memory.initially_mapped) {
    absl::StrAppend(&text, "; unmapped");
  }
  return absl::StrCat(text, " }\n");
}

std::string HostText(const Program& program, const Agent& host) {
  return absl::StrCat(
      "\nhost ", host.name == "host" ? "" : host.name + " ", "{\n",
      OperationLines(program, OpSite::kHost, host, host.ops, "  "), "}\n");
}

std::string QueueText(const Program& program, int index) {
  const Agent& queue = program.queues[index];
  std::vector<const Submission*> submissions;
  for (const Submission& submission : program.submissions) {
    if (submission.queue == index) submissions.push_back(&submission);
  }
  std::string text = absl::StrCat("\nqueue ", queue.name, " {\n");
  if (submissions.size() == 1 && submissions[0]->name == queue.name) {
    absl::StrAppend(&text, OperationLines(program, OpSite::kQueue, queue,
                                          submissions[0]->ops, "  "));
  } else {
    for (const Submission* submission : submissions) {
      absl::StrAppend(&text, "  submission ", submission->name, " {\n",
                      OperationLines(program, OpSite::kQueue, queue,
                                     submission->ops, "    "),
                      "  }\n");
    }
  }
  return absl::StrCat(text, "}\n");
}

std::string SubjectText(const Program& program, const Condition& equals) {
  if (equals.subject == Condition::Subject::kMemory) {
    return RangeText(program, equals.range, false);
  }
  const Agent& agent = equals.subject == Condition::Subject::kHostRegister
                           ? program.hosts[equals.agent]
                           : program.queues[equals.agent];
  return absl::StrCat(agent.name, ":", agent.registers[equals.reg]);
}

std::string ComparisonText(const Program& program, const Condition& equals,
                           absl::string_view symbol) {
  return absl::StrCat(SubjectText(program, equals), symbol,
                      equals.undefined ? "undef" : absl::StrCat(equals.value));
}

std::string ConditionText(const Program& program, const Condition& condition);

// With the parentheses that it needs inside `parent`, and no others: a
// condition is never nested deeper than the one that was read.
std::string OperandText(const Program& program, const Condition& parent,
                        const Condition& operand) {
  const std::string text = ConditionText(program, operand);
  const bool binds_closer = parent.kind == Condition::Kind::kOr &&
                            operand.kind == Condition::Kind::kAnd;
  return operand.operands.size() > 1 && !binds_closer
             ? absl::StrCat("(", text, ")")
             : text;
}

std::string ConditionText(const Program& program, const Condition& condition) {
  const auto joined = [&](absl::string_view symbol) {
    return absl::StrJoin(condition.operands, symbol,
                         [&](std::string* out, const Condition& operand) {
                           absl::StrAppend(
                               out, OperandText(program, condition, operand));
                         });
  };
  switch (condition.kind) {
    case Condition::Kind::kTrue:
      return "true";
    case Condition::Kind::kEquals:
      return ComparisonText(program, condition, " == ");
    case Condition::Kind::kAnd:
      return joined(" && ");
    case Condition::Kind::kOr:
      return joined(" || ");
    case Condition::Kind::kNot:
      break;
  }
  const Condition& operand = condition.operands[0];
  if (operand.kind == Condition::Kind::kEquals) {
    return ComparisonText(program, operand, " != ");
  }
  return absl::StrCat("!", OperandText(program, condition, operand));
}

const char* KindWord(Question::Kind kind) {
  switch (kind) {
    case Question::Kind::kExists:
      return "exists";
    case Question::Kind::kForall:
      return "forall";
    case Question::Kind::kNever:
      break;
  }
  return "never";
}

std::string ExpectationText(const Question& question) {
  if (question.expect_allowed.has_value()) {
    return *question.expect_allowed ? " expect allowed" : " expect forbidden";
  }
  if (question.expect_holds.has_value()) {
    return *question.expect_holds ? " expect holds" : " expect fails";
  }
  return "";
}

std::string ReportsText(const Program& program) {
  if (!program.expect_reports.has_value()) return "";
  if (program.expect_reports->empty()) return "reports nothing\n";
  return absl::StrCat("reports ",
                      absl::StrJoin(*program.expect_reports, ", ",
                                    [](std::string* out, HazardKind kind) {
                                      absl::StrAppend(out,
                                                      HazardKindName(kind));
                                    }),
                      "\n");
}

}  // namespace

std::string PrintOperation(const Program& program, OpSite site,
                           const Agent& agent, const Op& op) {
  return OperationPrinter(program, site, agent, op).Text();
}

std::string PrintQuestion(const Program& program, const Question& question) {
  return absl::StrCat(KindWord(question.kind), " (",
                      ConditionText(program, question.condition), ")");
}

std::string PrintProgram(const Program& program) {
  std::string text = absl::StrCat("litmus ", program.name, "\n");
  for (const Memory& memory : program.memories) {
    absl::StrAppend(&text, MemoryText(program, memory));
  }
  for (const Semaphore& semaphore : program.semaphores) {
    absl::StrAppend(&text, "semaphore ", semaphore.name,
                    semaphore.timeline ? " timeline\n" : " binary\n");
  }
  for (const std::string& event : program.events) {
    absl::StrAppend(&text, "event ", event, "\n");
  }
  for (const Agent& host : program.hosts) {
    absl::StrAppend(&text, HostText(program, host));
  }
  for (size_t i = 0; i < program.queues.size(); ++i) {
    absl::StrAppend(&text, QueueText(program, static_cast<int>(i)));
  }
  absl::StrAppend(&text, "\n");
  for (const Question& question : program.questions) {
    absl::StrAppend(&text, PrintQuestion(program, question),
                    ExpectationText(question), "\n");
  }
  return absl::StrCat(text, ReportsText(program));
}

}  // namespace incoherent::litmus
