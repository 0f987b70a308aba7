#include "sim/litmus/language/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

constexpr size_t kMostSlips = 2;
constexpr size_t kLongestWord = 64;  // nobody means so long a word

// Of two words, with swapped neighbours (optimal string alignment).
size_t Slips(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string DidYouMeanName(absl::string_view word,
                           absl::Span<const absl::string_view> names) {
  if (word.size() > kLongestWord) return "";
  size_t fewest = std::min(kMostSlips, word.size() / 2) + 1;
  absl::string_view nearest;
  for (absl::string_view name : names) {
    if (name.size() > kLongestWord) continue;
    const size_t slips = Slips(word, name);
    if (slips >= fewest) continue;
    fewest = slips;
    nearest = name;
  }
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

}  // namespace incoherent::litmus
