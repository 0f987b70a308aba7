#include "sim/memory/valid_usage.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

constexpr char kVuidUrl[] = "incoherent/vuid";
constexpr char kReturnCodeUrl[] = "incoherent/return-code";

void SetReturnCode(absl::Status& status, ReturnCode code) {
  status.SetPayload(kReturnCodeUrl,
                    absl::Cord(absl::StrCat(static_cast<int>(code))));
}

}  // namespace

absl::Status ValidUsageError(absl::string_view vuid,
                             absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kVuidUrl, absl::Cord(vuid));
  return status;
}

absl::Status ValidUsageError(absl::string_view vuid, absl::string_view message,
                             ReturnCode consequence) {
  absl::Status status = ValidUsageError(vuid, message);
  SetReturnCode(status, consequence);
  return status;
}

absl::Status ReturnCodeError(ReturnCode code, absl::string_view message) {
  absl::Status status = absl::ResourceExhaustedError(message);
  SetReturnCode(status, code);
  return status;
}

absl::optional<std::string> VuidOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kVuidUrl);
  if (!payload.has_value()) return absl::nullopt;
  return std::string(*payload);
}

absl::optional<ReturnCode> ReturnCodeOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kReturnCodeUrl);
  int code = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &code)) {
    return absl::nullopt;
  }
  return static_cast<ReturnCode>(code);
}

}  // namespace incoherent
