#include "sim/litmus/language/name_table.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/language/nearest_name.h"

namespace incoherent::litmus {
namespace {

constexpr absl::string_view kReservedWords[] = {
    "at",     "await",  "barrier", "copy",   "event",      "exists",
    "expect", "fill",   "flush",   "forall", "free",       "host",
    "idle",   "litmus", "map",     "memory", "invalidate", "never",
    "on",     "post",   "queue",   "reset",  "reports",    "semaphore",
    "set",    "signal", "submit",  "true",   "submission", "undef",
    "unmap",  "update", "wait",
};

std::string KindName(NameKind kind) {
  switch (kind) {
    case NameKind::kMemory:
      return "memory";
    case NameKind::kSemaphore:
      return "semaphore";
    case NameKind::kEvent:
      return "event";
    case NameKind::kHost:
      return "host thread";
    case NameKind::kQueue:
      return "queue";
    case NameKind::kSubmission:
      return "submission";
  }
  return "name";
}

std::string WithArticle(NameKind kind) {
  return absl::StrCat(kind == NameKind::kEvent ? "an " : "a ", KindName(kind));
}

std::string AnyOf(absl::Span<const NameKind> kinds,
                  std::string (*name)(NameKind)) {
  return absl::StrJoin(kinds, " or ", [&](std::string* out, NameKind kind) {
    absl::StrAppend(out, name(kind));
  });
}

}  // namespace

bool IsReservedWord(absl::string_view word) {
  return std::find(std::begin(kReservedWords), std::end(kReservedWords),
                   word) != std::end(kReservedWords);
}

absl::optional<NameKind> NameTable::Holder(NameKind kind,
                                           absl::string_view name) const {
  const auto entry = names_.find(name);
  if (entry != names_.end() && !(kind == NameKind::kSubmission &&
                                 entry->second.kind == NameKind::kQueue)) {
    return entry->second.kind;
  }
  if (kind != NameKind::kQueue &&
      submissions_.find(name) != submissions_.end()) {
    return NameKind::kSubmission;
  }
  return absl::nullopt;
}

std::string NameTable::Declare(NameKind kind, absl::string_view name,
                               int index) {
  if (IsReservedWord(name) && !(kind == NameKind::kHost && name == "host")) {
    return absl::StrCat("'", name,
                        "' is a word of the language; choose another name");
  }
  if (const auto holder = Holder(kind, name)) {
    return absl::StrCat("'", name, "' is ", WithArticle(*holder),
                        " already; choose another name");
  }
  if (kind == NameKind::kSubmission) {
    submissions_.emplace(name, index);
  } else {
    names_.emplace(name, Entry{kind, index});
  }
  return "";
}

absl::optional<int> NameTable::Find(NameKind kind,
                                    absl::string_view name) const {
  if (kind == NameKind::kSubmission) {
    const auto submission = submissions_.find(name);
    if (submission == submissions_.end()) return absl::nullopt;
    return submission->second;
  }
  const auto entry = names_.find(name);
  if (entry == names_.end() || entry->second.kind != kind) return absl::nullopt;
  return entry->second.index;
}

std::string NameTable::Unknown(absl::Span<const NameKind> kinds,
                               absl::string_view name,
                               absl::string_view hint) const {
  if (const auto entry = names_.find(name); entry != names_.end()) {
    return absl::StrCat("'", name, "' is ", WithArticle(entry->second.kind),
                        "; expected ", AnyOf(kinds, WithArticle));
  }
  if (submissions_.find(name) != submissions_.end()) {
    return absl::StrCat("'", name, "' is a submission; expected ",
                        AnyOf(kinds, WithArticle));
  }
  std::vector<absl::string_view> names;
  for (const auto& [known, entry] : names_) {
    if (absl::c_linear_search(kinds, entry.kind)) names.push_back(known);
  }
  if (absl::c_linear_search(kinds, NameKind::kSubmission)) {
    for (const auto& [known, index] : submissions_) names.push_back(known);
  }
  const std::string near = DidYouMeanName(name, names);
  return absl::StrCat("unknown ", AnyOf(kinds, KindName), " '", name, "'",
                      near.empty() ? absl::StrCat("; ", hint) : near);
}

}  // namespace incoherent::litmus
