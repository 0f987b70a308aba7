#include "sim/memory/payload_bytes.h"

namespace incoherent {

PayloadBytes::PayloadBytes(const Storage& storage, bool merged, Contents fresh)
    : storage_(storage),
      merged_(merged),
      fresh_marks_(fresh == Contents::kUndefined
                       ? kHostUndefined | kDeviceUndefined
                       : 0) {
  INCOHERENT_CHECK(storage.host.size() == storage.device.size() &&
                       storage.host.size() == storage.marks.size(),
                   "all three arrays have the payload's size");
}

void PayloadBytes::SetMarks(uint64_t at, uint8_t marks, bool on) {
  const uint8_t before = storage_.marks[at] ^ fresh_marks_;
  storage_.marks[at] = (on ? before | marks : before & ~marks) ^ fresh_marks_;
}

void PayloadBytes::SetHost(uint64_t at, Byte byte) {
  storage_.host[at] = byte.value;
  SetMarks(at, kHostUndefined, byte.undefined);
}

void PayloadBytes::SetDevice(uint64_t at, Byte byte) {
  storage_.device[at] = byte.value;
  SetMarks(at, kDeviceUndefined, byte.undefined);
}

void PayloadBytes::MakeUndefined(const ByteRange& range) {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    SetMarks(at, kHostAhead | kDeviceAhead, false);
    SetHost(at, Byte::Undefined());
    SetDevice(at, Byte::Undefined());
  }
}

Byte PayloadBytes::HostLoad(uint64_t at) const {
  return {storage_.host[at], Has(at, kHostUndefined)};
}

Byte PayloadBytes::DeviceLoad(uint64_t at) const {
  return {storage_.device[at], Has(at, kDeviceUndefined)};
}

void PayloadBytes::HostWrite(uint64_t at, Byte byte) {
  SetHost(at, byte);
  if (merged_) {
    SetDevice(at, byte);
  } else {
    SetMarks(at, kHostAhead, true);
  }
}

void PayloadBytes::DeviceWrite(uint64_t at, Byte byte) {
  SetDevice(at, byte);
  if (merged_) {
    SetHost(at, byte);
  } else {
    SetMarks(at, kDeviceAhead, true);
  }
}

void PayloadBytes::MoveToDevice(const ByteRange& range) {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    if (!IsHostAhead(at)) continue;
    SetDevice(at, HostLoad(at));
    SetMarks(at, kHostAhead | kDeviceAhead, false);
  }
}

void PayloadBytes::MoveToHost(const ByteRange& range) {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    if (!IsDeviceAhead(at)) continue;
    SetHost(at, DeviceLoad(at));
    SetMarks(at, kHostAhead | kDeviceAhead, false);
  }
}

HostLines::HostLines(const Storage& storage, PayloadBytes& payload,
                     const AtomGrid& atoms, WriteBack write_back,
                     Contents fresh)
    : storage_(storage),
      payload_(payload),
      atoms_(atoms),
      write_back_(write_back),
      fresh_marks_(fresh == Contents::kUndefined ? kUndefined : 0) {
  INCOHERENT_CHECK(storage.view.size() == payload.size() &&
                       storage.marks.size() == payload.size() &&
                       atoms.object_size() == payload.size(),
                   "the view has the payload's size");
}

void HostLines::SetView(uint64_t at, Byte byte, uint8_t marks) {
  storage_.view[at] = byte.value;
  storage_.marks[at] =
      (byte.undefined ? marks | kUndefined : marks) ^ fresh_marks_;
}

void HostLines::Store(uint64_t at, Byte byte) { SetView(at, byte, kDirty); }

Byte HostLines::Load(uint64_t at) const {
  return {storage_.view[at], Has(at, kUndefined)};
}

void HostLines::WriteBackByte(uint64_t at) {
  const bool carried =
      IsDirty(at) ||
      (write_back_ == WriteBack::kWholeAtom &&
       (Load(at) != payload_.HostLoad(at) || payload_.IsDeviceAhead(at)));
  if (carried) payload_.HostWrite(at, Load(at));
}

void HostLines::Evict(const ByteRange& atom) {
  if (!HasDirtyByte(atom)) return;
  for (uint64_t at = atom.offset; at < atom.end(); ++at) {
    WriteBackByte(at);
    storage_.marks[at] &= ~(kDirty | kAbandoned);
  }
}

void HostLines::Flush(const ByteRange& range) {
  atoms_.ForEachAtom(range, [this](const ByteRange& atom) { Evict(atom); });
}

void HostLines::Invalidate(const ByteRange& range) {
  atoms_.ForEachAtom(range, [this](const ByteRange& atom) {
    for (uint64_t at = atom.offset; at < atom.end(); ++at) {
      if (IsDirty(at)) payload_.MakeUndefined({at, 1});
      SetView(at, payload_.HostLoad(at), 0);
    }
  });
}

void HostLines::Abandon() {
  for (uint8_t& marks : storage_.marks) {
    if (marks & kDirty) marks |= kAbandoned;
  }
}

void HostLines::Refill(const ByteRange& atom) {
  for (uint64_t at = atom.offset; at < atom.end(); ++at) {
    if (!IsDirty(at)) SetView(at, payload_.HostLoad(at), 0);
  }
}

void HostLines::Discard(const ByteRange& atom) {
  for (uint64_t at = atom.offset; at < atom.end(); ++at) {
    if (Has(at, kAbandoned)) {
      SetView(at, payload_.HostLoad(at), 0);
    }
  }
}

bool HostLines::HasDirtyByte(const ByteRange& range) const {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    if (IsDirty(at)) return true;
  }
  return false;
}

bool HostLines::HasStaleByte(const ByteRange& range) const {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    if (!IsDirty(at) && Load(at) != payload_.HostLoad(at)) return true;
  }
  return false;
}

bool HostLines::HasAbandonedByte(const ByteRange& range) const {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    if (Has(at, kAbandoned)) return true;
  }
  return false;
}

}  // namespace incoherent
