#include "sim/findings/suppressions.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace incoherent {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 20;
constexpr size_t kQuotedBytes = 60;

struct PatternField {
  absl::string_view key;
  std::string Suppression::*pattern;
};
constexpr PatternField kPatternFields[] = {
    {"vuid", &Suppression::vuid},
    {"memory", &Suppression::memory},
    {"resource", &Suppression::resource},
    {"command", &Suppression::command},
};

std::string Quoted(absl::string_view text) {
  const absl::string_view shown = text.substr(0, kQuotedBytes);
  return absl::StrCat("'", absl::CHexEscape(shown),
                      shown.size() < text.size() ? "...'" : "'");
}

bool MatchesIfAny(const std::string& pattern, absl::string_view text) {
  return pattern.empty() || MatchesPattern(pattern, text);
}

// Whether the patterns match frames of one stack, in order.
bool MatchesStack(const std::vector<std::string>& patterns,
                  const std::vector<std::string>& stack) {
  auto next = patterns.begin();
  for (const std::string& frame : stack) {
    if (next == patterns.end()) break;
    if (MatchesPattern(*next, frame)) ++next;
  }
  return next == patterns.end();
}

// Reads a file line by line.
class Parser {
 public:
  Parser(absl::string_view text, absl::string_view file)
      : text_(text), file_(file) {}

  absl::StatusOr<std::vector<Suppression>> Parse() {
    for (absl::string_view line : absl::StrSplit(text_, '\n')) {
      ++line_;
      line = absl::StripAsciiWhitespace(line);
      if (line.empty() || line[0] == '#') continue;
      const absl::Status status = ReadLine(line);
      if (!status.ok()) return status;
    }
    if (open_) return Refuse("the block has no end; close it with '}'");
    return std::move(list_);
  }

 private:
  absl::Status Refuse(absl::string_view why) const {
    return absl::InvalidArgumentError(
        absl::StrCat(file_, ":", line_, ": ", why));
  }

  absl::Status ReadLine(absl::string_view line) {
    if (line == "{") return Open();
    if (!open_) {
      return Refuse(absl::StrCat(Quoted(line),
                                 " is outside of a block; begin one with '{'"));
    }
    if (line == "}") return Close();
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) {
      return Refuse(absl::StrCat(Quoted(line),
                                 " has no colon; write it as 'kind: "
                                 "stale-host-read'"));
    }
    return ReadField(absl::StripAsciiWhitespace(line.substr(0, colon)),
                     absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }

  absl::Status Open() {
    if (open_) return Refuse("a block in a block; close the first with '}'");
    open_ = true;
    has_kind_ = false;
    list_.emplace_back();
    return absl::OkStatus();
  }

  absl::Status Close() {
    open_ = false;
    if (list_.back().name.empty()) return Refuse("the block has no name");
    if (!has_kind_) return Refuse("the block has no kind; 'kind: *' is any");
    return absl::OkStatus();
  }

  absl::Status ReadField(absl::string_view key, absl::string_view value) {
    if (value.empty()) {
      return Refuse(absl::StrCat(Quoted(key), " is empty; leave the line out"));
    }
    Suppression& suppression = list_.back();
    if (key == "kind") return ReadKind(value);
    if (key == "frame") {
      suppression.frames.emplace_back(value);
      return absl::OkStatus();
    }
    if (key == "name") return Keep(key, value, suppression.name);
    for (const PatternField& field : kPatternFields) {
      if (key == field.key) return Keep(key, value, suppression.*field.pattern);
    }
    return Refuse(absl::StrCat("unknown ", Quoted(key),
                               "; known are name, kind, vuid, memory, "
                               "resource, command, frame"));
  }

  absl::Status Keep(absl::string_view key, absl::string_view value,
                    std::string& kept) const {
    if (!kept.empty()) return Refuse(absl::StrCat("a second ", key));
    kept = std::string(value);
    return absl::OkStatus();
  }

  absl::Status ReadKind(absl::string_view value) {
    if (has_kind_) return Refuse("a second kind");
    has_kind_ = true;
    if (value == "*") return absl::OkStatus();
    list_.back().kind = ParseHazardKind(value);
    if (list_.back().kind.has_value()) return absl::OkStatus();
    std::string known;
    for (int kind = 0; kind < kHazardKinds; ++kind) {
      absl::StrAppend(&known, HazardKindName(static_cast<HazardKind>(kind)),
                      ", ");
    }
    return Refuse(absl::StrCat("unknown kind ", Quoted(value), "; known are ",
                               known, "*"));
  }

  absl::string_view text_;
  absl::string_view file_;
  uint64_t line_ = 0;
  bool open_ = false;
  bool has_kind_ = false;
  std::vector<Suppression> list_;
};

}  // namespace

bool MatchesPattern(absl::string_view pattern, absl::string_view text) {
  size_t p = 0;
  size_t t = 0;
  // Where to go on after the last star, which then stands for one more.
  size_t after_star = absl::string_view::npos;
  size_t star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      star_end = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (after_star != absl::string_view::npos) {
      p = after_star;
      t = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == absl::string_view::npos;
}

bool Suppression::Matches(const Finding& finding) const {
  if (kind.has_value() && *kind != finding.kind) return false;
  return MatchesIfAny(vuid, finding.vuid) &&
         MatchesIfAny(memory, finding.memory.has_value() ? finding.memory->name
                                                         : std::string()) &&
         MatchesIfAny(resource, finding.resource.has_value()
                                    ? finding.resource->name
                                    : std::string()) &&
         MatchesIfAny(command, finding.command) &&
         (MatchesStack(frames, finding.writer_stack) ||
          MatchesStack(frames, finding.reader_stack));
}

absl::StatusOr<Suppressions> Suppressions::Parse(absl::string_view text,
                                                 absl::string_view file) {
  absl::StatusOr<std::vector<Suppression>> list = Parser(text, file).Parse();
  if (!list.ok()) return list.status();
  Suppressions suppressions;
  suppressions.list_ = *std::move(list);
  return suppressions;
}

absl::StatusOr<Suppressions> Suppressions::Read(const std::string& file) {
  if (file.empty()) return Suppressions();
  const auto refuse = [&file](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("suppressions ", file, ": ", why));
  };
  std::FILE* stream = std::fopen(file.c_str(), "rbe");
  if (stream == nullptr) return refuse(std::strerror(errno));
  std::string text(kMostFileBytes + 1, '\0');
  errno = 0;
  text.resize(std::fread(text.data(), 1, text.size(), stream));
  const int error = std::ferror(stream) != 0 ? errno : 0;
  std::fclose(stream);
  if (error != 0) return refuse(std::strerror(error));
  if (text.size() > kMostFileBytes) return refuse("is larger than 1 MiB");
  return Parse(text, file);
}

bool Suppressions::Match(const Finding& finding) const {
  return std::any_of(list_.begin(), list_.end(),
                     [&finding](const Suppression& suppression) {
                       return suppression.Matches(finding);
                     });
}

}  // namespace incoherent
