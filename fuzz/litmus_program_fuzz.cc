// Any small litmus program agrees with the theorems (docs/testing.md): up to
// its first finding that a value can show, every schedule reads what coherent
// memory reads, and with it some schedule reads something else; what is pruned
// changes no outcome; and each outcome has a schedule that can be replayed.
//
// Input: a byte of the memory and the agents, then two bytes a step. Programs
// that are too large to be explored are not judged.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "fuzz/byte_source.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/findings/findings_pass.h"
#include "sim/litmus/language/parser.h"
#include "tests/laws/coherent_reference.h"
#include "tests/laws/exploration_text.h"
#include "tests/laws/random_program.h"

namespace incoherent::litmus {
namespace {

constexpr size_t kMostSteps = 12;
constexpr size_t kMostInput = 1 + 2 * kMostSteps;
constexpr size_t kMostReplays = 4;
constexpr uint64_t kMostStates = 20'000;
constexpr uint64_t kMostUnprunedStates = 60'000;
constexpr uint64_t kMostCalls = 20'000;

// Two threads share one queue, as in the laws.
Sketch SketchFrom(ByteSource& source) {
  Sketch sketch;
  const uint8_t shape = source.Byte();
  sketch.type = static_cast<Sketch::Type>(shape % 3);
  sketch.whole_atoms = (shape & 8) == 0;
  sketch.atoms = shape & 16 ? 2 : 1;
  sketch.threads = shape & 32 ? 2 : 1;
  sketch.queues = sketch.threads == 1 && (shape & 64) ? 2 : 1;
  while (!source.empty() && sketch.steps.size() < kMostSteps) {
    const auto kind =
        static_cast<SketchStep::Kind>(source.Below(SketchStep::kKinds));
    const uint8_t rest = source.Byte();
    sketch.steps.push_back({kind, rest / 8 % 6, rest % 8});
  }
  return sketch;
}

// One program, and what is asked of it.
class Trial {
 public:
  explicit Trial(std::string text) : text_(std::move(text)) {
    absl::StatusOr<Program> program = ParseProgram(text_, "fuzz.litmus");
    Require(program.ok(), "the sketch is a program",
            program.status().ToString());
    program_ = *std::move(program);
  }

  // Whether a finding says that a value may be wrong; none: nobody knows.
  absl::optional<bool> IsRacy() const {
    FindingsOptions options;
    options.max_calls = kMostCalls;
    const FindingsPass pass = FindHazards(program_, options);
    if (pass.bounded) return absl::nullopt;
    return std::any_of(
        pass.findings.begin(), pass.findings.end(),
        [](const LitmusFinding& finding) { return !finding.by_the_letter; });
  }

  // The whole exploration; none: the program is too large.
  absl::optional<Exploration> ExplorePruned() const {
    ExploreOptions options;
    options.max_states = kMostStates;
    absl::StatusOr<Exploration> exploration = Explore(program_, options);
    if (!exploration.ok() || exploration->bounded) return absl::nullopt;
    return *std::move(exploration);
  }

  // Both theorems.
  void Judge(bool racy, const Exploration& exploration) const {
    CoherentReference reference(program_);
    const std::set<std::string> coherent = {RegistersText(reference.Run())};
    const std::set<std::string> reached = Outcomes(exploration);
    const std::string detail = absl::StrCat(
        "coherent: ", *coherent.begin(), "\nreached:\n  ",
        absl::StrJoin(reached, "\n  "), "\nfound:", FindingsText(exploration));
    Require(reference.IsFinished(), "the reference comes to its end", detail);
    Require(exploration.blocked == 0, "nobody waits for ever", detail);
    Require(racy || reached == coherent, "without a finding, it is coherent",
            detail);
    Require(!racy || reached != coherent, "a finding has a witness", detail);
  }

  void ComparePruning(const Exploration& pruned) const {
    ExploreOptions options;
    options.prune = false;
    options.max_states = kMostUnprunedStates;
    const absl::StatusOr<Exploration> all = Explore(program_, options);
    if (!all.ok()) return;
    const std::set<std::string> expected = EndsOf(*all);
    const std::set<std::string> kept = EndsOf(pruned);
    const std::string detail =
        absl::StrCat("with:\n  ", absl::StrJoin(kept, "\n  "), "\nwithout:\n  ",
                     absl::StrJoin(expected, "\n  "));
    Require(std::includes(kept.begin(), kept.end(), expected.begin(),
                          expected.end()),
            "pruning keeps every outcome", detail);
    Require(all->bounded || kept == expected, "pruning adds no outcome",
            detail);
  }

  // Asks for some outcomes, and replays the schedules that answer.
  void Replay(const Exploration& exploration) const {
    std::vector<FinalState> wanted = exploration.finals;
    if (wanted.size() > kMostReplays) wanted.resize(kMostReplays);
    std::string text = text_;
    for (const FinalState& state : wanted) {
      absl::StrAppend(&text, "exists (", ConditionOf(state), ")\n");
    }
    const Trial asked(text);
    const absl::optional<Exploration> answered = asked.ExplorePruned();
    if (!answered.has_value()) return;
    for (size_t i = 0; i < wanted.size(); ++i) {
      asked.CheckAnswer(answered->answers[i], wanted[i]);
    }
  }

 private:
  void Require(bool kept, const char* what, const std::string& detail) const {
    if (kept) return;
    std::fprintf(stderr, "not so: %s\n%s\n%s\n", what, text_.c_str(),
                 detail.c_str());
    std::abort();
  }

  static std::string MemoryText(const FinalState& state) {
    std::string text;
    for (const Value& value : state.memory) {
      absl::StrAppend(&text, value.bits, "/", value.undefined_bytes, " ");
    }
    return text;
  }

  static std::set<std::string> EndsOf(const Exploration& exploration) {
    std::set<std::string> ends;
    for (const FinalState& state : exploration.finals) {
      ends.insert(RegistersText(state) + MemoryText(state));
    }
    return ends;
  }

  std::string ConditionOf(const FinalState& state) const {
    std::vector<std::string> terms;
    const auto add = [&terms](const std::vector<Agent>& agents,
                              const std::vector<std::vector<Value>>& values) {
      for (size_t agent = 0; agent < agents.size(); ++agent) {
        for (size_t reg = 0; reg < values[agent].size(); ++reg) {
          const Value& value = values[agent][reg];
          terms.push_back(absl::StrCat(
              agents[agent].name, ":", agents[agent].registers[reg], " == ",
              value.undefined_bytes ? "undef" : absl::StrCat(value.bits)));
        }
      }
    };
    add(program_.hosts, state.host_registers);
    add(program_.queues, state.queue_registers);
    return absl::StrJoin(terms, " && ");
  }

  void CheckAnswer(const Answer& answer, const FinalState& wanted) const {
    Require(answer.verdict == Verdict::kAllowed && answer.witness.has_value(),
            "what was reached is allowed", RegistersText(wanted));
    const Schedule& witness = *answer.witness;
    const absl::StatusOr<Schedule> again =
        ReplaySchedule(program_, witness.replay);
    Require(again.ok(), "a witness can be replayed",
            absl::StrCat(witness.replay, "\n", again.status().ToString()));
    const auto text_of = [](const Schedule& schedule) {
      std::string text = schedule.replay;
      for (const Step& step : schedule.steps) {
        absl::StrAppend(&text, "\n", step.actor, ": ", step.what, " ",
                        step.result);
      }
      return text;
    };
    Require(text_of(*again) == text_of(witness), "a replay is the witness",
            absl::StrCat(text_of(witness), "\nreplayed:\n", text_of(*again)));
    Require(RegistersText(again->end) == RegistersText(wanted),
            "a replay ends as it was asked to", text_of(witness));
  }

  std::string text_;
  Program program_;
};

// Asks for the memory as well, so that pruning must keep it.
std::string WithMemoryNamed(const Sketch& sketch) {
  return absl::StrCat(TextOf(sketch), "exists (m[0] == 1)\n");
}

void JudgeSketch(const Sketch& sketch, bool racy) {
  const Trial trial(TextOf(sketch));
  const absl::optional<Exploration> exploration = trial.ExplorePruned();
  if (!exploration.has_value()) return;
  trial.Judge(racy, *exploration);
  trial.ComparePruning(*exploration);
  trial.Replay(*exploration);
  const Trial named(WithMemoryNamed(sketch));
  if (const auto with_memory = named.ExplorePruned()) {
    named.ComparePruning(*with_memory);
  }
}

// Judges the shortest prefix that has a finding, and the one before. After an
// earlier race, a later write may hide what it did.
void JudgePrefixes(const Sketch& sketch) {
  for (size_t size = 0; size <= sketch.steps.size(); ++size) {
    const Trial prefix(TextOf(sketch.Prefix(size)));
    const absl::optional<bool> racy = prefix.IsRacy();
    if (!racy.has_value()) return;
    if (*racy && size > 0) JudgeSketch(sketch.Prefix(size - 1), false);
    if (*racy || size == sketch.steps.size()) {
      return JudgeSketch(sketch.Prefix(size), *racy);
    }
  }
}

}  // namespace
}  // namespace incoherent::litmus

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // What lies behind would say nothing: not worth a place in the corpus.
  if (size > incoherent::litmus::kMostInput) return 0;
  incoherent::ByteSource source(data, size);
  incoherent::litmus::JudgePrefixes(incoherent::litmus::SketchFrom(source));
  return 0;
}
