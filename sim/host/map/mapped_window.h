#ifndef INCOHERENT_SIM_HOST_MAP_MAPPED_WINDOW_H_
#define INCOHERENT_SIM_HOST_MAP_MAPPED_WINDOW_H_

// MappedWindow: the bytes of one mapping of a memory object, for HostPointer.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/device/device.h"
#include "sim/host/pointer/host_window.h"

namespace incoherent {

class MappedWindow : public HostWindow {
 public:
  // Bytes `range` of the object, which lie in the mapping. It is good for
  // nothing else than that mapping.
  MappedWindow(Device& device, MemoryId memory, const HostMapping& mapping,
               const ByteRange& range)
      : HostWindow(mapping.address + (range.offset - mapping.range.offset),
                   range.size),
        device_(device),
        memory_(memory),
        number_(mapping.number),
        offset_(range.offset) {}

  absl::Status Store(uint64_t at, absl::Span<const uint8_t> bytes) override;
  absl::StatusOr<std::vector<Byte>> Load(uint64_t at, uint64_t size) override;
  absl::Status ReportOutside(uint64_t at, uint64_t size) override;

 protected:
  Device& device() const { return device_; }
  MemoryId memory() const { return memory_; }
  // Where in the object the window begins.
  uint64_t offset() const { return offset_; }

 private:
  // Of `bytes` of the window.
  absl::Status CheckMapped(absl::string_view call,
                           const ByteRange& bytes) const;

  Device& device_;
  MemoryId memory_;
  uint64_t number_;
  uint64_t offset_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_MAP_MAPPED_WINDOW_H_
