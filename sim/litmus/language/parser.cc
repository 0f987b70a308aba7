#include "sim/litmus/language/parser.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/host_parser.h"
#include "sim/litmus/language/memory_parser.h"
#include "sim/litmus/language/outline.h"
#include "sim/litmus/language/parse_state.h"
#include "sim/litmus/language/question_parser.h"
#include "sim/litmus/language/queue_parser.h"
#include "sim/litmus/language/whole_program.h"

namespace incoherent::litmus {
namespace {

void ParseBlock(ParseState& state, const Passage& passage) {
  Program& program = state.program;
  state.tokens.Seek(passage.begin);
  if (passage.kind == Passage::Kind::kHost) {
    ParseHostOperations(state, passage.end, program.hosts[passage.index]);
  } else if (passage.kind == Passage::Kind::kSubmission) {
    Submission& submission = program.submissions[passage.index];
    ParseQueueOperations(state, passage.end, program.queues[submission.queue],
                         submission);
  }
}

}  // namespace

absl::StatusOr<Program> ParseProgram(absl::string_view text,
                                     absl::string_view file) {
  if (text.size() > kMostProgramBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":1:1: file of ", text.size(),
                     " bytes; a litmus file has at most ", kMostProgramBytes));
  }
  ParseState state(text, file);
  if (!state.errors.empty()) return state.errors.ToStatus();
  const std::vector<Passage> passages = ReadOutline(state);
  ResolveSharedMemories(state);
  for (const Passage& passage : passages) ParseBlock(state, passage);
  for (const Passage& passage : passages) {
    if (passage.kind != Passage::Kind::kQuestion) continue;
    if (state.errors.full()) break;
    state.tokens.Seek(passage.begin);
    ParseQuestion(state, passage.end);
  }
  if (state.errors.empty()) CheckWholeProgram(state);
  if (!state.errors.empty()) return state.errors.ToStatus();
  return std::move(state.program);
}

}  // namespace incoherent::litmus
