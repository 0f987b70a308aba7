// The report for programs; the members are listed in report.h.

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "sim/litmus/report/report.h"

namespace incoherent::litmus {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;

Json ValueJson(const ReportedValue& value) {
  if (value.value.undefined_bytes == 0) return value.value.bits;
  return ValueText(value);
}

Json StateJson(const ReportedState& state) {
  Json values = Json::object();
  for (const ReportedValue& value : state.values) {
    values[value.name] = ValueJson(value);
  }
  return {{"count", state.count}, {"values", values}};
}

Json ScheduleJson(const Schedule& schedule) {
  Json steps = Json::array();
  for (const Step& step : schedule.steps) {
    steps.push_back(
        {{"actor", step.actor}, {"what", step.what}, {"result", step.result}});
  }
  return {{"steps", steps}, {"replay", schedule.replay}};
}

// "allowed"; of an unknown one only "unknown", for it says why elsewhere.
std::string VerdictJson(Verdict verdict) {
  if (verdict == Verdict::kUnknown) return "unknown";
  return absl::AsciiStrToLower(VerdictName(verdict));
}

Json QuestionJson(const ReportedQuestion& question, bool witnesses) {
  const bool shown = witnesses && question.witness.has_value();
  return {
      {"text", question.text},
      {"line", question.place.line},
      {"verdict", VerdictJson(question.verdict)},
      {"positive", question.positive},
      {"negative", question.negative},
      {"expected",
       question.expected ? Json(VerdictJson(*question.expected)) : Json()},
      {"ok", question.ok},
      {"witness", shown ? ScheduleJson(*question.witness) : Json()},
  };
}

Json PartyJson(const Place& place, const std::string& text) {
  if (place.line == 0) return nullptr;
  return {{"line", place.line}, {"column", place.column}, {"text", text}};
}

Json FindingJson(const LitmusFinding& finding) {
  return {
      {"kind", HazardKindName(finding.kind)},
      {"memory", finding.memory},
      {"range",
       {{"offset", finding.range.offset}, {"size", finding.range.size}}},
      {"earlier", PartyJson(finding.earlier, finding.earlier_text)},
      {"later", PartyJson(finding.later, finding.later_text)},
      {"missing", finding.missing},
      {"by_the_letter", finding.by_the_letter},
      {"message", finding.message},
  };
}

Json KindNames(const std::vector<HazardKind>& kinds) {
  Json names = Json::array();
  for (const HazardKind kind : kinds) names.push_back(HazardKindName(kind));
  return names;
}

Json KindsJson(const absl::optional<ReportedKinds>& kinds) {
  if (!kinds) return nullptr;
  return {{"expected", KindNames(kinds->expected)},
          {"found", KindNames(kinds->found)},
          {"ok", kinds->ok}};
}

void AddAnswers(const Report& report, bool witnesses, Json& json) {
  json["states"] = Json::array();
  for (const ReportedState& state : report.states) {
    json["states"].push_back(StateJson(state));
  }
  json["questions"] = Json::array();
  for (const ReportedQuestion& question : report.questions) {
    json["questions"].push_back(QuestionJson(question, witnesses));
  }
  json["findings"] = Json::array();
  for (const LitmusFinding& finding : report.findings) {
    json["findings"].push_back(FindingJson(finding));
  }
  json["reports"] = KindsJson(report.reports);
  json["explored"] = {{"states", report.explored},
                      {"transitions", report.transitions},
                      {"blocked", report.blocked},
                      {"bounded", report.bounded}};
}

Json TestJson(const Report& report, bool witnesses) {
  Json json = {{"file", report.file}, {"ok", report.ok()}};
  if (!report.error.ok()) {
    json["error"] = std::string(report.error.message());
    return json;
  }
  json["error"] = nullptr;
  json["test"] = report.test;
  if (report.replay) {
    json["replay"] = ScheduleJson(*report.replay);
  } else {
    AddAnswers(report, witnesses, json);
  }
  return json;
}

}  // namespace

std::string ReportJson(absl::Span<const Report> reports, bool witnesses) {
  Json tests = Json::array();
  for (const Report& report : reports) {
    tests.push_back(TestJson(report, witnesses));
  }
  const Json document = {{"schema", "incoherent-litmus/1"}, {"tests", tests}};
  return document.dump(kIndent, ' ', /*ensure_ascii=*/false,
                       Json::error_handler_t::replace) +
         "\n";
}

}  // namespace incoherent::litmus
