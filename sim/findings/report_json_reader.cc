// The reading half of report_json.h.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "sim/findings/report_field.h"
#include "sim/findings/report_json.h"

namespace incoherent {
namespace {

using Json = nlohmann::json;

// "3:14", counted from 1, of the byte at `position`.
std::string LineAndColumn(absl::string_view text, size_t position) {
  const absl::string_view before = text.substr(0, position);
  const size_t newline = before.rfind('\n');
  const size_t begin = newline == absl::string_view::npos ? 0 : newline + 1;
  return absl::StrCat(1 + std::count(before.begin(), before.end(), '\n'), ":",
                      before.size() - begin + 1);
}

absl::Status NotJson(absl::string_view text, size_t position,
                     absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(LineAndColumn(text, std::min(position, text.size())),
                   ": not JSON: ", why));
}

// Keeps nothing; its use is the place of an error.
class SyntaxCheck : public nlohmann::json_sax<Json> {
 public:
  explicit SyntaxCheck(absl::string_view text) : text_(text) {}

  const absl::Status& status() const { return status_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(int64_t) override { return true; }
  bool number_unsigned(uint64_t) override { return true; }
  bool number_float(double, const std::string&) override { return true; }
  bool string(std::string&) override { return true; }
  bool binary(Json::binary_t&) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(std::string&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }

  bool parse_error(size_t position, const std::string&,
                   const Json::exception& error) override {
    status_ =
        NotJson(text_, position > 0 ? position - 1 : 0, Detail(error.what()));
    return false;
  }

 private:
  // The part of the message that tells what is wrong. What comes after
  // "; last read" repeats the text, of any length and with any bytes.
  static std::string Detail(absl::string_view what) {
    what = what.substr(0, what.find("; last read"));
    const size_t dash = what.find(" - ");
    if (dash == absl::string_view::npos) return "a number that is too large";
    return std::string(what.substr(dash + 3));
  }

  absl::string_view text_;
  absl::Status status_;
};

template <typename Name>
std::string NamesText(int count, Name name) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(name(i));
  return absl::StrJoin(names, ", ");
}

std::string KindNames() {
  return NamesText(kHazardKinds, [](int kind) {
    return HazardKindName(static_cast<HazardKind>(kind));
  });
}

// The value of one of a few names; `parse` tells which, `known` lists them.
template <typename Parse>
auto Named(const ReportField& field, const char* noun, Parse parse,
           const std::string& known) {
  const std::string name = field.Text();
  const auto value = parse(name);
  if (!value.has_value()) {
    field.Refuse(absl::StrCat("unknown ", noun, " ", QuotedForRefusal(name),
                              "; known are ", known));
  }
  return value.value_or(typename decltype(value)::value_type());
}

HazardKind KindOf(const ReportField& field) {
  return Named(field, "kind", ParseHazardKind, KindNames());
}

Severity SeverityOf(const ReportField& field) {
  return Named(field, "severity", ParseSeverity, "error, warning");
}

MissingStep MissingOf(const ReportField& field) {
  return Named(
      field, "step", ParseMissingStep,
      NamesText(static_cast<int>(MissingStep::kAtomAlignment) + 1,
                [](int step) {
                  return MissingStepName(static_cast<MissingStep>(step));
                }));
}

absl::optional<FindingMemory> MemoryOf(const ReportField& field) {
  if (field.IsNull()) return absl::nullopt;
  FindingMemory memory;
  memory.handle = field.Member("handle").Handle();
  memory.name = field.Member("name").Text();
  memory.type_index = static_cast<uint32_t>(
      field.Member("type_index").Integer(std::numeric_limits<uint32_t>::max()));
  memory.size = field.Member("size").Integer();
  return memory;
}

absl::optional<ByteRange> RangeOf(const ReportField& field) {
  if (field.IsNull()) return absl::nullopt;
  return ByteRange{field.Member("offset").Integer(),
                   field.Member("size").Integer()};
}

absl::optional<FindingResource> ResourceOf(const ReportField& field) {
  if (field.IsNull()) return absl::nullopt;
  FindingResource resource;
  resource.type = field.Member("type").Text();
  resource.name = field.Member("name").Text();
  resource.offset = field.Member("offset").Integer();
  resource.size = field.Member("size").Integer();
  if (field.Has("handle")) resource.handle = field.Member("handle").Handle();
  return resource;
}

void ReadCommand(const ReportField& field, Finding& finding) {
  if (field.IsNull()) return;
  finding.command = field.Member("name").Text();
  if (field.Has("label") && !field.Member("label").IsNull()) {
    finding.label = field.Member("label").Text();
  }
  const ReportField submission = field.Member("submission");
  const ReportField index = field.Member("index");
  if (submission.IsNull() && index.IsNull()) return;
  finding.command_place = CommandPlace{submission.Integer(), index.Integer()};
}

absl::optional<FindingBytes> BytesOf(const ReportField& field) {
  if (field.IsNull()) return absl::nullopt;
  FindingBytes bytes;
  bytes.offset = field.Member("offset").Integer();
  bytes.host = field.Member("host").Bytes();
  bytes.device = field.Member("device").Bytes();
  return bytes;
}

Finding FindingOf(const ReportField& field) {
  Finding finding;
  finding.kind = KindOf(field.Member("kind"));
  finding.severity = SeverityOf(field.Member("severity"));
  const ReportField vuid = field.Member("vuid");
  if (!vuid.IsNull()) finding.vuid = vuid.Text();
  finding.rule = field.Member("rule").Text();
  finding.count = field.Member("count").Integer();
  finding.memory = MemoryOf(field.Member("memory"));
  finding.range = RangeOf(field.Member("range"));
  finding.resource = ResourceOf(field.Member("resource"));
  ReadCommand(field.Member("command"), finding);
  finding.bytes = BytesOf(field.Member("bytes"));
  finding.writer_stack = field.Member("writer_stack").Texts();
  finding.reader_stack = field.Member("reader_stack").Texts();
  finding.missing = MissingOf(field.Member("missing"));
  if (field.Has("fix")) finding.fix = field.Member("fix").Text();
  if (field.Has("certain")) finding.certain = field.Member("certain").Boolean();
  finding.message = field.Member("message").Text();
  return finding;
}

void CheckSum(const ReportField& field, uint64_t expected) {
  const uint64_t stated = field.Integer();
  if (stated == expected) return;
  field.Refuse(absl::StrCat(stated, ", but the findings come to ", expected));
}

void CheckSummary(const ReportField& field, const ReportSummary& expected) {
  CheckSum(field.Member("errors"), expected.errors);
  CheckSum(field.Member("warnings"), expected.warnings);
  const ReportField by_kind = field.Member("by_kind");
  for (const auto& [kind, count] : expected.by_kind) {
    CheckSum(by_kind.Member(HazardKindName(kind)), count);
  }
  for (const std::string& name : by_kind.MemberNames()) {
    const absl::optional<HazardKind> kind = ParseHazardKind(name);
    if (!kind.has_value()) {
      by_kind.Refuse(absl::StrCat("unknown kind ", QuotedForRefusal(name),
                                  "; known are ", KindNames()));
    } else if (expected.by_kind.count(*kind) == 0) {
      CheckSum(by_kind.Member(name), 0);
    }
  }
}

Report ReportOf(const ReportField& document) {
  const ReportField schema = document.Member("schema");
  if (const std::string name = schema.Text(); name != kReportSchema) {
    schema.Refuse(absl::StrCat(QuotedForRefusal(name), " is not read here, ",
                               "only '", kReportSchema, "'"));
  }
  Report report;
  report.profile = document.Member("profile").Text();
  report.downstream = document.Member("downstream").Text();
  report.application = document.Member("application").Texts();
  for (const ReportField& finding : document.Member("findings").Elements()) {
    report.findings.push_back(FindingOf(finding));
  }
  CheckSummary(document.Member("summary"), SummaryOf(report));
  return report;
}

}  // namespace

absl::StatusOr<Report> ReportFromJson(absl::string_view text) {
  // To the parser a NUL is the end, whatever comes after it.
  if (const size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return NotJson(text, nul, "a NUL byte");
  }
  SyntaxCheck check(text);
  Json::sax_parse(text.begin(), text.end(), &check);
  if (!check.status().ok()) return check.status();
  const Json document = Json::parse(text.begin(), text.end(), /*cb=*/nullptr,
                                    /*allow_exceptions=*/false);
  absl::Status refusal;
  Report report = ReportOf(ReportField(document, &refusal));
  if (!refusal.ok()) return refusal;
  return report;
}

}  // namespace incoherent
