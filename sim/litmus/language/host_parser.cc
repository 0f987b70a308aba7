#include "sim/litmus/language/host_parser.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/assignment_parser.h"
#include "sim/litmus/language/operation_parser.h"
#include "sim/litmus/language/range_parser.h"
#include "sim/litmus/language/semaphore_parser.h"

namespace incoherent::litmus {
namespace {

constexpr char kDeclareSemaphore[] = "declare it: semaphore NAME timeline";
constexpr char kDeclareEvent[] = "declare it: event NAME";
constexpr char kDeclareSubmission[] =
    "name a queue's block, or a submission in it";

bool CheckHostVisible(ParseState& state, const Range& range,
                      const Place& place) {
  const Memory& memory = state.program.memories[range.memory];
  if (memory.type.IsHostVisible()) return true;
  return state.Fail(
      place, absl::StrCat("'", memory.name, "' is ",
                          PropertyFlagsName(memory.type.property_flags),
                          ", which the host cannot map; expected host-visible "
                          "memory"));
}

bool ParseHostAssignment(ParseState& state, Agent& host, Op* op) {
  if (!ParseAssignment(state, host, op)) return false;
  return CheckHostVisible(state, op->target ? *op->target : *op->source_range,
                          op->place);
}

bool ParseMappedRange(ParseState& state, OpKind kind, absl::string_view what,
                      Op* op) {
  const absl::optional<NamedRange> range = ParseRange(state, what);
  if (!range.has_value()) return false;
  op->kind = kind;
  op->target = range->range;
  op->whole_size = range->to_the_end;
  return CheckHostVisible(state, range->range, range->place);
}

bool ParseFlush(ParseState& state, Op* op) {
  return ParseMappedRange(state, OpKind::kFlush, "a memory after 'flush'", op);
}

bool ParseInvalidate(ParseState& state, Op* op) {
  return ParseMappedRange(state, OpKind::kInvalidate,
                          "a memory after 'invalidate'", op);
}

bool ParseMap(ParseState& state, Op* op) {
  return ParseMappedRange(state, OpKind::kMap, "a memory after 'map'", op);
}

bool ParseWholeMemory(ParseState& state, OpKind kind, absl::string_view word,
                      Op* op) {
  const absl::optional<NamedRange> range =
      ParseRange(state, absl::StrCat("a memory after '", word, "'"));
  if (!range.has_value()) return false;
  const Memory& memory = state.program.memories[range->range.memory];
  if (range->range.bytes.size != memory.size) {
    return state.Fail(range->place,
                      absl::StrCat("'", word, "' is of a whole memory; write '",
                                   word, " ", memory.name, "'"));
  }
  op->kind = kind;
  op->target = range->range;
  return true;
}

bool ParseUnmap(ParseState& state, Op* op) {
  return ParseWholeMemory(state, OpKind::kUnmap, "unmap", op) &&
         CheckHostVisible(state, *op->target, op->place);
}

bool ParseFree(ParseState& state, Op* op) {
  return ParseWholeMemory(state, OpKind::kFree, "free", op);
}

bool ParseSubmit(ParseState& state, Op* op) {
  const absl::optional<Token> name =
      state.ExpectName("a submission after 'submit'");
  if (!name.has_value()) return false;
  const absl::optional<int> submission =
      state.Find(NameKind::kSubmission, *name, kDeclareSubmission);
  op->kind = OpKind::kSubmit;
  op->submission = submission.value_or(0);
  return submission.has_value();
}

// After `wait idle`; a queue stands on the same line.
bool ParseWaitIdle(ParseState& state, Op* op) {
  op->kind = OpKind::kWaitIdle;
  if (state.tokens.AtStatementEnd()) return true;
  const absl::optional<Token> name =
      state.ExpectName("a queue, or nothing, after 'wait idle'");
  if (!name.has_value()) return false;
  const absl::optional<int> queue =
      state.Find(NameKind::kQueue, *name, "declare it: queue NAME { ... }");
  op->queue = queue.value_or(-1);
  return queue.has_value();
}

bool ParseWait(ParseState& state, Op* op) {
  if (state.tokens.Accept("idle")) return ParseWaitIdle(state, op);
  const absl::optional<Token> name = state.ExpectName(
      "a submission, a timeline semaphore or 'idle' after 'wait'");
  if (!name.has_value()) return false;
  const NameTable& names = state.names;
  if (const auto found = names.Find(NameKind::kSubmission, name->text)) {
    op->kind = OpKind::kWaitSubmission;
    op->submission = *found;
    return true;
  }
  if (const auto found = names.Find(NameKind::kSemaphore, name->text)) {
    return ParseWaitValue(state, SemaphoreUser::kHost, *name, *found, op);
  }
  return state.Fail(
      name->place,
      names.Unknown({NameKind::kSubmission, NameKind::kSemaphore}, name->text,
                    "a flag of another thread is awaited with "
                    "'await'"));
}

bool ParseSignal(ParseState& state, Op* op) {
  const absl::optional<Token> name =
      state.ExpectName("a timeline semaphore after 'signal'");
  if (!name.has_value()) return false;
  const absl::optional<int> semaphore =
      state.Find(NameKind::kSemaphore, *name, kDeclareSemaphore);
  return semaphore.has_value() &&
         ParseSignalValue(state, SemaphoreUser::kHost, *name, *semaphore, op);
}

// Flags need no declaration.
bool ParseFlag(ParseState& state, OpKind kind, Op* op) {
  const absl::optional<Token> name = state.ExpectName("a flag's name");
  if (!name.has_value()) return false;
  std::vector<std::string>& flags = state.program.flags;
  auto flag = std::find(flags.begin(), flags.end(), name->text);
  if (flag == flags.end()) {
    if (!state.WithinLimit(flags.size(), kMostFlags, name->place, "flags")) {
      return false;
    }
    flag = flags.insert(flags.end(), std::string(name->text));
  }
  op->kind = kind;
  op->flag = static_cast<int>(flag - flags.begin());
  return true;
}

bool ParsePost(ParseState& state, Op* op) {
  return ParseFlag(state, OpKind::kPost, op);
}

bool ParseAwait(ParseState& state, Op* op) {
  return ParseFlag(state, OpKind::kAwait, op);
}

bool ParseEvent(ParseState& state, OpKind kind, Op* op) {
  const absl::optional<Token> name = state.ExpectName("an event's name");
  if (!name.has_value()) return false;
  const absl::optional<int> event =
      state.Find(NameKind::kEvent, *name, kDeclareEvent);
  op->kind = kind;
  op->event = event.value_or(-1);
  return event.has_value();
}

bool ParseSet(ParseState& state, Op* op) {
  return ParseEvent(state, OpKind::kSetEvent, op);
}

bool ParseReset(ParseState& state, Op* op) {
  return ParseEvent(state, OpKind::kResetEvent, op);
}

std::string Advice(absl::string_view word) {
  for (absl::string_view of_queue : {"copy", "fill", "update", "barrier"}) {
    if (word != of_queue) continue;
    return absl::StrCat("'", word,
                        "' is a queue's; put it into a queue's block and "
                        "submit that");
  }
  return "";
}

constexpr OperationWord kWords[] = {
    {"flush", ParseFlush}, {"invalidate", ParseInvalidate},
    {"map", ParseMap},     {"unmap", ParseUnmap},
    {"free", ParseFree},   {"submit", ParseSubmit},
    {"wait", ParseWait},   {"signal", ParseSignal},
    {"post", ParsePost},   {"await", ParseAwait},
    {"set", ParseSet},     {"reset", ParseReset},
};

}  // namespace

void ParseHostOperations(ParseState& state, size_t end, Agent& host) {
  const OperationLanguage language = {"a host thread", kWords,
                                      ParseHostAssignment, Advice};
  ParseOperations(state, language, end, host, &host.ops);
}

}  // namespace incoherent::litmus
