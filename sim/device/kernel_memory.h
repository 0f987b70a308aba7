#ifndef INCOHERENT_SIM_DEVICE_KERNEL_MEMORY_H_
#define INCOHERENT_SIM_DEVICE_KERNEL_MEMORY_H_

// KernelMemory: the memory that one device command sees while it runs.
//
// A command declares what it touches, where in the pipeline, and how. A read
// goes through the read cache of that point; a write leaves the command when it
// is done, and reaches memory when a dependency, a signal or chance makes it.
// The command itself reads what it wrote.
//
// What was not declared is not there: a read of it gives undefined bytes, a
// write is ignored, and the first such access is told by error().
//
//   void Double(KernelMemory& memory) {
//     const auto value = memory.Load<uint32_t>(in, 0);
//     memory.Store<uint32_t>(out, 0, value * 2);
//   }

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/types/span.h"
#include "sim/device/byte_overlay.h"
#include "sim/device/device_ids.h"
#include "sim/device/device_payload.h"
#include "sim/memory/journey.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {

// One access that a command declares.
struct KernelAccess {
  MemoryRange bytes;
  AccessPoint point;
  Access access = Access::kRead;
};

class KernelMemory {
 public:
  // A declared access, with the payload that it is to, in which the memory
  // object begins at `base`. What the command writes there is in `written`, by
  // offsets of the payload.
  struct Touch {
    KernelAccess access;
    std::shared_ptr<DevicePayload> payload;
    ByteOverlay written;
    uint64_t base = 0;
  };

  // Looks at the touches of a command of that queue, and fills in `written`.
  KernelMemory(uint32_t queue, absl::Span<Touch> touches)
      : queue_(queue), touches_(touches) {}

  // Bytes [offset, offset + out.size()) of a memory object.
  void LoadBytes(MemoryId memory, uint64_t offset, absl::Span<Byte> out);
  void StoreBytes(MemoryId memory, uint64_t offset,
                  absl::Span<const Byte> bytes);

  // A value; undefined bytes of it are read as 0.
  template <typename T>
  T Load(MemoryId memory, uint64_t offset) {
    static_assert(std::is_trivially_copyable<T>::value, "plain bytes");
    Byte bytes[sizeof(T)];
    LoadBytes(memory, offset, absl::MakeSpan(bytes));
    uint8_t raw[sizeof(T)];
    for (size_t i = 0; i < sizeof(T); ++i) raw[i] = bytes[i].value;
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
  }
  template <typename T>
  void Store(MemoryId memory, uint64_t offset, const T& value) {
    static_assert(std::is_trivially_copyable<T>::value, "plain bytes");
    uint8_t raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    Byte bytes[sizeof(T)];
    for (size_t i = 0; i < sizeof(T); ++i) bytes[i].value = raw[i];
    StoreBytes(memory, offset, bytes);
  }

  // The first access outside the declaration; empty if none.
  const std::string& error() const { return error_; }

 private:
  // The declared access of that kind to the byte, and how many bytes from there
  // on it covers; null if none.
  Touch* Find(MemoryId memory, uint64_t offset, Access access,
              uint64_t* covered) const;
  void NoteError(MemoryId memory, uint64_t offset, Access access);

  uint32_t queue_;
  absl::Span<Touch> touches_;
  std::string error_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_KERNEL_MEMORY_H_
