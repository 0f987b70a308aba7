#include "sim/host/vmo/zx_error.h"

#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

struct Row {
  const char* name;
  absl::StatusCode code;
};

Row RowOf(ZxError error) {
  switch (error) {
    case ZxError::kNotSupported:
      return {"ZX_ERR_NOT_SUPPORTED", absl::StatusCode::kUnimplemented};
    case ZxError::kInvalidArgs:
      return {"ZX_ERR_INVALID_ARGS", absl::StatusCode::kInvalidArgument};
    case ZxError::kBufferTooSmall:
      return {"ZX_ERR_BUFFER_TOO_SMALL", absl::StatusCode::kOutOfRange};
    case ZxError::kOutOfRange:
      return {"ZX_ERR_OUT_OF_RANGE", absl::StatusCode::kOutOfRange};
    case ZxError::kAccessDenied:
      return {"ZX_ERR_ACCESS_DENIED", absl::StatusCode::kPermissionDenied};
    case ZxError::kBadState:
      return {"ZX_ERR_BAD_STATE", absl::StatusCode::kFailedPrecondition};
    case ZxError::kNoMemory:
      return {"ZX_ERR_NO_MEMORY", absl::StatusCode::kResourceExhausted};
    case ZxError::kWrongType:
      return {"ZX_ERR_WRONG_TYPE", absl::StatusCode::kInvalidArgument};
    case ZxError::kIoDataIntegrity:
      return {"ZX_ERR_IO_DATA_INTEGRITY", absl::StatusCode::kDataLoss};
    case ZxError::kTimedOut:
      return {"ZX_ERR_TIMED_OUT", absl::StatusCode::kDeadlineExceeded};
  }
  return {"ZX_ERR_INTERNAL", absl::StatusCode::kInternal};
}

}  // namespace

const char* ZxErrorName(ZxError error) { return RowOf(error).name; }

absl::Status ZxStatus(ZxError error, absl::string_view message) {
  const Row row = RowOf(error);
  return absl::Status(row.code, absl::StrCat(row.name, ": ", message));
}

}  // namespace incoherent
