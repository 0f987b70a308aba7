#include "sim/litmus/language/error_list.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace incoherent::litmus {

void ErrorList::Add(const Place& place, absl::string_view message) {
  if (!full()) errors_.push_back({place, std::string(message)});
}

absl::Status ErrorList::ToStatus() const {
  if (empty()) return absl::OkStatus();
  std::vector<Error> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Error& a, const Error& b) {
                     return std::tie(a.place.line, a.place.column) <
                            std::tie(b.place.line, b.place.column);
                   });
  return absl::InvalidArgumentError(
      absl::StrJoin(sorted, "\n", [this](std::string* out, const Error& error) {
        absl::StrAppend(out, file_, ":", error.place.line, ":",
                        error.place.column, ": ", error.message);
      }));
}

}  // namespace incoherent::litmus
