#ifndef INCOHERENT_SIM_MEMORY_BYTE_HISTORY_H_
#define INCOHERENT_SIM_MEMORY_BYTE_HISTORY_H_

// ByteHistory: what the journey knows of one byte (or a run of equal ones).
//
// Plain data and its questions. "Known" means known to a clock: that of a host
// thread, or of what runs next in a stage of a queue. Availability and
// visibility are of the last write only; an earlier one's ended with it.
//
// Each logical device has a domain of its own; there is one host domain.

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "sim/memory/hazard.h"
#include "sim/memory/pipeline_scope.h"
#include "sim/memory/vector_clock.h"

namespace incoherent {

// A logical device, by its number.
using DeviceDomain = uint32_t;
inline constexpr DeviceDomain kEveryDevice = ~DeviceDomain{0};

struct ByteHistory {
  // Nobody (fresh memory, or contents made undefined), the host, the device.
  enum class Writer : uint8_t { kNobody, kHost, kDevice };

  struct Availability {
    DeviceDomain device;
    Event event;

    bool operator==(const Availability& other) const {
      return device == other.device && event == other.event;
    }
  };
  struct Visibility {
    DeviceDomain device;
    Scope scope;  // expanded
    Event event;

    bool operator==(const Visibility& other) const {
      return device == other.device && scope == other.scope &&
             event == other.event;
    }
  };
  struct HostVisibility {
    uint32_t reference;
    Event event;

    bool operator==(const HostVisibility& other) const {
      return reference == other.reference && event == other.event;
    }
  };
  struct Read {
    Event event;
    bool by_host;
    OperationId operation;

    // Device work, as far as `known` says not done.
    bool IsPending(const VectorClock& known) const {
      return !by_host && !known.Knows(event);
    }
    bool operator==(const Read& other) const {
      return event == other.event && by_host == other.by_host &&
             operation == other.operation;
    }
  };
  // A host write that was not flushed; it may be older than the last write.
  struct Dirty {
    uint32_t reference;
    Event event;
    OperationId operation;
    bool abandoned = false;  // by an unmap: no flush helps it any more

    bool operator==(const Dirty& other) const {
      return reference == other.reference && event == other.event &&
             operation == other.operation && abandoned == other.abandoned;
    }
  };

  Writer writer = Writer::kNobody;
  Event written;
  OperationId operation = 0;
  uint32_t reference = 0;   // of a host write
  DeviceDomain device = 0;  // of a device write
  AccessPoint point;        // of a device write
  bool discarded = false;   // kNobody: there was a write, and it is undefined

  std::vector<Event> host_available;
  std::vector<Availability> device_available;
  std::vector<Visibility> device_visible;
  std::vector<HostVisibility> host_visible;
  absl::optional<Dirty> dirty;
  std::vector<Read> reads;  // since the last write; the latest of each line

  bool operator==(const ByteHistory& other) const;

  // Whether the last write is the host's, and was abandoned.
  bool IsAbandoned() const {
    return writer == Writer::kHost && dirty && dirty->abandoned &&
           written == dirty->event;
  }

  // A new last write, available and visible nowhere. Dirt stays.
  void BeginWrite(Writer by, const Event& event, OperationId by_operation);

  bool IsHostAvailable(const VectorClock& known) const;
  bool IsDeviceAvailable(DeviceDomain to, const VectorClock& known) const;
  // For what nobody wrote: true.
  bool IsDeviceVisible(DeviceDomain to, const AccessPoint& point,
                       const VectorClock& known) const;
  // Whether the device itself wrote it last.
  bool IsWrittenBy(DeviceDomain by) const {
    return writer == Writer::kDevice && device == by;
  }
  bool IsHostVisible(uint32_t reference, const VectorClock& known) const;

  // Each adds a fact unless `known` holds one that serves as well.
  void MakeHostAvailable(const Event& event, const VectorClock& known);
  void MakeDeviceAvailable(DeviceDomain to, const Event& event,
                           const VectorClock& known);
  void MakeDeviceVisible(DeviceDomain to, const Scope& scope,
                         const Event& event, const VectorClock& known);
  // Returns whether it was not so before.
  bool MakeHostVisible(uint32_t reference, const Event& event,
                       const VectorClock& known);
  void AddRead(const Event& event, bool by_host, OperationId by_operation);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_BYTE_HISTORY_H_
