// A finding in words, for a terminal.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "sim/findings/finding.h"

namespace incoherent {
namespace {

// As many frames as still tell where it was.
constexpr size_t kFrames = 12;
constexpr size_t kBytes = 8;

std::string Quoted(const std::string& name) {
  return name.empty() ? "" : absl::StrCat(" \"", name, "\"");
}

std::string ToText(const FindingMemory& memory) {
  return absl::StrFormat(" (memory 0x%x%s, type %d, 0x%x bytes)", memory.handle,
                         Quoted(memory.name), memory.type_index, memory.size);
}

std::string ToText(const ByteRange& range) {
  if (range.size == 0) return absl::StrFormat("0x%x (0 bytes)", range.offset);
  if (range.size == kWholeSize ||
      range.size - 1 > ~uint64_t{0} - range.offset) {
    return absl::StrFormat("0x%x to the end", range.offset);
  }
  return absl::StrFormat("0x%x..0x%x", range.offset,
                         range.offset + range.size - 1);
}

void AddPlace(const Finding& finding, std::vector<std::string>& lines) {
  std::vector<std::string> parts;
  if (finding.range.has_value()) {
    parts.push_back(
        absl::StrCat("at ", ToText(*finding.range), " of the memory"));
  }
  if (finding.resource.has_value()) {
    const FindingResource& resource = *finding.resource;
    parts.push_back(absl::StrFormat("in %s%s, bound at 0x%x", resource.type,
                                    Quoted(resource.name), resource.offset));
  }
  if (!parts.empty()) lines.push_back(absl::StrJoin(parts, ", "));
}

void AddCommand(const Finding& finding, std::vector<std::string>& lines) {
  std::vector<std::string> parts;
  if (finding.command_place.has_value()) {
    parts.push_back(absl::StrFormat("command %d of submission %d",
                                    finding.command_place->index,
                                    finding.command_place->submission));
  }
  if (!finding.label.empty()) {
    parts.push_back(absl::StrCat("under", Quoted(finding.label)));
  }
  if (!parts.empty()) lines.push_back(absl::StrJoin(parts, ", "));
}

// "Draw() at viewer.cc:42" of "Draw() at /home/me/src/viewer.cc:42": the line
// of a terminal is short.
std::string ShortFrame(absl::string_view frame) {
  const size_t at = frame.rfind(" at ");
  if (at == absl::string_view::npos) return std::string(frame);
  const size_t place = at + 4;
  const size_t slash = frame.rfind('/');
  if (slash == absl::string_view::npos || slash < place) {
    return std::string(frame);
  }
  return absl::StrCat(frame.substr(0, place), frame.substr(slash + 1));
}

void AddStack(absl::string_view party, const std::vector<std::string>& stack,
              std::vector<std::string>& lines) {
  const size_t shown = std::min(stack.size(), kFrames);
  for (size_t i = 0; i < shown; ++i) {
    lines.push_back(absl::StrCat(
        i == 0 ? std::string(party) : std::string(party.size(), ' '), " by ",
        ShortFrame(stack[i])));
  }
  if (shown < stack.size()) {
    lines.push_back(absl::StrCat(std::string(party.size(), ' '), " by ",
                                 stack.size() - shown, " more"));
  }
}

// "0d f0 .."
std::string ToText(absl::Span<const uint8_t> bytes) {
  if (bytes.empty()) return "(none)";
  const absl::Span<const uint8_t> shown = bytes.subspan(0, kBytes);
  return absl::StrCat(absl::StrJoin(shown, " ",
                                    [](std::string* out, uint8_t byte) {
                                      absl::StrAppendFormat(out, "%02x", byte);
                                    }),
                      shown.size() < bytes.size() ? " .." : "");
}

// Nobody wrote or read where a rule is broken: there is a call.
bool IsAboutACall(const Finding& finding) {
  return finding.kind == HazardKind::kInvalidUsage ||
         finding.kind == HazardKind::kUselessSync;
}

void AddStacks(const Finding& finding, std::vector<std::string>& lines) {
  // Both parties were seen at one call, as at a submit.
  const bool same = finding.writer_stack == finding.reader_stack;
  if (same || IsAboutACall(finding)) {
    AddStack("called", finding.writer_stack, lines);
    if (!same) AddStack("called", finding.reader_stack, lines);
    return;
  }
  AddStack("written", finding.writer_stack, lines);
  AddStack("read", finding.reader_stack, lines);
}

}  // namespace

std::string ToText(const Finding& finding) {
  const std::string& rule = finding.vuid.empty() ? finding.rule : finding.vuid;
  std::string text = absl::StrCat(HazardKindName(finding.kind), ": ");
  if (!finding.command.empty()) absl::StrAppend(&text, finding.command, ": ");
  absl::StrAppend(&text, finding.message);
  if (finding.memory.has_value()) {
    absl::StrAppend(&text, ToText(*finding.memory));
  }
  if (!rule.empty()) absl::StrAppend(&text, " [", rule, "]");
  return text;
}

std::vector<std::string> DetailsOf(const Finding& finding) {
  std::vector<std::string> lines;
  AddPlace(finding, lines);
  AddCommand(finding, lines);
  AddStacks(finding, lines);
  if (finding.bytes.has_value()) {
    lines.push_back(absl::StrFormat(
        "first difference at 0x%x: host %s device %s", finding.bytes->offset,
        ToText(finding.bytes->host), ToText(finding.bytes->device)));
  }
  if (!finding.certain) {
    lines.push_back(
        "not certain: the device may have touched less than its command says");
  }
  if (!finding.fix.empty()) lines.push_back(absl::StrCat("fix: ", finding.fix));
  return lines;
}

}  // namespace incoherent
