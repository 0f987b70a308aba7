#ifndef INCOHERENT_SIM_DEVICE_STORE_BUFFERS_H_
#define INCOHERENT_SIM_DEVICE_STORE_BUFFERS_H_

// StoreBuffers: what device commands wrote and has not reached memory.
//
// A write sits here from the end of its command until a dependency or a signal
// makes it available to the device domain, or until it gets there by chance.
// Two writes to one byte that nothing drained in between may arrive in either
// order.

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "sim/device/byte_overlay.h"
#include "sim/device/device_payload.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {

struct StoreBuffer {
  uint32_t queue = 0;
  uint64_t number = 0;  // of the command, in submission order
  AccessPoint point;
  std::shared_ptr<DevicePayload> payload;
  ByteOverlay bytes;
};

class StoreBuffers {
 public:
  size_t size() const { return buffers_.size(); }
  const std::list<StoreBuffer>& buffers() const { return buffers_; }

  // Holds what a command wrote, unless that is nothing.
  void Add(StoreBuffer buffer);

  // Lets the bytes of those buffers of which wanted(buffer) says so reach
  // memory, in the order of execution; `bytes` of one payload, or all.
  template <typename Wanted>
  void Drain(Wanted wanted, const DevicePayload* payload,
             const ByteRange& range) {
    for (auto buffer = buffers_.begin(); buffer != buffers_.end();) {
      const auto here = buffer++;
      if ((payload != nullptr && here->payload.get() != payload) ||
          !wanted(*here)) {
        continue;
      }
      DrainOne(here, payload == nullptr ? here->payload->all() : range);
    }
  }
  template <typename Wanted>
  void Drain(Wanted wanted) {
    Drain(wanted, nullptr, ByteRange());
  }
  // Of the buffer at that place in buffers().
  void DrainAt(size_t place, const ByteRange& range);

 private:
  void DrainOne(std::list<StoreBuffer>::iterator buffer,
                const ByteRange& range);

  std::list<StoreBuffer> buffers_;  // none of them empty
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_STORE_BUFFERS_H_
