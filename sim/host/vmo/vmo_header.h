#ifndef INCOHERENT_SIM_HOST_VMO_VMO_HEADER_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_HEADER_H_

// VmoHeader: how the memfd of a Vmo begins.
//
//   0                     the header
//   kVmoBytesOffset       the published bytes, `size` of them
//   VmoLogOffset(size)    the log: entries of 64 bytes, `entries` of which
//   count
//
// The file is sealed against shrinking, so that no process can take the memory
// from under another one's feet.

#include <array>
#include <atomic>
#include <cstdint>

#include "sim/host/vmo/vmo_lock.h"
#include "sim/host/vmo/vmo_log_entry.h"

namespace incoherent {

inline constexpr uint64_t kVmoPage = 4096;
inline constexpr uint64_t kVmoBytesOffset = kVmoPage;
inline constexpr uint64_t kVmoMaxSize = uint64_t{1} << 30;
inline constexpr int kVmoSlots = 8;

// `size` is at most kVmoMaxSize.
constexpr uint64_t VmoLogOffset(uint64_t size) {
  return kVmoBytesOffset + (size + kVmoPage - 1) / kVmoPage * kVmoPage;
}

// What never changes. Changing any of it, or what lies behind it, takes another
// version.
struct VmoIdentity {
  static constexpr std::array<char, 8> kMagic = {'i', 'n', 'c', 'o',
                                                 'h', 'v', 'm', 'o'};
  static constexpr uint32_t kVersion = 1;

  std::array<char, 8> magic = kMagic;
  uint32_t version = kVersion;
  uint32_t entry_size = sizeof(VmoLogEntry);
  uint32_t lock_size = sizeof(VmoLock);
  uint32_t resizable = 0;
  uint64_t size = 0;
  VmoName name = {};
};

struct VmoHeader {
  VmoIdentity identity;
  // What follows is changed by whoever holds the lock, but for the signals.
  alignas(64) VmoLock lock;
  uint64_t entries = 0;
  alignas(64) std::array<std::atomic<uint32_t>, kVmoSlots> signals = {};
};
static_assert(sizeof(VmoHeader) <= kVmoBytesOffset, "the header is one page");
static_assert(std::atomic<uint32_t>::is_always_lock_free,
              "signals work between processes");

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_HEADER_H_
