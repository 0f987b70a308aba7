#ifndef INCOHERENT_SIM_HOST_GUARD_GUARD_PLACE_H_
#define INCOHERENT_SIM_HOST_GUARD_GUARD_PLACE_H_

// GuardPlace: bytes that a guard gives access to: all of them, an element, or a
// member of one.
//
// A place outside of the guard is *refused* when it is formed: that is the
// finding. Its uses then do nothing but return the same error.
//
//   GuardPlace third = place.Elements(/*first=*/2, /*wanted=*/1, /*count=*/4);
//   absl::Status status = third.Load(&value);
//
// A value. As thread-safe as the guard.

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "sim/host/guard/guarded_memory.h"

namespace incoherent {

class GuardPlace {
 public:
  // `bytes` are of the memory object, and the guard's.
  GuardPlace(std::shared_ptr<GuardedMemory> memory, const GuardId& guard,
             const ByteRange& bytes)
      : memory_(std::move(memory)), guard_(guard), bytes_(bytes) {}

  static GuardPlace Refused(const absl::Status& why) { return GuardPlace(why); }

  // Of the memory object; empty if refused.
  const ByteRange& bytes() const { return bytes_; }

  // Elements [first, first + wanted) of a place that is `count` elements.
  GuardPlace Elements(uint64_t first, uint64_t wanted, uint64_t count) const;
  // `size` bytes from the place's byte `at` on, which it has.
  GuardPlace Part(uint64_t at, uint64_t size) const;

  // One access of all its bytes. What is undefined is loaded as 0; a load that
  // fails leaves `out` as it was.
  absl::Status Load(void* out) const;
  absl::Status Store(const void* values) const;

 private:
  explicit GuardPlace(const absl::Status& why) : refused_(why) {}

  std::shared_ptr<GuardedMemory> memory_;
  GuardId guard_;
  ByteRange bytes_;
  absl::Status refused_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_GUARD_GUARD_PLACE_H_
