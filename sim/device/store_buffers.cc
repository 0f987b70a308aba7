#include "sim/device/store_buffers.h"

#include <iterator>
#include <utility>

namespace incoherent {

void StoreBuffers::Add(StoreBuffer buffer) {
  if (!buffer.bytes.empty()) buffers_.push_back(std::move(buffer));
}

void StoreBuffers::DrainAt(size_t place, const ByteRange& range) {
  DrainOne(std::next(buffers_.begin(), place), range);
}

void StoreBuffers::DrainOne(std::list<StoreBuffer>::iterator buffer,
                            const ByteRange& range) {
  for (const ByteRange& run : buffer->bytes.HeldIn(range)) {
    buffer->payload->DeviceWrite(
        run, [&](uint64_t at) { return buffer->bytes.At(at); });
    buffer->bytes.Erase(run);
  }
  if (buffer->bytes.empty()) buffers_.erase(buffer);
}

}  // namespace incoherent
