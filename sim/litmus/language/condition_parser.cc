#include "sim/litmus/language/condition_parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/nearest_name.h"
#include "sim/litmus/language/range_parser.h"

namespace incoherent::litmus {
namespace {

constexpr uint64_t kLongestValue = 8;

class ConditionParser {
 public:
  explicit ConditionParser(ParseState& state)
      : state_(state), tokens_(state.tokens) {}

  absl::optional<Condition> Or() {
    return Joined(Condition::Kind::kOr, {"||", "\\/"}, &ConditionParser::And);
  }

 private:
  using Operand = absl::optional<Condition> (ConditionParser::*)();
  struct Spelling {
    absl::string_view ours;
    absl::string_view herds;
  };

  absl::optional<Condition> And() {
    return Joined(Condition::Kind::kAnd, {"&&", "/\\"}, &ConditionParser::Not);
  }

  // One operand, or several with the symbol between them.
  absl::optional<Condition> Joined(Condition::Kind kind, Spelling symbol,
                                   Operand parse) {
    absl::optional<Condition> first = (this->*parse)();
    if (!first.has_value()) return absl::nullopt;
    Condition joined;
    joined.kind = kind;
    joined.operands.push_back(*std::move(first));
    while (tokens_.Accept(symbol.ours) || tokens_.Accept(symbol.herds)) {
      absl::optional<Condition> next = (this->*parse)();
      if (!next.has_value()) return absl::nullopt;
      joined.operands.push_back(*std::move(next));
    }
    if (joined.operands.size() > 1) return joined;
    return std::move(joined.operands.front());
  }

  absl::optional<Condition> Not() {
    const Place place = tokens_.Peek().place;
    const bool negated = tokens_.Accept("!") || tokens_.Accept("~");
    const bool nested = !negated && tokens_.Accept("(");
    if (!negated && !nested) return Comparison();
    if (++depth_ > kDeepestCondition) {
      state_.Fail(place, absl::StrCat("condition is nested too deep; expected "
                                      "at most ",
                                      kDeepestCondition, " '(' and '!'"));
      return absl::nullopt;
    }
    absl::optional<Condition> operand = negated ? Not() : Or();
    --depth_;
    if (!operand.has_value()) return absl::nullopt;
    if (negated) return Negated(*std::move(operand));
    if (!state_.Expect(")", "the condition")) return absl::nullopt;
    return operand;
  }

  static Condition Negated(Condition operand) {
    Condition negated;
    negated.kind = Condition::Kind::kNot;
    negated.operands.push_back(std::move(operand));
    return negated;
  }

  // AGENT ":" REGISTER, or bytes, compared with a value; or `true`.
  absl::optional<Condition> Comparison() {
    if (tokens_.Accept("true")) return Condition();
    Condition equals;
    equals.kind = Condition::Kind::kEquals;
    const absl::string_view after = tokens_.Peek(1).text;
    uint64_t size = 0;
    if (!(after == ":" ? ParseRegister(&equals, &size)
                       : ParseMemory(&equals, &size))) {
      return absl::nullopt;
    }
    const bool differs = tokens_.Accept("!=");
    if (!differs && !tokens_.Accept("==") && !tokens_.Accept("=")) {
      state_.FailExpected("'==' or '!='");
      return absl::nullopt;
    }
    if (!ParseValue(size, &equals)) return absl::nullopt;
    return differs ? Negated(std::move(equals)) : equals;
  }

  bool ParseRegister(Condition* equals, uint64_t* size) {
    if (!tokens_.AtWord()) return state_.FailExpected("a thread or a queue");
    const Token& name = tokens_.Next();
    const Agent* agent = FindAgent(name.text, equals);
    if (agent == nullptr) {
      return state_.Fail(
          name.place,
          state_.names.Unknown({NameKind::kHost, NameKind::kQueue}, name.text,
                               "a register is written THREAD:REGISTER"));
    }
    tokens_.Next();  // the ':'
    const absl::optional<Token> reg = state_.ExpectName("a register");
    if (!reg.has_value()) return false;
    const std::vector<std::string>& registers = agent->registers;
    const auto found = std::find(registers.begin(), registers.end(), reg->text);
    if (found == registers.end()) {
      return FailUnknownRegister(*agent, *reg);
    }
    equals->reg = static_cast<int>(found - registers.begin());
    *size = WidestLoad(*equals);
    return true;
  }

  const Agent* FindAgent(absl::string_view name, Condition* equals) {
    if (const auto host = state_.names.Find(NameKind::kHost, name)) {
      equals->subject = Condition::Subject::kHostRegister;
      equals->agent = *host;
      return &state_.program.hosts[*host];
    }
    if (const auto queue = state_.names.Find(NameKind::kQueue, name)) {
      equals->subject = Condition::Subject::kQueueRegister;
      equals->agent = *queue;
      return &state_.program.queues[*queue];
    }
    return nullptr;
  }

  bool FailUnknownRegister(const Agent& agent, const Token& reg) {
    const std::vector<absl::string_view> names(agent.registers.begin(),
                                               agent.registers.end());
    const std::string near = DidYouMeanName(reg.text, names);
    return state_.Fail(reg.place,
                       absl::StrCat("'", agent.name, "' loads no register '",
                                    reg.text, "'", near));
  }

  static uint64_t WidestOf(const std::vector<Op>& ops, int reg) {
    uint64_t widest = 0;
    for (const Op& op : ops) {
      if (op.kind != OpKind::kLoad || op.reg != reg) continue;
      widest = std::max(widest, op.source_range->bytes.size);
    }
    return widest;
  }

  uint64_t WidestLoad(const Condition& equals) const {
    const Program& program = state_.program;
    if (equals.subject == Condition::Subject::kHostRegister) {
      return WidestOf(program.hosts[equals.agent].ops, equals.reg);
    }
    uint64_t widest = 0;
    for (const Submission& submission : program.submissions) {
      if (submission.queue != equals.agent) continue;
      widest = std::max(widest, WidestOf(submission.ops, equals.reg));
    }
    return widest;
  }

  bool ParseMemory(Condition* equals, uint64_t* size) {
    const Token& name = tokens_.Peek();
    if (name.kind == Token::Kind::kWord && tokens_.Peek(1).text != "[" &&
        !state_.names.Find(NameKind::kMemory, name.text).has_value()) {
      return state_.FailExpected("THREAD:REGISTER or a memory");
    }
    const absl::optional<NamedRange> range =
        ParseRange(state_, "THREAD:REGISTER or a memory");
    if (!range.has_value()) return false;
    *size = range->range.bytes.size;
    if (*size > kLongestValue) {
      return state_.Fail(range->place, absl::StrCat("comparison of ", *size,
                                                    " bytes; expected at most ",
                                                    kLongestValue));
    }
    equals->subject = Condition::Subject::kMemory;
    equals->range = range->range;
    return true;
  }

  // `size` is how many bytes the other side has; 0 if an error hides it.
  bool ParseValue(uint64_t size, Condition* equals) {
    if (tokens_.Accept("undef")) {
      equals->undefined = true;
      return true;
    }
    const absl::optional<Token> value =
        state_.ExpectNumber("a number or 'undef'");
    if (!value.has_value()) return false;
    equals->value = value->number;
    if (size == 0 || size >= 8 || (value->number >> (8 * size)) == 0) {
      return true;
    }
    return state_.Fail(value->place,
                       absl::StrCat(value->number, " is never the value of ",
                                    size, size == 1 ? " byte" : " bytes"));
  }

  ParseState& state_;
  TokenStream& tokens_;
  int depth_ = 0;
};

}  // namespace

absl::optional<Condition> ParseCondition(ParseState& state) {
  return ConditionParser(state).Or();
}

}  // namespace incoherent::litmus
