#include "sim/litmus/language/assignment_parser.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/nearest_name.h"
#include "sim/litmus/language/range_parser.h"

namespace incoherent::litmus {
namespace {

constexpr uint64_t kLongestLoad = 8;

absl::optional<int> FindRegister(const Agent& agent, absl::string_view name) {
  const auto found =
      std::find(agent.registers.begin(), agent.registers.end(), name);
  if (found == agent.registers.end()) return absl::nullopt;
  return static_cast<int>(found - agent.registers.begin());
}

bool FailUnknownRegister(ParseState& state, const Agent& agent,
                         const Token& name) {
  const std::vector<absl::string_view> names(agent.registers.begin(),
                                             agent.registers.end());
  const std::string near = DidYouMeanName(name.text, names);
  return state.Fail(
      name.place,
      absl::StrCat("register '", name.text, "' is used before it is loaded",
                   near.empty()
                       ? absl::StrCat("; add '", name.text, " = MEMORY[N]'")
                       : near));
}

bool ParseOperand(ParseState& state, const Agent& agent, uint64_t size,
                  Operand* out) {
  if (state.tokens.AtNumber()) {
    const absl::optional<uint64_t> number = ParseFittingNumber(state, size);
    out->value = number.value_or(0);
    return number.has_value();
  }
  const absl::optional<Token> name =
      state.ExpectName("a number or a register after '='");
  if (!name.has_value()) return false;
  if (state.names.Find(NameKind::kMemory, name->text).has_value()) {
    return state.Fail(name->place,
                      absl::StrCat("'", name->text,
                                   "' is a memory; store a number or a "
                                   "register, or write 'copy' on a queue"));
  }
  out->reg = FindRegister(agent, name->text);
  if (out->reg.has_value()) return true;
  return FailUnknownRegister(state, agent, *name);
}

bool ParseStore(ParseState& state, const Agent& agent, Op* op) {
  const absl::optional<NamedRange> target =
      ParseRange(state, "a memory to store to");
  if (!target.has_value() || !state.Expect("=", "the bytes to store to")) {
    return false;
  }
  op->kind = OpKind::kStore;
  op->target = target->range;
  return ParseOperand(state, agent, target->range.bytes.size, &op->value);
}

bool ParseLoad(ParseState& state, Agent& agent, Op* op) {
  const absl::optional<Token> name = state.ExpectName("a register");
  if (!name.has_value() ||
      !state.Expect("=", absl::StrCat("'", name->text, "'"))) {
    return false;
  }
  absl::optional<int> reg = FindRegister(agent, name->text);
  if (!reg.has_value()) {
    reg = static_cast<int>(agent.registers.size());
    agent.registers.push_back(std::string(name->text));
  }
  op->kind = OpKind::kLoad;
  op->reg = *reg;
  const absl::optional<NamedRange> source =
      ParseRange(state, "a memory to load from");
  if (!source.has_value()) return false;
  const uint64_t size = source->range.bytes.size;
  if (size > kLongestLoad) {
    return state.Fail(source->place,
                      absl::StrCat("load of ", size, " bytes; a register has ",
                                   kLongestLoad));
  }
  op->source_range = source->range;
  return true;
}

}  // namespace

absl::optional<uint64_t> ParseFittingNumber(ParseState& state, uint64_t size) {
  const absl::optional<Token> number = state.ExpectNumber("a number");
  if (!number.has_value()) return absl::nullopt;
  const bool repeated = size > kLongestLoad;
  const uint64_t bytes = repeated ? 1 : size;
  if (bytes < 8 && (number->number >> (8 * bytes)) != 0) {
    state.Fail(number->place,
               repeated ? absl::StrCat(number->number, " is stored to each of ",
                                       size, " bytes; expected 0 to 255")
                        : absl::StrCat(number->number, " does not fit into ",
                                       size, size == 1 ? " byte" : " bytes"));
    return absl::nullopt;
  }
  return number->number;
}

bool ParseAssignment(ParseState& state, Agent& agent, Op* op) {
  const Token& first = state.tokens.Peek();
  const Token& second = state.tokens.Peek(1);
  const bool is_memory =
      state.names.Find(NameKind::kMemory, first.text).has_value();
  const bool is_indexed =
      second.kind == Token::Kind::kSymbol && second.text == "[";
  return is_memory || is_indexed ? ParseStore(state, agent, op)
                                 : ParseLoad(state, agent, op);
}

}  // namespace incoherent::litmus
