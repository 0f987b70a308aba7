#include "sim/profiles/closest_names.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace incoherent {
namespace {

constexpr size_t kMostNames = 3;
constexpr size_t kLongestWord = 64;  // longer ones are no slip of the pen
constexpr size_t kShortestWord = 3;  // shorter ones are everywhere
constexpr size_t kLettersPerSlip = 4;

// Levenshtein's distances from `word` to each prefix of `name`, given those of
// the empty word.
std::vector<size_t> Distances(absl::string_view word, absl::string_view name,
                              std::vector<size_t> row) {
  for (char letter : word) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < name.size(); ++j) {
      const size_t replaced = diagonal + (letter == name[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row;
}

// To the part of `name` that is most like `word`: to begin late is free, and so
// is to end early.
size_t DistanceToPart(absl::string_view word, absl::string_view name) {
  const std::vector<size_t> row =
      Distances(word, name, std::vector<size_t>(name.size() + 1, 0));
  return *std::min_element(row.begin(), row.end());
}

size_t DistanceToWhole(absl::string_view word, absl::string_view name) {
  std::vector<size_t> row(name.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  return Distances(word, name, std::move(row)).back();
}

struct Candidate {
  size_t to_part;
  size_t to_whole;
  absl::string_view name;

  bool operator<(const Candidate& other) const {
    return std::tie(to_part, to_whole, name) <
           std::tie(other.to_part, other.to_whole, other.name);
  }
};

}  // namespace

std::string DidYouMean(absl::string_view word,
                       absl::Span<const absl::string_view> names) {
  if (word.size() < kShortestWord || word.size() > kLongestWord) return "";
  const std::string slip = absl::AsciiStrToLower(word);
  std::vector<Candidate> close;
  for (absl::string_view name : names) {
    const std::string lower = absl::AsciiStrToLower(name);
    const size_t to_part = DistanceToPart(slip, lower);
    if (to_part > slip.size() / kLettersPerSlip) continue;
    close.push_back({to_part, DistanceToWhole(slip, lower), name});
  }
  if (close.empty()) return "";
  std::sort(close.begin(), close.end());
  std::vector<absl::string_view> shown;
  for (const Candidate& candidate : close) {
    if (candidate.to_part > close.front().to_part) break;
    if (shown.size() < kMostNames) shown.push_back(candidate.name);
  }
  return absl::StrCat("; did you mean ", absl::StrJoin(shown, " or "), "?");
}

}  // namespace incoherent
