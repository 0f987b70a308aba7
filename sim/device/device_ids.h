#ifndef INCOHERENT_SIM_DEVICE_DEVICE_IDS_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_IDS_H_

// What a Device calls its objects. Each kind is a type of its own, so that a
// fence is never taken for an event; only the Device makes them.

#include <cstdint>

#include "sim/memory/byte_range.h"

namespace incoherent {

enum class MemoryId : uint32_t {};
enum class QueueId : uint32_t {};
enum class SemaphoreId : uint32_t {};
enum class EventId : uint32_t {};
enum class FenceId : uint32_t {};
enum class ThreadId : uint32_t {};

// The place of the object in its Device's list.
template <typename Id>
constexpr uint32_t IndexOf(Id id) {
  return static_cast<uint32_t>(id);
}

// Part of a memory object.
struct MemoryRange {
  MemoryId memory{};
  ByteRange range;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_IDS_H_
