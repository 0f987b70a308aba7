#ifndef INCOHERENT_SIM_PROFILES_JSON_DOCUMENT_H_
#define INCOHERENT_SIM_PROFILES_JSON_DOCUMENT_H_

// Text to a JSON document, for files that strangers write.
//
// Stricter than a bare JSON parser: a member that stands twice in one object
// is refused (a parser keeps the last one in silence), and so is nesting beyond
// kMaxJsonDepth, at which whatever walks the document could run out of stack.

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace incoherent {

// A profile needs three.
inline constexpr size_t kMaxJsonDepth = 16;

// Any bytes may come. Refusals are InvalidArgument, one line each:
//
//   my.json: is empty; ...
//   my.json:3:14: not JSON: unexpected '}'; expected string literal
//   my.json: memoryTypes[0].heapIndex: stands twice; keep one
absl::StatusOr<nlohmann::json> ParseJsonDocument(absl::string_view text,
                                                 absl::string_view file);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_JSON_DOCUMENT_H_
