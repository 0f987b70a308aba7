#ifndef INCOHERENT_HOST_POINTER_H_
#define INCOHERENT_HOST_POINTER_H_

// HostPointer: what vkMapMemory returns, and whatever is computed from it.
//
// It behaves as a `uint8_t*` that checks each use: it can be moved, compared
// and subtracted, and what is read and written through it goes through the
// model's host cache. There is no memory behind the address, so that a wrong
// use cannot crash; it is a finding instead:
//
//   use                                    result
//   inside of what it was made for         the bytes
//   beside it, by wrong arithmetic         OutOfRange, and a finding that says
//                                          what the arithmetic looks like
//   after unmap or free                    FailedPrecondition, and a finding
//   of a null pointer                      InvalidArgument; there is no device
//                                          that could be told
//
// These findings are of the kind invalid-usage; that of a dead pointer is about
// the bytes used, the others about none.
//
// Bytes whose contents are undefined read as 0; ReadBytes tells them apart.
//
// Example:
//
//   HostPointer pointer = *memory.Map(/*offset=*/64);
//   absl::Status status = pointer.Store<uint32_t>(7);   // bytes [64, 68)
//   status.Update((pointer + 4).Write({1, 2}));         // bytes [68, 70)
//   absl::StatusOr<uint32_t> seven = pointer.Load<uint32_t>();
//   const uint64_t number = pointer.address();          // see memory.h
//
// A value; copies point to the same. As thread-safe as the device: uses may
// come from any thread. The device, or what else it points into, outlives its
// use.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/host/pointer/host_window.h"
#include "sim/memory/payload_bytes.h"

namespace incoherent {

class HostPointer {
 public:
  HostPointer() = default;  // null
  // To the first byte of the window.
  explicit HostPointer(std::shared_ptr<HostWindow> window)
      : window_(std::move(window)), address_(window_->address()) {}

  bool is_null() const { return window_ == nullptr; }
  // As a number; 0 if null. Never dereference it.
  uint64_t address() const { return address_; }

  // --- Arithmetic in bytes; any result may be formed, not any may be used.
  HostPointer operator+(uint64_t bytes) const { return At(address_ + bytes); }
  HostPointer operator-(uint64_t bytes) const { return At(address_ - bytes); }
  // Wraps if `other` is behind.
  uint64_t operator-(const HostPointer& other) const {
    return address_ - other.address_;
  }
  bool operator==(const HostPointer& other) const {
    return address_ == other.address_;
  }
  bool operator!=(const HostPointer& other) const { return !(*this == other); }

  // --- What the host does through it.
  absl::Status Write(absl::Span<const uint8_t> bytes) const;
  absl::Status Write(std::initializer_list<uint8_t> bytes) const {
    return Write(absl::Span<const uint8_t>(bytes.begin(), bytes.size()));
  }
  absl::StatusOr<std::vector<uint8_t>> Read(uint64_t size) const;
  absl::StatusOr<std::vector<Byte>> ReadBytes(uint64_t size) const;

  template <typename T>
  absl::Status Store(const T& value) const {
    static_assert(std::is_trivially_copyable<T>::value, "plain bytes");
    uint8_t bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    return Write(absl::Span<const uint8_t>(bytes, sizeof(T)));
  }
  template <typename T>
  absl::StatusOr<T> Load() const {
    static_assert(std::is_trivially_copyable<T>::value, "plain bytes");
    const absl::StatusOr<std::vector<uint8_t>> bytes = Read(sizeof(T));
    if (!bytes.ok()) return bytes.status();
    T value;
    std::memcpy(&value, bytes->data(), sizeof(T));
    return value;
  }

 private:
  HostPointer At(uint64_t address) const {
    HostPointer other = *this;
    other.address_ = address;
    return other;
  }

  std::shared_ptr<HostWindow> window_;
  uint64_t address_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_HOST_POINTER_H_
