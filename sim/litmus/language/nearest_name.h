#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_NEAREST_NAME_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_NEAREST_NAME_H_

// "Did you mean ...?" for names as short as those of a litmus file, where two
// letters swapped are one slip and the word may have only three letters.

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace incoherent::litmus {

// "; did you mean 'buf'?", with the first of the nearest names; empty if none
// is near. Letters that come, go, change or swap places with the next one are
// one slip each; a name is near if there are at most two and at most half as
// many as `word` has letters.
std::string DidYouMeanName(absl::string_view word,
                           absl::Span<const absl::string_view> names);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_NEAREST_NAME_H_
