// Any bytes are either a report, which writes and reads back as it is, or
// refused in one line that can be shown.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "sim/findings/report.h"
#include "sim/findings/report_json.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

void CheckReadsBack(const Report& report) {
  const std::string written = ReportToJson(report);
  const absl::StatusOr<Report> again = ReportFromJson(written);
  INCOHERENT_CHECK(again.ok(), "what is written can be read");
  INCOHERENT_CHECK(*again == report, "what is written reads the same");
  INCOHERENT_CHECK(ReportToJson(*again) == written,
                   "what is read is written the same");
}

void CheckRefusal(const absl::Status& status) {
  INCOHERENT_CHECK(status.code() == absl::StatusCode::kInvalidArgument,
                   "only the text is to blame");
  INCOHERENT_CHECK(!status.message().empty(), "a refusal says why");
  for (char c : status.message()) {
    INCOHERENT_CHECK(absl::ascii_isprint(static_cast<unsigned char>(c)),
                     "a refusal can be shown, in one line");
  }
}

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<incoherent::Report> report =
      incoherent::ReportFromJson(text);
  if (report.ok()) {
    incoherent::CheckReadsBack(*report);
  } else {
    incoherent::CheckRefusal(report.status());
  }
  return 0;
}
