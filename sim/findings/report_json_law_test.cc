// What ReportToJson and ReportFromJson promise for every report.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/findings/report_json.h"

namespace incoherent {
namespace {

using TextGen = rc::Gen<std::string>;

// UTF-8 with characters of every length, and those that JSON escapes.
TextGen ReadableText() {
  return rc::gen::map(
      rc::gen::container<std::vector<const char*>>(
          rc::gen::elementOf(std::vector<const char*>{
              "a", "0", " ", "\"", "\\", "/", "\n", "\x01", "\x7f", "\u00e9",
              "\uFFFD", "\u20ac", "\U0001F434"})),
      [](const std::vector<const char*>& characters) {
        std::string text;
        for (const char* character : characters) text += character;
        return text;
      });
}

TextGen AnyText() { return rc::gen::arbitrary<std::string>(); }

template <typename Value>
absl::optional<Value> Maybe(const Value& value) {
  return *rc::gen::arbitrary<bool>() ? absl::make_optional(value)
                                     : absl::nullopt;
}

uint64_t Number() {
  return *rc::gen::oneOf(rc::gen::inRange<uint64_t>(0, 9),
                         rc::gen::arbitrary<uint64_t>(),
                         rc::gen::just(~uint64_t{0}));
}

std::vector<uint8_t> SomeBytes() {
  return *rc::gen::arbitrary<std::vector<uint8_t>>();
}

Finding ArbitraryFinding(const TextGen& text) {
  const auto texts = rc::gen::container<std::vector<std::string>>(text);
  Finding finding;
  finding.kind = static_cast<HazardKind>(*rc::gen::inRange(0, kHazardKinds));
  finding.severity = *rc::gen::element(Severity::kError, Severity::kWarning);
  finding.vuid = *text;
  finding.rule = *text;
  finding.count = Number();
  finding.command = *text;
  finding.command_place = Maybe(CommandPlace{Number(), Number()});
  finding.memory = Maybe(FindingMemory{
      Number(), *rc::gen::arbitrary<uint32_t>(), Number(), *text});
  finding.range = Maybe(ByteRange{Number(), Number()});
  finding.resource =
      Maybe(FindingResource{*text, *text, Number(), Number(), Number()});
  finding.bytes = Maybe(FindingBytes{Number(), SomeBytes(), SomeBytes()});
  finding.writer_stack = *texts;
  finding.reader_stack = *texts;
  finding.missing = static_cast<MissingStep>(
      *rc::gen::inRange(0, static_cast<int>(MissingStep::kAtomAlignment) + 1));
  finding.label = *text;
  finding.fix = *text;
  finding.certain = *rc::gen::arbitrary<bool>();
  finding.message = *text;
  return finding;
}

rc::Gen<Report> ArbitraryReport(const TextGen& text) {
  return rc::gen::exec([text] {
    Report report;
    report.profile = *text;
    report.downstream = *text;
    report.application = *rc::gen::container<std::vector<std::string>>(text);
    const int findings = *rc::gen::inRange(0, 4);
    for (int i = 0; i < findings; ++i) {
      report.findings.push_back(ArbitraryFinding(text));
    }
    return report;
  });
}

RC_GTEST_PROP(ReportJsonLaw, ReadsWhatItWrites, ()) {
  const Report report = *rc::gen::noShrink(ArbitraryReport(ReadableText()));
  const absl::StatusOr<Report> again = ReportFromJson(ReportToJson(report));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == report);
  RC_CLASSIFY(!report.findings.empty(), "findings");
}

// The report as it is read back: all that is no text is as it was.
Report WithTextsOf(Report report, const Report& other) {
  report.profile = other.profile;
  report.downstream = other.downstream;
  report.application = other.application;
  for (size_t i = 0; i < report.findings.size(); ++i) {
    Finding& finding = report.findings[i];
    const Finding& from = other.findings[i];
    finding.vuid = from.vuid;
    finding.rule = from.rule;
    finding.command = from.command;
    if (finding.memory) finding.memory->name = from.memory->name;
    if (finding.resource) {
      finding.resource->type = from.resource->type;
      finding.resource->name = from.resource->name;
    }
    finding.writer_stack = from.writer_stack;
    finding.reader_stack = from.reader_stack;
    finding.label = from.label;
    finding.fix = from.fix;
    finding.message = from.message;
  }
  return report;
}

RC_GTEST_PROP(ReportJsonLaw, AnyBytesAreReadable, ()) {
  const Report report = *rc::gen::noShrink(ArbitraryReport(AnyText()));
  const std::string text = ReportToJson(report);
  const absl::StatusOr<Report> again = ReportFromJson(text);
  RC_ASSERT(again.ok());
  RC_ASSERT(again->findings.size() == report.findings.size());
  RC_ASSERT(*again == WithTextsOf(report, *again));
  RC_ASSERT(ReportToJson(*again) == text);
}

RC_GTEST_PROP(ReportJsonLaw, ACutReportIsRefused, ()) {
  const std::string text =
      ReportToJson(*rc::gen::noShrink(ArbitraryReport(ReadableText())));
  const size_t size = *rc::gen::inRange<size_t>(0, text.size());
  const absl::StatusOr<Report> report = ReportFromJson(text.substr(0, size));
  RC_ASSERT(report.status().code() == absl::StatusCode::kInvalidArgument);
  RC_ASSERT(report.status().message().find('\n') == std::string::npos);
}

}  // namespace
}  // namespace incoherent
