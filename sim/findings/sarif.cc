#include "sim/findings/sarif.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "sim/findings/explanation.h"
#include "sim/findings/version.h"

namespace incoherent {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;
constexpr char kSchema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json";

// What readers with signed 32 bits can take; the exact count is a property.
constexpr uint64_t kMostOccurrences = 0x7fffffff;

struct SourceLine {
  std::string file;
  uint32_t line;
};

// Of "Draw() at viewer.cc:42".
absl::optional<SourceLine> SourceLineOf(absl::string_view frame) {
  const size_t at = frame.rfind(" at ");
  if (at == absl::string_view::npos) return absl::nullopt;
  const absl::string_view place = frame.substr(at + 4);
  const size_t colon = place.rfind(':');
  uint32_t line = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(place.substr(colon + 1), &line) || line == 0) {
    return absl::nullopt;
  }
  return SourceLine{std::string(place.substr(0, colon)), line};
}

// A path as a URI: percent-encoded, and a file: if it is absolute.
std::string UriOf(absl::string_view path) {
  std::string uri = absl::StartsWith(path, "/") ? "file://" : "";
  for (const char c : path) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        absl::StrContains("/._-~+", c)) {
      uri.push_back(c);
    } else {
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

Json Message(absl::string_view text) { return {{"text", std::string(text)}}; }

Json PhysicalLocation(const SourceLine& source) {
  return {{"artifactLocation", {{"uri", UriOf(source.file)}}},
          {"region", {{"startLine", source.line}}}};
}

Json FrameJson(const std::string& frame) {
  Json location = {{"message", Message(frame)}};
  if (const auto source = SourceLineOf(frame); source.has_value()) {
    location["physicalLocation"] = PhysicalLocation(*source);
  }
  return {{"location", location}};
}

Json StackJson(absl::string_view party, const std::vector<std::string>& stack) {
  Json frames = Json::array();
  for (const std::string& frame : stack) frames.push_back(FrameJson(frame));
  return {{"message", Message(party)}, {"frames", frames}};
}

Json StacksJson(const Finding& finding) {
  const bool call = finding.kind == HazardKind::kInvalidUsage ||
                    finding.kind == HazardKind::kUselessSync;
  Json stacks = Json::array();
  if (!finding.writer_stack.empty()) {
    stacks.push_back(
        StackJson(call ? "the call" : "the write", finding.writer_stack));
  }
  if (!finding.reader_stack.empty()) {
    stacks.push_back(
        StackJson(call ? "the call" : "the read", finding.reader_stack));
  }
  return stacks;
}

// Where the C and C++ libraries have lines of their own.
bool IsOfALibrary(absl::string_view frame) {
  return absl::StartsWith(frame, "__") || absl::StartsWith(frame, "std::") ||
         absl::StartsWith(frame, "start_thread(") ||
         absl::StartsWith(frame, "clone");
}

// The reader's first: that is where the wrong bytes come out.
Json LocationsJson(const Finding& finding) {
  for (const auto* stack : {&finding.reader_stack, &finding.writer_stack}) {
    for (const std::string& frame : *stack) {
      if (IsOfALibrary(frame)) continue;
      if (const auto source = SourceLineOf(frame); source.has_value()) {
        return Json::array({{{"physicalLocation", PhysicalLocation(*source)}}});
      }
    }
  }
  if (finding.command.empty()) return Json::array();
  const Json command = {{"name", finding.command}, {"kind", "function"}};
  return Json::array({{{"logicalLocations", Json::array({command})}}});
}

const char* LevelOf(const Finding& finding) {
  if (finding.kind == HazardKind::kUselessSync || !finding.certain) {
    return "note";
  }
  return SeverityName(finding.severity);
}

// FNV-1a of what does not change from run to run.
std::string FingerprintOf(const Finding& finding) {
  const std::string text = absl::StrCat(
      HazardKindName(finding.kind), "\n", finding.vuid, "\n", finding.command,
      "\n", finding.memory.has_value() ? finding.memory->name : "", "\n",
      finding.resource.has_value() ? finding.resource->name : "", "\n",
      absl::StrJoin(finding.writer_stack, "\n"), "\n\n",
      absl::StrJoin(finding.reader_stack, "\n"));
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211u;
  }
  return absl::StrFormat("%016x", hash);
}

Json PropertiesJson(const Finding& finding) {
  Json properties = {{"count", finding.count}};
  const auto add = [&properties](const char* name, const std::string& text) {
    if (!text.empty()) properties[name] = text;
  };
  add("vuid", finding.vuid);
  add("rule", finding.rule);
  add("command", finding.command);
  add("label", finding.label);
  add("fix", finding.fix);
  if (finding.memory.has_value()) add("memory", finding.memory->name);
  if (finding.resource.has_value()) add("resource", finding.resource->name);
  if (finding.range.has_value()) {
    properties["range"] = {{"offset", finding.range->offset},
                           {"size", finding.range->size}};
  }
  if (finding.missing != MissingStep::kNone) {
    properties["missing"] = MissingStepName(finding.missing);
  }
  return properties;
}

std::string MessageText(const Finding& finding) {
  std::string text = ToText(finding);
  for (const std::string& line : DetailsOf(finding)) {
    absl::StrAppend(&text, "\n", line);
  }
  return text;
}

Json ResultJson(const Finding& finding) {
  Json result = {
      {"ruleId", HazardKindName(finding.kind)},
      {"ruleIndex", static_cast<int>(finding.kind)},
      {"level", LevelOf(finding)},
      {"message", Message(MessageText(finding))},
      {"locations", LocationsJson(finding)},
  };
  if (Json stacks = StacksJson(finding); !stacks.empty()) {
    result["stacks"] = std::move(stacks);
  }
  result["occurrenceCount"] =
      std::min<uint64_t>(finding.count, kMostOccurrences);
  result["partialFingerprints"] = {
      {"incoherentFinding/v1", FingerprintOf(finding)}};
  result["properties"] = PropertiesJson(finding);
  return result;
}

Json RulesJson() {
  Json rules = Json::array();
  for (int i = 0; i < kHazardKinds; ++i) {
    const Explanation& explanation = ExplanationOf(static_cast<HazardKind>(i));
    rules.push_back({
        {"id", HazardKindName(explanation.kind)},
        {"shortDescription", Message(explanation.summary)},
        {"fullDescription", Message(explanation.what)},
        {"help", Message(explanation.fix)},
        {"helpUri", explanation.url},
    });
  }
  return rules;
}

}  // namespace

std::string ReportToSarif(const Report& report) {
  Json results = Json::array();
  for (const Finding& finding : report.findings) {
    results.push_back(ResultJson(finding));
  }
  const Json run = {
      {"tool",
       {{"driver",
         {{"name", "Incoherent"},
          {"version", kVersion},
          {"rules", RulesJson()}}}}},
      {"invocations",
       Json::array({{{"commandLine", absl::StrJoin(report.application, " ")},
                     {"arguments", Json(report.application)},
                     {"executionSuccessful", true}}})},
      {"results", results},
      {"properties",
       {{"profile", report.profile}, {"downstream", report.downstream}}},
  };
  const Json document = {
      {"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return document.dump(kIndent, ' ', /*ensure_ascii=*/false,
                       Json::error_handler_t::replace);
}

}  // namespace incoherent
