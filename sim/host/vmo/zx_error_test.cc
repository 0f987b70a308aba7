#include "sim/host/vmo/zx_error.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

struct Row {
  ZxError error;
  const char* name;
  absl::StatusCode code;
};

TEST(ZxErrorTest, EveryErrorHasItsZirconNameAndAStatusCode) {
  const Row rows[] = {
      {ZxError::kNotSupported, "ZX_ERR_NOT_SUPPORTED",
       absl::StatusCode::kUnimplemented},
      {ZxError::kInvalidArgs, "ZX_ERR_INVALID_ARGS",
       absl::StatusCode::kInvalidArgument},
      {ZxError::kBufferTooSmall, "ZX_ERR_BUFFER_TOO_SMALL",
       absl::StatusCode::kOutOfRange},
      {ZxError::kOutOfRange, "ZX_ERR_OUT_OF_RANGE",
       absl::StatusCode::kOutOfRange},
      {ZxError::kAccessDenied, "ZX_ERR_ACCESS_DENIED",
       absl::StatusCode::kPermissionDenied},
      {ZxError::kBadState, "ZX_ERR_BAD_STATE",
       absl::StatusCode::kFailedPrecondition},
      {ZxError::kNoMemory, "ZX_ERR_NO_MEMORY",
       absl::StatusCode::kResourceExhausted},
      {ZxError::kWrongType, "ZX_ERR_WRONG_TYPE",
       absl::StatusCode::kInvalidArgument},
      {ZxError::kIoDataIntegrity, "ZX_ERR_IO_DATA_INTEGRITY",
       absl::StatusCode::kDataLoss},
      {ZxError::kTimedOut, "ZX_ERR_TIMED_OUT",
       absl::StatusCode::kDeadlineExceeded},
  };
  for (const Row& row : rows) {
    EXPECT_STREQ(ZxErrorName(row.error), row.name);
    EXPECT_EQ(ZxStatus(row.error, "why"),
              absl::Status(row.code, std::string(row.name) + ": why"));
  }
}

}  // namespace
}  // namespace incoherent
