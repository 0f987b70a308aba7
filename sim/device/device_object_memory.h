#ifndef INCOHERENT_SIM_DEVICE_DEVICE_OBJECT_MEMORY_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_OBJECT_MEMORY_H_

// DeviceObjectMemory: one memory object of the simulated device: the rules of
// its mapping (DeviceMemory) and what the host sees through it.
//
//   coherent       host loads and stores are the host domain's
//   non-coherent   a cached view is between them (HostLines)
//
// The payload may be shared with other objects, and be larger than the object;
// each has a view of its own. Ranges are the payload's. Not thread-safe.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/device/device_payload.h"
#include "sim/device/zeroed_bytes.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/payload_bytes.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class DeviceObjectMemory {
 public:
  // The object begins at `base` in the payload.
  DeviceObjectMemory(const DeviceMemoryInfo& info,
                     std::shared_ptr<DevicePayload> payload,
                     WriteBack write_back, uint64_t base = 0);
  DeviceObjectMemory(const DeviceObjectMemory&) = delete;
  DeviceObjectMemory& operator=(const DeviceObjectMemory&) = delete;

  DeviceMemory& rules() { return rules_; }
  const DeviceMemory& rules() const { return rules_; }
  const std::shared_ptr<DevicePayload>& payload() const { return payload_; }

  // --- What the host does. On coherent memory, Flush, Invalidate and Abandon
  // do nothing.
  void Store(uint64_t offset, absl::Span<const uint8_t> values);
  Byte Load(uint64_t offset) const;
  void Flush(const ByteRange& range);
  void Invalidate(const ByteRange& range);
  void Abandon();

  // --- What the cache does by itself, to one atom.
  void Evict(const ByteRange& atom);
  void Refill(const ByteRange& atom);
  void Discard(const ByteRange& atom);
  // Atoms to which it could: those with a dirty byte, with a clean byte that
  // may differ from the host domain's, with an abandoned byte.
  std::vector<ByteRange> DirtyAtoms() const;
  std::vector<ByteRange> StaleAtoms() const;
  std::vector<ByteRange> AbandonedAtoms() const;

 private:
  struct View {
    View(DevicePayload& payload, const AtomGrid& atoms, WriteBack write_back)
        : bytes(payload.size()),
          marks(payload.size()),
          lines({bytes.span(), marks.span()}, payload.bytes(), atoms,
                write_back, payload.fresh()) {}
    ZeroedBytes bytes, marks;
    HostLines lines;
    size_t id = 0;           // with the payload
    RangeSet dirty;          // bytes
    bool abandoned = false;  // some dirty byte may be
  };
  // The atoms that the bytes touch, as far as `wanted` says so.
  template <typename Wanted>
  std::vector<ByteRange> AtomsOf(const RangeSet& bytes, Wanted wanted) const;
  void WriteBackAtoms(const ByteRange& range);

  DeviceMemory rules_;
  std::shared_ptr<DevicePayload> payload_;
  AtomGrid atoms_;              // of the payload
  std::unique_ptr<View> view_;  // of non-coherent memory
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_OBJECT_MEMORY_H_
