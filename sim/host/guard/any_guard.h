#ifndef INCOHERENT_SIM_HOST_GUARD_ANY_GUARD_H_
#define INCOHERENT_SIM_HOST_GUARD_ANY_GUARD_H_

// AnyGuard: a guard of bytes whose kind is chosen at run time, for tests. What
// its kind does not have (a read of a WriteGuard) must not be called.

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "incoherent/mapped_memory.h"
#include "sim/memory/check.h"

namespace incoherent {

class AnyGuard {
 public:
  static absl::StatusOr<AnyGuard> Open(const MappedMemory& memory,
                                       GuardAccess access,
                                       const ByteRange& range) {
    switch (access) {
      case GuardAccess::kRead:
        return Of(memory.Read<uint8_t[]>(range));
      case GuardAccess::kWrite:
        return Of(memory.Write<uint8_t[]>(range));
      case GuardAccess::kReadWrite:
        return Of(memory.ReadWrite<uint8_t[]>(range));
    }
    INCOHERENT_CHECK(false, "a kind of guard");
  }

  // guard[index]
  uint8_t Get(size_t index) const {
    uint8_t value = 0;
    Visit([&](const auto& guard) {
      if constexpr (Reads(AccessOf<decltype(guard)>())) value = guard[index];
    });
    return value;
  }
  absl::StatusOr<uint8_t> Load(size_t index) const {
    absl::StatusOr<uint8_t> value = uint8_t{0};
    Visit([&](const auto& guard) {
      if constexpr (Reads(AccessOf<decltype(guard)>())) {
        value = guard.Load(index);
      }
    });
    return value;
  }
  absl::Status CopyTo(absl::Span<uint8_t> out, size_t first) const {
    absl::Status status;
    Visit([&](const auto& guard) {
      if constexpr (Reads(AccessOf<decltype(guard)>())) {
        status = guard.CopyTo(out, first);
      }
    });
    return status;
  }
  // guard[index] = value
  void Set(size_t index, uint8_t value) const {
    Visit([&](const auto& guard) {
      if constexpr (Writes(AccessOf<decltype(guard)>())) guard[index] = value;
    });
  }
  absl::Status Store(size_t index, uint8_t value) const {
    absl::Status status;
    Visit([&](const auto& guard) {
      if constexpr (Writes(AccessOf<decltype(guard)>())) {
        status = guard.Store(index, value);
      }
    });
    return status;
  }
  absl::Status Fill(uint8_t value) const {
    absl::Status status;
    Visit([&](const auto& guard) {
      if constexpr (Writes(AccessOf<decltype(guard)>())) {
        status = guard.Fill(value);
      }
    });
    return status;
  }
  absl::Status Close() {
    return std::visit([](auto& guard) { return guard.Close(); }, guard_);
  }

 private:
  using Guard = std::variant<ReadGuard<uint8_t[]>, WriteGuard<uint8_t[]>,
                             ReadWriteGuard<uint8_t[]>>;

  explicit AnyGuard(Guard guard) : guard_(std::move(guard)) {}

  template <typename Opened>
  static absl::StatusOr<AnyGuard> Of(absl::StatusOr<Opened> opened) {
    if (!opened.ok()) return opened.status();
    return AnyGuard(*std::move(opened));
  }

  template <typename GuardReference>
  static constexpr GuardAccess AccessOf() {
    using Plain = std::decay_t<GuardReference>;
    if (std::is_same<Plain, ReadGuard<uint8_t[]>>::value) {
      return GuardAccess::kRead;
    }
    return std::is_same<Plain, WriteGuard<uint8_t[]>>::value
               ? GuardAccess::kWrite
               : GuardAccess::kReadWrite;
  }
  template <typename Use>
  void Visit(Use use) const {
    std::visit(use, guard_);
  }

  Guard guard_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_GUARD_ANY_GUARD_H_
