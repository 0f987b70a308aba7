#include "sim/host/guard/guard_place.h"

#include "absl/strings/str_cat.h"

namespace incoherent {

GuardPlace GuardPlace::Elements(uint64_t first, uint64_t wanted,
                                uint64_t count) const {
  if (!refused_.ok()) return *this;
  if (Fits(first, wanted, count)) {
    const uint64_t element = bytes_.size / count;
    return Part(first * element, wanted * element);
  }
  const std::string missing =
      wanted == 1
          ? absl::StrCat("no element ", first)
          : absl::StrCat("not ", wanted, " from element ", first, " on");
  return Refused(memory_->Refuse("index of a guard", bytes_,
                                 absl::OutOfRangeError(absl::StrCat(
                                     memory_->TextOf(bytes_), " has ", count,
                                     count == 1 ? " element" : " elements",
                                     ", counted from 0, and ", missing))));
}

GuardPlace GuardPlace::Part(uint64_t at, uint64_t size) const {
  if (!refused_.ok()) return *this;
  return GuardPlace(memory_, guard_, {bytes_.offset + at, size});
}

absl::Status GuardPlace::Load(void* out) const {
  if (!refused_.ok()) return refused_;
  return memory_->Load(guard_, bytes_, out);
}

absl::Status GuardPlace::Store(const void* values) const {
  if (!refused_.ok()) return refused_;
  return memory_->Store(guard_, bytes_, values);
}

}  // namespace incoherent
