#ifndef INCOHERENT_MAPPED_GUARD_H_
#define INCOHERENT_MAPPED_GUARD_H_

// Guards: typed access to a range of a MappedMemory, for a time.
//
//                       on entry       on exit      may
//   ReadWriteGuard<T>   invalidates    flushes      read and write
//   ReadGuard<T>        invalidates    -            read
//   WriteGuard<T>       -              flushes      write
//
// Entry is MappedMemory::ReadWrite, Read or Write, exit is Close() or the
// destructor. What is invalidated and flushed is the guard's range, rounded to
// whole atoms (Memory::AtomRange); of HOST_COHERENT memory, nothing. So small
// ranges are best, and not many guards in a row for several small changes.
//
// What a guard does not do is wait, or order the device's work: that is the
// program's to do, and what it forgets is a finding at the access, at the
// flush, or where the device touches the bytes (the table in mapped_memory.h).
//
// T is an array of unknown size (`uint8_t[]`, `Particle[]`), or one object
// (`Particle`), which is an array of one. Elements are trivially copyable and
// default-constructible, and no `bool`. That the bytes are a T is not checked:
// they are read as if by memcpy.
//
//   use                              accesses of the host
//   guard[i]                         see mapped_reference.h
//   *guard, Get, Set, At(&T::m)      the same, of a single object
//   Load(i), Store(i, v)             one element; with a Status
//   CopyTo, CopyFrom, Fill           one access of all these bytes; with a
//                                    Status
//   for (auto element : guard)       none by itself; `element` is a guard[i]
//
// A read that a WriteGuard has not, and a write that a ReadGuard has not, do
// not compile.
//
//   state         uses                                   Close()
//   open          the bytes                              OK, or what was wrong
//                                                        with the flush; closed
//   closed        FailedPrecondition, and a finding      the same
//   moved from    FailedPrecondition, and a finding      the same
//   lost: its     FailedPrecondition, and a finding      the same; nothing is
//   MappedMemory                                         flushed
//   is destroyed
//
// A destructor closes an open guard, and says nothing of the others. An index
// that the guard has not is OutOfRange, and a finding. All these findings are
// of the kind invalid-usage, have no VUID, and have the bytes of the guard (of
// the array, where the index is of an array member). Uses that return no Status
// give T{} instead, or do nothing; a place that was refused (an index, a guard
// moved from) is told of when guard[i] is formed, and not again when it is
// used.
//
// Movable, also to another thread, to be used and closed there. Different
// guards may be used by different threads at once, and one guard by several, as
// long as none of them moves or closes it. References taken before a move of
// their guard stay good.
//
// Example:
//
//   struct Particle { float position[3]; float mass; };
//   absl::StatusOr<ReadWriteGuard<Particle[]>> guard =
//       memory.ReadWrite<Particle[]>({0, 4 * sizeof(Particle)});
//   if (!guard.ok()) return guard.status();
//   (*guard)[0] = Particle{{0, 0, 0}, 1};
//   (*guard)[0].At(&Particle::mass) += 1.f;
//   return guard->Close();

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "incoherent/mapped_reference.h"
#include "sim/host/guard/guard_access.h"
#include "sim/host/guard/guard_lease.h"

namespace incoherent {

template <typename T, GuardAccess kAccess>
class MappedGuard {
 public:
  using Element = std::remove_extent_t<T>;
  using Reference = MappedReference<Element, kAccess>;
  static_assert(std::extent<T>::value == 0,
                "arrays are T[]: the range says how many elements");

  // MappedMemory makes them.
  explicit MappedGuard(GuardLease lease) : lease_(std::move(lease)) {}

  // Of the memory object, as asked for: not rounded.
  const ByteRange& range() const { return lease_.range(); }
  // In elements; 1 for a single object.
  size_t size() const { return range().size / sizeof(Element); }

  Reference operator[](size_t index) const {
    return Reference(ElementsAt(index, 1));
  }

  // --- Of a single object.
  Reference operator*() const {
    static_assert(!std::is_array<T>::value, "elements are guard[i]");
    return (*this)[0];
  }
  template <GuardAccess kHas = kAccess, IfReads<kHas> = 0>
  Element Get() const {
    return (**this).Get();
  }
  template <GuardAccess kHas = kAccess, IfWrites<kHas> = 0>
  void Set(const Element& value) const {
    (**this).Set(value);
  }
  template <typename Member, typename Owner>
  auto At(Member Owner::*member) const {
    return (**this).At(member);
  }
  template <typename Member, size_t kCount, typename Owner>
  auto At(Member (Owner::*member)[kCount], size_t index) const {
    return (**this).At(member, index);
  }

  // --- With a Status.
  template <GuardAccess kHas = kAccess, IfReads<kHas> = 0>
  absl::StatusOr<Element> Load(size_t index) const {
    Element value{};
    const absl::Status status = ElementsAt(index, 1).Load(&value);
    if (!status.ok()) return status;
    return value;
  }
  template <GuardAccess kHas = kAccess, IfWrites<kHas> = 0>
  absl::Status Store(size_t index, const Element& value) const {
    return ElementsAt(index, 1).Store(&value);
  }

  // As many elements as the span has, from element `first` on. On an error,
  // nothing is copied.
  template <GuardAccess kHas = kAccess, IfReads<kHas> = 0>
  absl::Status CopyTo(absl::Span<Element> out, size_t first = 0) const {
    return ElementsAt(first, out.size()).Load(out.data());
  }
  template <GuardAccess kHas = kAccess, IfWrites<kHas> = 0>
  absl::Status CopyFrom(absl::Span<const Element> values,
                        size_t first = 0) const {
    return ElementsAt(first, values.size()).Store(values.data());
  }
  // All elements.
  template <GuardAccess kHas = kAccess, IfWrites<kHas> = 0>
  absl::Status Fill(const Element& value) const {
    return CopyFrom(std::vector<Element>(size(), value));
  }

  // --- for (auto element : guard).
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Reference;

    Iterator(const MappedGuard* guard, size_t index)
        : guard_(guard), index_(index) {}
    Reference operator*() const { return (*guard_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(guard_, index_++); }
    bool operator==(const Iterator& other) const {
      return index_ == other.index_;
    }
    bool operator!=(const Iterator& other) const {
      return index_ != other.index_;
    }

   private:
    const MappedGuard* guard_;
    size_t index_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, size()); }

  // Flushes, if the guard writes.
  absl::Status Close() { return lease_.Close(); }

 private:
  GuardPlace ElementsAt(size_t first, size_t wanted) const {
    return lease_.place().Elements(first, wanted, size());
  }

  GuardLease lease_;
};

template <typename T>
using ReadWriteGuard = MappedGuard<T, GuardAccess::kReadWrite>;
template <typename T>
using ReadGuard = MappedGuard<T, GuardAccess::kRead>;
template <typename T>
using WriteGuard = MappedGuard<T, GuardAccess::kWrite>;

}  // namespace incoherent

#endif  // INCOHERENT_MAPPED_GUARD_H_
