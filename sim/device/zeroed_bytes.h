#ifndef INCOHERENT_SIM_DEVICE_ZEROED_BYTES_H_
#define INCOHERENT_SIM_DEVICE_ZEROED_BYTES_H_

// ZeroedBytes: an array of zeros that costs nothing until it is touched, so
// that a program may allocate as much as the simulated heaps have.
//
//   if (!ZeroedBytes::Fits(1, uint64_t{1} << 30)) return OutOfHostMemory();
//   ZeroedBytes bytes(uint64_t{1} << 30);
//   bytes.span()[5] = 1;

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/types/span.h"
#include "sim/memory/check.h"

namespace incoherent {

class ZeroedBytes {
 public:
  explicit ZeroedBytes(uint64_t size)
      : size_(size),
        bytes_(static_cast<uint8_t*>(std::calloc(size == 0 ? 1 : size, 1))) {
    INCOHERENT_CHECK(bytes_ != nullptr, "ask Fits first");
  }

  // Whether the process can have so many arrays of that size.
  static bool Fits(uint64_t arrays, uint64_t size) {
    void* const probe = std::calloc(size == 0 ? 1 : size, arrays);
    std::free(probe);
    return probe != nullptr;
  }

  absl::Span<uint8_t> span() { return {bytes_.get(), size_}; }

 private:
  struct Release {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  uint64_t size_;
  std::unique_ptr<uint8_t, Release> bytes_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_ZEROED_BYTES_H_
