#ifndef INCOHERENT_SIM_HOST_MAP_REFERENCE_ADDRESSES_H_
#define INCOHERENT_SIM_HOST_MAP_REFERENCE_ADDRESSES_H_

// ReferenceAddresses: a flag for each address of a small space, and a loop.
//
// Shares nothing with AddressSpace, so that a map's address and its failure can
// be foretold.

#include <cstddef>
#include <vector>

#include "absl/types/optional.h"

namespace incoherent {

class ReferenceAddresses {
 public:
  explicit ReferenceAddresses(size_t size) : taken_(size, false) {}

  // The lowest place for `size` bytes such that place - offset is a multiple of
  // the alignment; it is not taken by this.
  absl::optional<size_t> Find(size_t size, size_t alignment,
                              size_t offset) const {
    for (size_t place = 0; place + size <= taken_.size(); ++place) {
      // Places may be below the offset; a multiple more changes nothing.
      const size_t above = place + alignment * offset;
      if ((above - offset) % alignment == 0 && IsFree(place, size)) {
        return place;
      }
    }
    return absl::nullopt;
  }
  void Set(size_t place, size_t size, bool taken) {
    for (size_t at = place; at < place + size; ++at) taken_[at] = taken;
  }

 private:
  bool IsFree(size_t place, size_t size) const {
    for (size_t at = place; at < place + size; ++at) {
      if (taken_[at]) return false;
    }
    return true;
  }

  std::vector<bool> taken_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_MAP_REFERENCE_ADDRESSES_H_
