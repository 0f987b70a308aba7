#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_MEMORY_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_MEMORY_PARSER_H_

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// From after the word `memory` to after its '}'; declares the memory, also if
// there is an error in it.
void ParseMemory(ParseState& state);

// Once all memories are known: finds those whose payload others share.
void ResolveSharedMemories(ParseState& state);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_MEMORY_PARSER_H_
