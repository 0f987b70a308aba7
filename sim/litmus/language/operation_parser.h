#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_OPERATION_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_OPERATION_PARSER_H_

// The operations of one block, one after the other. host_parser and
// queue_parser say which operations there are.

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// `flush ...`: reads what follows the word.
struct OperationWord {
  absl::string_view word;
  bool (*parse)(ParseState& state, Op* op);
};

struct OperationLanguage {
  const char* block;  // "a host thread", for messages
  absl::Span<const OperationWord> words;
  // A store or a load, with all that may follow.
  bool (*parse_assignment)(ParseState& state, Agent& agent, Op* op);
  // Of a word that the other kind of block has: what to do; empty: nothing.
  std::string (*advice)(absl::string_view word);
};

// The tokens up to `end`, which is the block's '}'. `agent` is whose registers
// the operations use.
void ParseOperations(ParseState& state, const OperationLanguage& language,
                     size_t end, Agent& agent, std::vector<Op>* ops);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_OPERATION_PARSER_H_
