#ifndef INCOHERENT_SIM_PROFILES_CLOSEST_NAMES_H_
#define INCOHERENT_SIM_PROFILES_CLOSEST_NAMES_H_

// "Did you mean ...?"

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace incoherent {

// "; did you mean arm-mali-g78?", with up to three of `names`: those of which a
// part takes the fewest changed letters to become `word`, at most one in four.
// Letter case does not count. Empty if none comes close.
//
//   DidYouMean("heapindex", {"heapIndex", "propertyFlags"})
//       == "; did you mean heapIndex?"
std::string DidYouMean(absl::string_view word,
                       absl::Span<const absl::string_view> names);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_CLOSEST_NAMES_H_
