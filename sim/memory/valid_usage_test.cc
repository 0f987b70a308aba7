#include "sim/memory/valid_usage.h"

#include <string>

#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr char kVuid[] = "VUID-vkUnmapMemory-memory-00689";

constexpr ReturnCode kReturnCodes[] = {
    ReturnCode::kOutOfHostMemory,       ReturnCode::kOutOfDeviceMemory,
    ReturnCode::kMemoryMapFailed,       ReturnCode::kTooManyObjects,
    ReturnCode::kInvalidExternalHandle,
};

TEST(ValidUsage, SuccessCarriesNothing) {
  EXPECT_EQ(VuidOf(absl::OkStatus()), absl::nullopt);
  EXPECT_EQ(ReturnCodeOf(absl::OkStatus()), absl::nullopt);
}

TEST(ValidUsage, OtherErrorsCarryNothing) {
  const absl::Status status = absl::InternalError("disk full");
  EXPECT_EQ(VuidOf(status), absl::nullopt);
  EXPECT_EQ(ReturnCodeOf(status), absl::nullopt);
}

TEST(ValidUsage, ABrokenRuleCarriesItsVuidAndNoReturnCode) {
  const absl::Status status = ValidUsageError(kVuid, "not mapped");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.message(), "not mapped");
  EXPECT_EQ(VuidOf(status), std::string(kVuid));
  EXPECT_EQ(ReturnCodeOf(status), absl::nullopt);
}

TEST(ValidUsage, EveryReturnCodeComesBack) {
  for (const ReturnCode code : kReturnCodes) {
    const absl::Status failure = ReturnCodeError(code, "no room");
    EXPECT_FALSE(failure.ok());
    EXPECT_EQ(failure.message(), "no room");
    EXPECT_EQ(VuidOf(failure), absl::nullopt);
    EXPECT_EQ(ReturnCodeOf(failure), code);
  }
}

TEST(ValidUsage, ABrokenRuleMayEndTheCall) {
  for (const ReturnCode code : kReturnCodes) {
    const absl::Status status = ValidUsageError(kVuid, "not mapped", code);
    EXPECT_EQ(VuidOf(status), std::string(kVuid));
    EXPECT_EQ(ReturnCodeOf(status), code);
  }
}

TEST(ValidUsage, CopiesCarryTheSame) {
  const absl::Status copy =
      ValidUsageError(kVuid, "not mapped", ReturnCode::kMemoryMapFailed);
  const absl::Status other = copy;
  EXPECT_EQ(VuidOf(other), VuidOf(copy));
  EXPECT_EQ(ReturnCodeOf(other), ReturnCodeOf(copy));
}

}  // namespace
}  // namespace incoherent
