#include "sim/litmus/language/semaphore_parser.h"

#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

// `symbol` is '=' or '>='; its number goes to op->value.
bool ParseValue(ParseState& state, SemaphoreUser user, const Token& name,
                int semaphore, absl::string_view symbol, Op* op) {
  const bool timeline = state.program.semaphores[semaphore].timeline;
  op->semaphore = semaphore;
  if (!timeline && user == SemaphoreUser::kHost) {
    return state.Fail(
        name.place, absl::StrCat("'", name.text,
                                 "' is a binary semaphore, which the host can "
                                 "neither signal nor wait for; declare it "
                                 "'timeline'"));
  }
  if (!timeline) {
    if (!state.tokens.At(symbol)) return true;
    return state.Fail(state.tokens.Peek().place,
                      absl::StrCat("'", name.text,
                                   "' is a binary semaphore and has no value; "
                                   "declare it 'timeline'"));
  }
  if (!state.tokens.Accept(symbol)) {
    return state.FailExpected(absl::StrCat(
        "'", symbol, " N' after the timeline semaphore '", name.text, "'"));
  }
  const absl::optional<Token> value =
      state.ExpectNumber("a timeline semaphore's value");
  if (!value.has_value()) return false;
  op->value.value = value->number;
  return true;
}

}  // namespace

bool ParseSignalValue(ParseState& state, SemaphoreUser user, const Token& name,
                      int semaphore, Op* op) {
  op->kind = OpKind::kSignal;
  if (!ParseValue(state, user, name, semaphore, "=", op)) return false;
  if (state.program.semaphores[semaphore].timeline && op->value.value == 0) {
    return state.Fail(name.place,
                      "signal of 0; a timeline semaphore begins at 0 and only "
                      "rises, so expected 1 or more");
  }
  return true;
}

bool ParseWaitValue(ParseState& state, SemaphoreUser user, const Token& name,
                    int semaphore, Op* op) {
  op->kind = OpKind::kWait;
  return ParseValue(state, user, name, semaphore, ">=", op);
}

}  // namespace incoherent::litmus
