#ifndef INCOHERENT_SIM_HOST_IMPORT_PAGE_WINDOW_H_
#define INCOHERENT_SIM_HOST_IMPORT_PAGE_WINDOW_H_

// PageWindow: one mapping of pages of the host's own, for HostPointer.
//
// It keeps the pages' record, so that a use after they were freed is told.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/device/host_allocation.h"
#include "sim/host/pointer/host_window.h"

namespace incoherent {

class PageWindow : public HostWindow {
 public:
  // All the pages, from that address on.
  PageWindow(std::shared_ptr<HostAllocation> pages, uint64_t address)
      : HostWindow(address, pages->size()), pages_(std::move(pages)) {}

  absl::Status Store(uint64_t at, absl::Span<const uint8_t> bytes) override {
    return pages_->Store(at, bytes);
  }
  absl::StatusOr<std::vector<Byte>> Load(uint64_t at, uint64_t size) override {
    return pages_->Load(at, size);
  }
  absl::Status ReportOutside(uint64_t at, uint64_t size) override;

 private:
  std::shared_ptr<HostAllocation> pages_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_IMPORT_PAGE_WINDOW_H_
