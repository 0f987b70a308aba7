#include "sim/litmus/explorer/explorer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/litmus/explorer/answers.h"
#include "sim/litmus/explorer/schedule.h"
#include "sim/litmus/explorer/search.h"
#include "sim/litmus/findings/findings_pass.h"
#include "sim/litmus/machine/machine.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

std::vector<int> NamedCells(const Program& program, const CellMap& cells) {
  std::vector<int> positions;
  for (const Range& range : NamedMemory(program)) {
    for (uint64_t at = range.bytes.offset; at < range.bytes.end(); ++at) {
      const auto position = cells.PositionOf(range.memory, at);
      INCOHERENT_CHECK(position.has_value(), "a byte that is named is a cell");
      positions.push_back(*position);
    }
  }
  return positions;
}

// Explores one submission order after another and unites what they show.
class Exploring {
 public:
  Exploring(const Program& program, const ExploreOptions& options,
            CellMap cells)
      : program_(program),
        options_(options),
        cells_(std::move(cells)),
        named_(NamedCells(program, cells_)),
        witnesses_(program.questions.size()) {}

  absl::Status ExploreOrder(const SubmissionOrder& order, int number) {
    const absl::StatusOr<MachineProgram> compiled =
        CompileProgram(program_, cells_, order);
    if (!compiled.ok()) return compiled.status();
    const Machine machine(*compiled);
    Search search(machine, options_.prune, named_, LimitsLeft());
    search.Run();
    exploration_.states += search.states();
    exploration_.transitions += search.transitions();
    exploration_.blocked += search.blocked();
    exploration_.bounded |= search.bounded();
    for (const SearchOutcome& outcome : search.outcomes()) {
      Add(machine, number, search, outcome);
    }
    return absl::OkStatus();
  }

  Exploration Finish() {
    std::sort(exploration_.finals.begin(), exploration_.finals.end(),
              ComesBefore);
    for (size_t i = 0; i < program_.questions.size(); ++i) {
      exploration_.answers.push_back(AnswerOf(program_, program_.questions[i],
                                              exploration_.finals,
                                              exploration_.bounded));
      const Verdict verdict = exploration_.answers.back().verdict;
      if (verdict == Verdict::kAllowed || verdict == Verdict::kFails) {
        exploration_.answers.back().witness = std::move(witnesses_[i]);
      }
    }
    AddFindings();
    return std::move(exploration_);
  }

 private:
  SearchLimits LimitsLeft() const {
    SearchLimits limits;
    limits.states = options_.max_states -
                    std::min(options_.max_states, exploration_.states);
    limits.bytes = options_.max_bytes;
    return limits;
  }

  void Add(const Machine& machine, int order, const Search& search,
           const SearchOutcome& outcome) {
    const std::vector<Transition> path = search.PathTo(outcome.first);
    FinalState final = EndOf(machine, path);
    final.count = outcome.count;
    for (size_t i = 0; i < program_.questions.size(); ++i) {
      if (!Decides(program_, program_.questions[i], final)) continue;
      if (witnesses_[i] && witnesses_[i]->steps.size() <= path.size()) continue;
      witnesses_[i] = DescribeSchedule(machine, order, path);
    }
    for (FinalState& known : exploration_.finals) {
      if (ComesBefore(known, final) || ComesBefore(final, known)) continue;
      known.count += final.count;
      return;
    }
    exploration_.finals.push_back(std::move(final));
  }

  void AddFindings() {
    FindingsPass pass = FindHazards(program_, FindingsOptions());
    exploration_.findings = std::move(pass.findings);
    exploration_.reports_met =
        ReportsAreMet(program_, exploration_.findings, pass.bounded);
  }

  const Program& program_;
  const ExploreOptions& options_;
  CellMap cells_;
  std::vector<int> named_;
  Exploration exploration_;
  std::vector<absl::optional<Schedule>> witnesses_;
};

}  // namespace

bool Exploration::ExpectationsHold() const {
  const auto met = [](const Answer& answer) { return answer.expectation_met; };
  return reports_met && std::all_of(answers.begin(), answers.end(), met);
}

absl::StatusOr<Exploration> Explore(const Program& program,
                                    const ExploreOptions& options) {
  absl::StatusOr<CellMap> cells = CellMap::Of(program);
  if (!cells.ok()) return cells.status();
  const absl::StatusOr<std::vector<SubmissionOrder>> orders =
      SubmissionOrdersOf(program);
  if (!orders.ok()) return orders.status();
  Exploring exploring(program, options, *std::move(cells));
  for (size_t i = 0; i < orders->size(); ++i) {
    const absl::Status status =
        exploring.ExploreOrder((*orders)[i], static_cast<int>(i));
    if (!status.ok()) return status;
  }
  return exploring.Finish();
}

absl::StatusOr<Schedule> ReplaySchedule(const Program& program,
                                        absl::string_view replay) {
  const absl::StatusOr<ReplayLine> line = ParseReplayLine(replay);
  if (!line.ok()) return line.status();
  const absl::StatusOr<CellMap> cells = CellMap::Of(program);
  if (!cells.ok()) return cells.status();
  const absl::StatusOr<std::vector<SubmissionOrder>> orders =
      SubmissionOrdersOf(program);
  if (!orders.ok()) return orders.status();
  if (line->program != ChecksumOf(program) ||
      line->order >= static_cast<int>(orders->size())) {
    return absl::InvalidArgumentError(
        "the replay line is of another program, or of this one before it was "
        "changed");
  }
  const absl::StatusOr<MachineProgram> compiled =
      CompileProgram(program, *cells, (*orders)[line->order]);
  if (!compiled.ok()) return compiled.status();
  const Machine machine(*compiled);
  const absl::StatusOr<std::vector<Transition>> transitions =
      TransitionsOf(machine, *line);
  if (!transitions.ok()) return transitions.status();
  return DescribeSchedule(machine, line->order, *transitions);
}

}  // namespace incoherent::litmus
