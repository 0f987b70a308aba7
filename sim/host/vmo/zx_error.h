#ifndef INCOHERENT_SIM_HOST_VMO_ZX_ERROR_H_
#define INCOHERENT_SIM_HOST_VMO_ZX_ERROR_H_

// ZxError: the errors of Zircon that a Vmo and its mappings give, as statuses.
//
//   ZxStatus(ZxError::kNotSupported, "vmo \"a\" is resizable")
//     Unimplemented: ZX_ERR_NOT_SUPPORTED: vmo "a" is resizable

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace incoherent {

enum class ZxError : uint8_t {
  kNotSupported,
  kInvalidArgs,
  kBufferTooSmall,
  kOutOfRange,
  kAccessDenied,
  kBadState,
  kNoMemory,
  kWrongType,
  kIoDataIntegrity,
  kTimedOut,
};

// "ZX_ERR_NOT_SUPPORTED".
const char* ZxErrorName(ZxError error);

absl::Status ZxStatus(ZxError error, absl::string_view message);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_ZX_ERROR_H_
