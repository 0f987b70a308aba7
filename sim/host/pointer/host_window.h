#ifndef INCOHERENT_SIM_HOST_POINTER_HOST_WINDOW_H_
#define INCOHERENT_SIM_HOST_POINTER_HOST_WINDOW_H_

// HostWindow: the bytes that a HostPointer was made for, and may be used on.
//
// A window is a run of addresses over something that can be stored to and
// loaded from. Whoever owns that something implements it.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/memory/payload_bytes.h"

namespace incoherent {

class HostWindow {
 public:
  HostWindow(uint64_t address, uint64_t size)
      : address_(address), size_(size) {}
  virtual ~HostWindow() = default;

  uint64_t address() const { return address_; }
  uint64_t size() const { return size_; }

  // `at` counts from the window's first byte; the bytes lie in the window.
  virtual absl::Status Store(uint64_t at, absl::Span<const uint8_t> bytes) = 0;
  virtual absl::StatusOr<std::vector<Byte>> Load(uint64_t at,
                                                 uint64_t size) = 0;

  // The bytes do not lie in the window: tells it as a finding, and returns an
  // error that says so. `at` wraps if they are before the window.
  virtual absl::Status ReportOutside(uint64_t at, uint64_t size) = 0;

 private:
  uint64_t address_;
  uint64_t size_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_POINTER_HOST_WINDOW_H_
