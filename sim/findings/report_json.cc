#include "sim/findings/report_json.h"

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"

namespace incoherent {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json MemoryJson(const absl::optional<FindingMemory>& memory) {
  if (!memory.has_value()) return nullptr;
  return {
      {"handle", absl::StrFormat("0x%x", memory->handle)},
      {"name", memory->name},
      {"type_index", memory->type_index},
      {"size", memory->size},
  };
}

Json RangeJson(const absl::optional<ByteRange>& range) {
  if (!range.has_value()) return nullptr;
  return {{"offset", range->offset}, {"size", range->size}};
}

Json ResourceJson(const absl::optional<FindingResource>& resource) {
  if (!resource.has_value()) return nullptr;
  return {
      {"type", resource->type},
      {"name", resource->name},
      {"offset", resource->offset},
      {"size", resource->size},
      {"handle", absl::StrFormat("0x%x", resource->handle)},
  };
}

Json CommandJson(const Finding& finding) {
  const absl::optional<CommandPlace>& place = finding.command_place;
  if (finding.command.empty() && !place.has_value() && finding.label.empty()) {
    return nullptr;
  }
  return {
      {"name", finding.command},
      {"submission", place.has_value() ? Json(place->submission) : Json()},
      {"index", place.has_value() ? Json(place->index) : Json()},
      {"label", TextOrNull(finding.label)},
  };
}

// "0d f0".
std::string HexText(absl::Span<const uint8_t> bytes) {
  return absl::StrJoin(bytes, " ", [](std::string* out, uint8_t byte) {
    absl::StrAppendFormat(out, "%02x", byte);
  });
}

Json BytesJson(const absl::optional<FindingBytes>& bytes) {
  if (!bytes.has_value()) return nullptr;
  return {
      {"offset", bytes->offset},
      {"host", HexText(bytes->host)},
      {"device", HexText(bytes->device)},
  };
}

Json FindingJson(const Finding& finding) {
  return {
      {"kind", HazardKindName(finding.kind)},
      {"severity", SeverityName(finding.severity)},
      {"vuid", TextOrNull(finding.vuid)},
      {"rule", finding.rule},
      {"count", finding.count},
      {"memory", MemoryJson(finding.memory)},
      {"range", RangeJson(finding.range)},
      {"resource", ResourceJson(finding.resource)},
      {"command", CommandJson(finding)},
      {"bytes", BytesJson(finding.bytes)},
      {"writer_stack", Json(finding.writer_stack)},
      {"reader_stack", Json(finding.reader_stack)},
      {"missing", MissingStepName(finding.missing)},
      {"fix", finding.fix},
      {"certain", finding.certain},
      {"message", finding.message},
  };
}

Json SummaryJson(const ReportSummary& summary) {
  Json by_kind = Json::object();
  for (const auto& [kind, count] : summary.by_kind) {
    by_kind[HazardKindName(kind)] = count;
  }
  return {
      {"errors", summary.errors},
      {"warnings", summary.warnings},
      {"by_kind", by_kind},
  };
}

}  // namespace

std::string ReportToJson(const Report& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) {
    findings.push_back(FindingJson(finding));
  }
  const Json document = {
      {"schema", kReportSchema},
      {"profile", report.profile},
      {"downstream", report.downstream},
      {"application", Json(report.application)},
      {"findings", findings},
      {"summary", SummaryJson(SummaryOf(report))},
  };
  return document.dump(kIndent, ' ', /*ensure_ascii=*/false,
                       Json::error_handler_t::replace);
}

}  // namespace incoherent
