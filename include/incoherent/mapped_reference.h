#ifndef INCOHERENT_MAPPED_REFERENCE_H_
#define INCOHERENT_MAPPED_REFERENCE_H_

// MappedReference: one element of a guard, or a member of one.
//
// It behaves as a `T&` does. Each load and each store is one access of the
// host, of exactly the bytes of the T:
//
//   guard[3] = 1.f;                          one store of 4 bytes
//   float mass = guard[3];                   one load
//   guard[3] += 2.f;                         one load, one store
//   guard[3] = guard[4];                     one load, one store
//   particles[7].At(&Particle::mass) = 2.f;  one store, of that member alone
//   particles[7].At(&Particle::color, 3) = 255;   of one element of an array
//   particles[7].At(&Particle::where).At(&Point::x) = 0.f;
//
// (Members of a union cannot be named so; use Get and Set.)
//
// References of a ReadGuard have no writes, those of a WriteGuard no reads:
// such code does not compile. `auto x = guard[3]` is a reference; for the value
// write its type, or guard[3].Get().
//
// A load that cannot be gives T{}, a store that cannot be does nothing: where
// the index, the guard or the memory is not good (see mapped_guard.h and
// mapped_memory.h). Each of these is a finding of the device. Undefined bytes
// are loaded as 0, and loading them is a finding.
//
// A value; copies refer to the same bytes. It may outlive its guard: its uses
// are then refused, as the guard's would be.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "sim/host/guard/guard_access.h"
#include "sim/host/guard/guard_place.h"

namespace incoherent {

// The byte at which a member begins.
template <typename T, typename Member, typename Owner>
uint64_t OffsetOfMember(Member Owner::*member) {
  static const T object{};
  return reinterpret_cast<const char*>(std::addressof(object.*member)) -
         reinterpret_cast<const char*>(std::addressof(object));
}

// What makes a reference a T in expressions; nothing, if it has no reads.
template <typename Reference, typename T, bool kReads>
class ConvertsToValue {
 public:
  operator T() const { return static_cast<const Reference&>(*this).Get(); }
};
template <typename Reference, typename T>
class ConvertsToValue<Reference, T, false> {};

template <typename T, GuardAccess kAccess>
class MappedReference
    : public ConvertsToValue<MappedReference<T, kAccess>, T, Reads(kAccess)> {
 public:
  static_assert(!std::is_array<T>::value,
                "an array member is reached element by element: "
                "At(&T::member, index)");
  static_assert(std::is_trivially_copyable<T>::value, "T is plain bytes");
  static_assert(std::is_default_constructible<T>::value,
                "what cannot be read is T{}");
  static_assert(!std::is_same<T, bool>::value,
                "not every byte is a bool: use uint8_t");
  static_assert(!std::is_const<T>::value && !std::is_volatile<T>::value,
                "const and volatile mean nothing here");

  // Guards make them.
  explicit MappedReference(GuardPlace place) : place_(std::move(place)) {}
  MappedReference(const MappedReference&) = default;

  // --- Reads: Get(), or just the reference.
  template <GuardAccess kHas = kAccess, IfReads<kHas> = 0>
  T Get() const {
    T value{};
    place_.Load(&value).IgnoreError();  // a finding
    return value;
  }

  // --- Writes.
  template <GuardAccess kHas = kAccess, IfWrites<kHas> = 0>
  void Set(const T& value) const {
    place_.Store(&value).IgnoreError();  // a finding
  }
  template <GuardAccess kHas = kAccess, IfWrites<kHas> = 0>
  const MappedReference& operator=(const T& value) const {
    Set(value);
    return *this;
  }
  // Copies the value, as between two T&.
  const MappedReference& operator=(const MappedReference& other) const {
    static_assert(kAccess == GuardAccess::kReadWrite,
                  "a value is copied within guards that read and write");
    return *this = other.Get();
  }

  // --- Both: one load, one store.
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator+=(const U& value) const {
    return *this = static_cast<T>(Get() + value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator-=(const U& value) const {
    return *this = static_cast<T>(Get() - value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator*=(const U& value) const {
    return *this = static_cast<T>(Get() * value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator/=(const U& value) const {
    return *this = static_cast<T>(Get() / value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator%=(const U& value) const {
    return *this = static_cast<T>(Get() % value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator&=(const U& value) const {
    return *this = static_cast<T>(Get() & value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator|=(const U& value) const {
    return *this = static_cast<T>(Get() | value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator^=(const U& value) const {
    return *this = static_cast<T>(Get() ^ value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator<<=(const U& value) const {
    return *this = static_cast<T>(Get() << value);
  }
  template <typename U, GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator>>=(const U& value) const {
    return *this = static_cast<T>(Get() >> value);
  }
  template <GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator++() const {
    return *this += 1;
  }
  template <GuardAccess kHas = kAccess, IfReadsAndWrites<kHas> = 0>
  const MappedReference& operator--() const {
    return *this -= 1;
  }

  // --- A member of the T; of an array member, one element.
  template <typename Member, typename Owner>
  MappedReference<Member, kAccess> At(Member Owner::*member) const {
    static_assert(std::is_base_of<Owner, T>::value, "a member of T");
    return MappedReference<Member, kAccess>(
        place_.Part(OffsetOfMember<T>(member), sizeof(Member)));
  }
  template <typename Member, size_t kCount, typename Owner>
  MappedReference<Member, kAccess> At(Member (Owner::*member)[kCount],
                                      size_t index) const {
    static_assert(std::is_base_of<Owner, T>::value, "a member of T");
    return MappedReference<Member, kAccess>(
        place_.Part(OffsetOfMember<T>(member), sizeof(Member[kCount]))
            .Elements(index, 1, kCount));
  }

 private:
  GuardPlace place_;
};

}  // namespace incoherent

#endif  // INCOHERENT_MAPPED_REFERENCE_H_
