#include "sim/litmus/language/queue_parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/assignment_parser.h"
#include "sim/litmus/language/operation_parser.h"
#include "sim/litmus/language/range_parser.h"
#include "sim/litmus/language/scope_parser.h"
#include "sim/litmus/language/semaphore_parser.h"

namespace incoherent::litmus {
namespace {

constexpr char kDeclareEvent[] = "declare it: event NAME";
constexpr char kDeclareSemaphore[] =
    "declare it: semaphore NAME binary, or timeline";

bool ParseQueueAssignment(ParseState& state, Agent& queue, Op* op) {
  if (!ParseAssignment(state, queue, op)) return false;
  const bool store = op->kind == OpKind::kStore;
  op->point = {kStageComputeShader,
               store ? kAccessShaderStorageWrite : kAccessShaderStorageRead};
  if (!state.tokens.Accept("at")) return true;
  const absl::optional<AccessPoint> point =
      ParsePoint(state, store ? Direction::kWrite : Direction::kRead);
  if (!point.has_value()) return false;
  op->point = *point;
  return true;
}

// PLACE "=": what a command writes.
bool ParseTarget(ParseState& state, absl::string_view what, Op* op) {
  const absl::optional<NamedRange> target = ParseRange(state, what);
  if (!target.has_value()) return false;
  op->target = target->range;
  return state.Expect("=", "the bytes to write");
}

bool ParseCopy(ParseState& state, Op* op) {
  op->kind = OpKind::kCopy;
  op->point = {kStageCopy, kAccessTransferWrite};
  op->read_point = {kStageCopy, kAccessTransferRead};
  if (!ParseTarget(state, "a memory to copy to", op)) return false;
  const absl::optional<NamedRange> source =
      ParseRange(state, "a memory to copy from");
  if (!source.has_value()) return false;
  op->source_range = source->range;
  const uint64_t from = source->range.bytes.size;
  const uint64_t to = op->target->bytes.size;
  if (from != to) {
    return state.Fail(source->place,
                      absl::StrCat("copy of ", from, " bytes to ", to,
                                   "; expected the same size"));
  }
  if (Overlap(state.program, source->range, *op->target)) {
    return state.Fail(source->place,
                      "copy between ranges that overlap "
                      "(VUID-vkCmdCopyBuffer-pRegions-00117)");
  }
  return true;
}

bool ParseFill(ParseState& state, Op* op) {
  op->kind = OpKind::kFill;
  op->point = {kStageClear, kAccessTransferWrite};
  if (!ParseTarget(state, "a memory to fill", op)) return false;
  const absl::optional<uint64_t> byte = ParseFittingNumber(state, 1);
  op->value.value = byte.value_or(0);
  return byte.has_value();
}

bool ParseUpdate(ParseState& state, Op* op) {
  op->kind = OpKind::kUpdate;
  op->point = {kStageClear, kAccessTransferWrite};
  if (!ParseTarget(state, "a memory to update", op)) return false;
  const Place place = state.tokens.Peek().place;
  do {
    const absl::optional<uint64_t> byte = ParseFittingNumber(state, 1);
    if (!byte.has_value()) return false;
    op->bytes.push_back(static_cast<uint8_t>(*byte));
  } while (state.tokens.AtNumber());
  if (op->bytes.size() == op->target->bytes.size) return true;
  return state.Fail(
      place,
      absl::StrCat("update of ", op->target->bytes.size, " bytes with ",
                   op->bytes.size(), " numbers; expected one for each byte"));
}

// SCOPE "->" SCOPE ["on" PLACE].
bool ParseScopes(ParseState& state, Op* op) {
  const absl::optional<Dependency> dependency = ParseDependency(state);
  if (!dependency.has_value()) return false;
  op->source = dependency->source;
  op->destination = dependency->destination;
  if (!state.tokens.Accept("on")) return true;
  const absl::optional<NamedRange> range =
      ParseRange(state, "a memory after 'on'");
  if (!range.has_value()) return false;
  op->target = range->range;
  return true;
}

bool ParseBarrier(ParseState& state, Op* op) {
  op->kind = OpKind::kBarrier;
  return ParseScopes(state, op);
}

// ["at" STAGES]; all commands if there is none.
bool ParseStagesOf(ParseState& state, Scope* scope) {
  scope->stages = kStageAllCommands;
  if (!state.tokens.Accept("at")) return true;
  const absl::optional<uint64_t> stages = ParseQueueStages(state);
  if (!stages.has_value()) return false;
  scope->stages = *stages;
  return true;
}

bool ParseSignal(ParseState& state, Op* op) {
  const absl::optional<Token> name =
      state.ExpectName("a semaphore after 'signal'");
  if (!name.has_value()) return false;
  const absl::optional<int> semaphore =
      state.Find(NameKind::kSemaphore, *name, kDeclareSemaphore);
  return semaphore.has_value() &&
         ParseSignalValue(state, SemaphoreUser::kQueue, *name, *semaphore,
                          op) &&
         ParseStagesOf(state, &op->source);
}

bool ParseWait(ParseState& state, Op* op) {
  const absl::optional<Token> name =
      state.ExpectName("a semaphore or an event after 'wait'");
  if (!name.has_value()) return false;
  if (const auto found = state.names.Find(NameKind::kEvent, name->text)) {
    op->kind = OpKind::kWaitEvent;
    op->event = *found;
    return ParseScopes(state, op);
  }
  if (const auto found = state.names.Find(NameKind::kSemaphore, name->text)) {
    return ParseWaitValue(state, SemaphoreUser::kQueue, *name, *found, op) &&
           ParseStagesOf(state, &op->destination);
  }
  return state.Fail(
      name->place,
      state.names.Unknown({NameKind::kSemaphore, NameKind::kEvent}, name->text,
                          "declare it: semaphore NAME binary, or event NAME"));
}

bool ParseEvent(ParseState& state, OpKind kind, Op* op) {
  const absl::optional<Token> name = state.ExpectName("an event's name");
  if (!name.has_value()) return false;
  const absl::optional<int> event =
      state.Find(NameKind::kEvent, *name, kDeclareEvent);
  op->kind = kind;
  op->event = event.value_or(-1);
  return event.has_value() && ParseStagesOf(state, &op->source);
}

bool ParseSet(ParseState& state, Op* op) {
  return ParseEvent(state, OpKind::kSetEvent, op);
}

bool ParseReset(ParseState& state, Op* op) {
  return ParseEvent(state, OpKind::kResetEvent, op);
}

std::string Advice(absl::string_view word) {
  for (absl::string_view of_host : {"flush", "invalidate", "map", "unmap",
                                    "free", "submit", "post", "await"}) {
    if (word != of_host) continue;
    return absl::StrCat("'", word, "' is the host's; put it into a host block");
  }
  if (word == "submission") {
    return "a queue has either operations or submissions; put the operations "
           "into submissions";
  }
  return "";
}

constexpr OperationWord kWords[] = {
    {"copy", ParseCopy},       {"fill", ParseFill},     {"update", ParseUpdate},
    {"barrier", ParseBarrier}, {"signal", ParseSignal}, {"wait", ParseWait},
    {"set", ParseSet},         {"reset", ParseReset},
};

}  // namespace

void ParseQueueOperations(ParseState& state, size_t end, Agent& queue,
                          Submission& submission) {
  const OperationLanguage language = {"a queue", kWords, ParseQueueAssignment,
                                      Advice};
  ParseOperations(state, language, end, queue, &submission.ops);
}

}  // namespace incoherent::litmus
