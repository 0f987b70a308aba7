#include "sim/litmus/language/scope_parser.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "sim/memory/valid_usage.h"

namespace incoherent::litmus {
namespace {

using ParseNames = absl::StatusOr<uint64_t> (*)(absl::string_view);

bool IsOneBit(uint64_t mask) { return mask != 0 && (mask & (mask - 1)) == 0; }

// One name of a stage or an access.
absl::optional<uint64_t> ParseBit(ParseState& state, ParseNames parse,
                                  absl::string_view what) {
  if (!state.tokens.AtWord()) {
    state.FailExpected(what);
    return absl::nullopt;
  }
  const Token& word = state.tokens.Next();
  const absl::StatusOr<uint64_t> bit = parse(word.text);
  if (!bit.ok()) {
    state.Fail(word.place, bit.status().message());
    return absl::nullopt;
  }
  return *bit;
}

absl::optional<uint64_t> ParseMask(ParseState& state, ParseNames parse,
                                   absl::string_view what) {
  uint64_t mask = 0;
  do {
    const absl::optional<uint64_t> bit = ParseBit(state, parse, what);
    if (!bit.has_value()) return absl::nullopt;
    mask |= *bit;
  } while (state.tokens.Accept("|"));
  return mask;
}

bool CheckPoint(ParseState& state, const AccessPoint& point,
                Direction direction, const Place& stage, const Place& access) {
  if (point.stages == kStageHost) {
    return state.Fail(stage,
                      "no command runs in stage host; say what the host does "
                      "in a host block");
  }
  if (!IsOneBit(point.stages & kCommandStages) ||
      point.stages != (point.stages & kCommandStages)) {
    return state.Fail(
        stage, absl::StrCat("'", StageNames(point.stages),
                            "' is no stage that a command runs in; name one "
                            "of ",
                            StageNames(kCommandStages)));
  }
  const bool writes = direction == Direction::kWrite;
  const uint64_t fitting =
      ExpandScope(
          {point.stages, writes ? kAccessMemoryWrite : kAccessMemoryRead})
          .accesses;
  if (point.accesses == 0 || (point.accesses & ~fitting) != 0) {
    return state.Fail(
        access, absl::StrCat("'", AccessNames(point.accesses), "' is no ",
                             writes ? "write" : "read", " of stage ",
                             StageNames(point.stages), "; expected ",
                             fitting == 0 ? "another stage: this one has none"
                                          : AccessNames(fitting)));
  }
  return true;
}

absl::optional<Scope> ParseScope(ParseState& state,
                                 absl::string_view vuid_prefix) {
  const Place place = state.tokens.Peek().place;
  const absl::optional<uint64_t> stages =
      ParseMask(state, ParseStages, "a pipeline stage");
  if (!stages.has_value()) return absl::nullopt;
  Scope scope{*stages, 0};
  if (state.tokens.Accept("/")) {
    const absl::optional<uint64_t> accesses =
        ParseMask(state, ParseAccesses, "an access");
    if (!accesses.has_value()) return absl::nullopt;
    scope.accesses = *accesses;
  }
  const absl::Status status = CheckScope(scope, vuid_prefix);
  if (!status.ok()) {
    const absl::optional<std::string> vuid = VuidOf(status);
    state.Fail(
        place,
        absl::StrCat(status.message(),
                     vuid.has_value() ? absl::StrCat(" (", *vuid, ")") : ""));
    return absl::nullopt;
  }
  return scope;
}

}  // namespace

absl::optional<AccessPoint> ParsePoint(ParseState& state, Direction direction) {
  const Place stage_place = state.tokens.Peek().place;
  const absl::optional<uint64_t> stage =
      ParseBit(state, ParseStages, "a pipeline stage");
  if (!stage.has_value() || !state.Expect("/", "the stage")) {
    return absl::nullopt;
  }
  const Place access_place = state.tokens.Peek().place;
  const absl::optional<uint64_t> access =
      ParseBit(state, ParseAccesses, "an access");
  if (!access.has_value()) return absl::nullopt;
  const AccessPoint point{*stage, *access};
  if (!CheckPoint(state, point, direction, stage_place, access_place)) {
    return absl::nullopt;
  }
  return point;
}

absl::optional<Dependency> ParseDependency(ParseState& state) {
  const absl::optional<Scope> source =
      ParseScope(state, "VUID-VkMemoryBarrier2-srcAccessMask");
  if (!source.has_value() || !state.Expect("->", "the first scope")) {
    return absl::nullopt;
  }
  const absl::optional<Scope> destination =
      ParseScope(state, "VUID-VkMemoryBarrier2-dstAccessMask");
  if (!destination.has_value()) return absl::nullopt;
  return Dependency{*source, *destination};
}

absl::optional<uint64_t> ParseQueueStages(ParseState& state) {
  const Place place = state.tokens.Peek().place;
  const absl::optional<uint64_t> stages =
      ParseMask(state, ParseStages, "a pipeline stage after 'at'");
  if (!stages.has_value()) return absl::nullopt;
  if ((*stages & kStageHost) != 0) {
    state.Fail(place, "stage host is none of a queue's; leave it out");
    return absl::nullopt;
  }
  return stages;
}

}  // namespace incoherent::litmus
