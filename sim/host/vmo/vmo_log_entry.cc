#include "sim/host/vmo/vmo_log_entry.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"

namespace incoherent {

VmoName ToVmoName(absl::string_view name) {
  VmoName cut = {};
  const size_t size = std::min(name.size(), cut.size() - 1);
  std::transform(
      name.begin(), name.begin() + size, cut.begin(),
      [](char letter) { return absl::ascii_isprint(letter) ? letter : '?'; });
  return cut;
}

std::string FromVmoName(const VmoName& name) {
  const VmoName clean =
      ToVmoName({name.data(), strnlen(name.data(), name.size())});
  return std::string(clean.data());
}

const char* VmoOperationName(VmoOperation operation) {
  switch (operation) {
    case VmoOperation::kAttach:
      return "attach";
    case VmoOperation::kDetach:
      return "detach";
    case VmoOperation::kRead:
      return "read";
    case VmoOperation::kWrite:
      return "write";
    case VmoOperation::kRelease:
      return "ReleaseWrites";
    case VmoOperation::kAcquire:
      return "AcquireWrites";
    case VmoOperation::kRaise:
      return "raise";
    case VmoOperation::kWait:
      return "wait";
    case VmoOperation::kSlice:
      return "slice";
    case VmoOperation::kSliceMut:
      return "mutable slice";
    case VmoOperation::kAsPtrLen:
      return "AsPtrLen";
    case VmoOperation::kRefused:
      return "refused call";
  }
  return "unknown call";
}

}  // namespace incoherent
