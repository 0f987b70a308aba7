#include "sim/memory/byte_history.h"

#include <algorithm>

namespace incoherent {
namespace {

bool KnowsAny(const VectorClock& known, const std::vector<Event>& events) {
  return std::any_of(
      events.begin(), events.end(),
      [&known](const Event& event) { return known.Knows(event); });
}

bool IsFor(DeviceDomain domain, DeviceDomain device) {
  return domain == device || domain == kEveryDevice;
}

}  // namespace

bool ByteHistory::operator==(const ByteHistory& other) const {
  return writer == other.writer && written == other.written &&
         operation == other.operation && reference == other.reference &&
         device == other.device && point == other.point &&
         discarded == other.discarded && dirty == other.dirty &&
         host_available == other.host_available &&
         device_available == other.device_available &&
         device_visible == other.device_visible &&
         host_visible == other.host_visible && reads == other.reads;
}

void ByteHistory::BeginWrite(Writer by, const Event& event,
                             OperationId by_operation) {
  absl::optional<Dirty> kept = dirty;
  *this = ByteHistory();
  dirty = kept;
  writer = by;
  written = event;
  operation = by_operation;
}

bool ByteHistory::IsHostAvailable(const VectorClock& known) const {
  return writer == Writer::kNobody || KnowsAny(known, host_available);
}

bool ByteHistory::IsDeviceAvailable(DeviceDomain to,
                                    const VectorClock& known) const {
  if (writer == Writer::kNobody) return true;
  return std::any_of(device_available.begin(), device_available.end(),
                     [&](const Availability& available) {
                       return IsFor(available.device, to) &&
                              known.Knows(available.event);
                     });
}

bool ByteHistory::IsDeviceVisible(DeviceDomain to, const AccessPoint& at,
                                  const VectorClock& known) const {
  if (writer == Writer::kNobody) return true;
  return std::any_of(device_visible.begin(), device_visible.end(),
                     [&](const Visibility& visible) {
                       return IsFor(visible.device, to) &&
                              visible.scope.Includes(at) &&
                              known.Knows(visible.event);
                     });
}

bool ByteHistory::IsHostVisible(uint32_t by_reference,
                                const VectorClock& known) const {
  if (writer == Writer::kNobody) return true;
  if (writer == Writer::kHost && reference == by_reference) return true;
  return std::any_of(host_visible.begin(), host_visible.end(),
                     [&](const HostVisibility& visible) {
                       return visible.reference == by_reference &&
                              known.Knows(visible.event);
                     });
}

void ByteHistory::MakeHostAvailable(const Event& event,
                                    const VectorClock& known) {
  if (!KnowsAny(known, host_available)) host_available.push_back(event);
}

void ByteHistory::MakeDeviceAvailable(DeviceDomain to, const Event& event,
                                      const VectorClock& known) {
  if (!IsDeviceAvailable(to, known)) device_available.push_back({to, event});
}

void ByteHistory::MakeDeviceVisible(DeviceDomain to, const Scope& scope,
                                    const Event& event,
                                    const VectorClock& known) {
  if (IsDeviceVisible(to, scope, known)) return;
  device_visible.push_back({to, scope, event});
}

bool ByteHistory::MakeHostVisible(uint32_t to_reference, const Event& event,
                                  const VectorClock& known) {
  if (IsHostVisible(to_reference, known)) return false;
  host_visible.push_back({to_reference, event});
  return true;
}

void ByteHistory::AddRead(const Event& event, bool by_host,
                          OperationId by_operation) {
  for (Read& read : reads) {
    if (read.event.first_line == event.first_line) {
      read = {event, by_host, by_operation};
      return;
    }
  }
  reads.push_back({event, by_host, by_operation});
}

}  // namespace incoherent
