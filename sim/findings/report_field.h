#ifndef INCOHERENT_SIM_FINDINGS_REPORT_FIELD_H_
#define INCOHERENT_SIM_FINDINGS_REPORT_FIELD_H_

// ReportField: one value of a JSON report, and where it stands in it.
//
// The first thing that is not as asked is kept as the report's refusal
// ("findings[2].kind: ..."), and reading goes on with empty values; look at the
// refusal once, at the end. Nothing throws.
//
//   absl::Status refusal;
//   ReportField report(document, &refusal);
//   range.offset = report.Member("range").Member("offset").Integer();
//   if (!refusal.ok()) return refusal;

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace incoherent {

class ReportField {
 public:
  // The document itself. Both must outlive every field of it.
  ReportField(const nlohmann::json& document, absl::Status* refusal)
      : value_(&document), refusal_(refusal) {}

  // Whether this is an object with that member.
  bool Has(absl::string_view name) const;
  // Of an object; refused if it is absent.
  ReportField Member(absl::string_view name) const;
  std::vector<std::string> MemberNames() const;

  // Of an array.
  std::vector<ReportField> Elements() const;

  // Also what is absent, and so refused already.
  bool IsNull() const { return value_ == nullptr || value_->is_null(); }
  uint64_t Integer(
      uint64_t at_most = std::numeric_limits<uint64_t>::max()) const;
  std::string Text() const;
  bool Boolean() const;
  std::vector<std::string> Texts() const;

  // "0x55d0".
  uint64_t Handle() const;
  // "0d f0", or nothing.
  std::vector<uint8_t> Bytes() const;

  void Refuse(absl::string_view why) const;

 private:
  ReportField(const nlohmann::json* value, std::string path,
              absl::Status* refusal)
      : value_(value), path_(std::move(path)), refusal_(refusal) {}

  void RefuseInsteadOf(absl::string_view expected) const;

  const nlohmann::json* value_;  // null: absent
  std::string path_;
  absl::Status* refusal_;
};

// 'text', escaped, and cut if it is long.
std::string QuotedForRefusal(absl::string_view text);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_REPORT_FIELD_H_
