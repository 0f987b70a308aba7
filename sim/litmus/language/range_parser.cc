#include "sim/litmus/language/range_parser.h"

#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

// From after '[' to after ']' or ')'.
bool ParseBounds(ParseState& state, const Memory& memory, NamedRange* out) {
  const absl::optional<Token> begin =
      state.ExpectNumber("a byte's offset after '['");
  if (!begin.has_value()) return false;
  if (begin->number >= memory.size) {
    return state.Fail(
        begin->place,
        absl::StrCat("offset ", begin->number, ", but '", memory.name, "' has ",
                     memory.size, " bytes"));
  }
  if (!state.tokens.Accept("..")) {
    out->range.bytes = {begin->number, 1};
    return state.Expect("]", "the offset");
  }
  if (state.tokens.Accept("]")) {
    out->to_the_end = true;
    out->range.bytes = ByteRange::Between(begin->number, memory.size);
    return true;
  }
  const absl::optional<Token> end =
      state.ExpectNumber("the range's end, or ']', after '..'");
  if (!end.has_value()) return false;
  if (end->number > memory.size) {
    return state.Fail(
        end->place, absl::StrCat("range ends at ", end->number, ", but '",
                                 memory.name, "' has ", memory.size, " bytes"));
  }
  if (end->number <= begin->number) {
    return state.Fail(end->place,
                      absl::StrCat("range is empty; its end is exclusive and "
                                   "must be above ",
                                   begin->number));
  }
  out->range.bytes = ByteRange::Between(begin->number, end->number);
  if (state.tokens.At("]")) {
    return state.FailExpected("')' after the range's end, which is exclusive");
  }
  return state.Expect(")", "the range's end");
}

}  // namespace

absl::optional<NamedRange> ParseRange(ParseState& state,
                                      absl::string_view what) {
  const absl::optional<Token> name = state.ExpectName(what);
  if (!name.has_value()) return absl::nullopt;
  const absl::optional<int> index = state.Find(
      NameKind::kMemory, *name, "declare it: memory NAME { size N }");
  if (!index.has_value()) return absl::nullopt;
  const Memory& memory = state.program.memories[*index];
  NamedRange named;
  named.place = name->place;
  named.range.memory = *index;
  if (state.tokens.Accept("[")) {
    if (!ParseBounds(state, memory, &named)) return absl::nullopt;
    return named;
  }
  named.to_the_end = true;
  named.range.bytes = {0, memory.size};
  return named;
}

bool Overlap(const Program& program, const Range& a, const Range& b) {
  const auto payload = [&program](const Range& range) {
    return program.memories[range.memory].shares.value_or(range.memory);
  };
  return payload(a) == payload(b) && !Intersect(a.bytes, b.bytes).empty();
}

}  // namespace incoherent::litmus
