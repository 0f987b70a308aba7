#include "sim/host/import/page_window.h"

#include "absl/strings/str_format.h"

namespace incoherent {

absl::Status PageWindow::ReportOutside(uint64_t at, uint64_t size) {
  const bool before = static_cast<int64_t>(at) < 0;
  return pages_->Report(
      absl::StatusCode::kOutOfRange, "use of a pointer to",
      absl::StrFormat("%d bytes %d bytes %s the first of the %d bytes of the "
                      "pages",
                      size, before ? -at : at, before ? "before" : "behind",
                      this->size()));
}

}  // namespace incoherent
