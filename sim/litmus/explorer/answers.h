#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_ANSWERS_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_ANSWERS_H_

// Answers: what the final states of a program say to its questions.
//
//   question   a final state satisfies   none does        and some were not
//   seen exists     allowed                   forbidden        unknown question
//   a final state violates    none does        and some were not seen forall
//   fails                     holds            unknown never      as forall, of
//   the condition's opposite
//
// What was seen counts even where a bound was hit.

#include <vector>

#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

// The memory ranges that conditions name, in order of appearance, each once:
// what FinalState::memory holds.
std::vector<Range> NamedMemory(const Program& program);

// A value is `undef` if one of its bytes is, and equals no number then.
bool Satisfies(const Program& program, const Condition& condition,
               const FinalState& state);

// Whether such a state decides the question: satisfies an exists or a never,
// violates a forall.
bool Decides(const Program& program, const Question& question,
             const FinalState& state);

// All but the witness.
Answer AnswerOf(const Program& program, const Question& question,
                const std::vector<FinalState>& finals, bool bounded);

// Whether the findings are of exactly the kinds that the file names; true if it
// names none. Kinds that were not seen may yet be there if `bounded`, and then
// nothing is held against the file but a kind that it does not name.
bool ReportsAreMet(const Program& program,
                   const std::vector<LitmusFinding>& findings, bool bounded);

// Order by value, not by count.
bool ComesBefore(const FinalState& a, const FinalState& b);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_ANSWERS_H_
