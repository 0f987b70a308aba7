#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_OUTLINE_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_OUTLINE_H_

// The first reading of a litmus file: what it declares, and where the rest is.
//
// The statements of a file may come in any order, so names are collected before
// anything is read that uses them.

#include <cstddef>
#include <vector>

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// The tokens [begin, end) of a block without its braces, or of a question.
struct Passage {
  enum class Kind { kHost, kSubmission, kQuestion };
  Kind kind = Kind::kHost;
  int index = 0;  // of the host thread or the submission
  size_t begin = 0;
  size_t end = 0;
};

// Declares everything in `state`, reads memories and `reports`, and returns the
// passages still to be read, in file order.
std::vector<Passage> ReadOutline(ParseState& state);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_OUTLINE_H_
