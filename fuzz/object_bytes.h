#ifndef INCOHERENT_FUZZ_OBJECT_BYTES_H_
#define INCOHERENT_FUZZ_OBJECT_BYTES_H_

// ObjectBytes: the bytes of one non-coherent memory object three times, with
// HostView, with HostLines over PayloadBytes, and with the reference memory.
// After each step all three hold the same, or the process ends.
//
// HostLines makes undefined what HostView and the reference discard; that is
// looked at, and then repaired. Its domains meet after each step, as if
// everybody submitted and waited at once.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "sim/memory/check.h"
#include "sim/memory/host_view.h"
#include "sim/memory/payload_bytes.h"
#include "tests/reference_memory.h"

namespace incoherent {

class ObjectBytes {
 public:
  ObjectBytes(uint64_t size, uint64_t atom_size, WriteBack write_back)
      : view_(size),
        synced_(size),
        device_(size),
        host_({absl::MakeSpan(view_), absl::MakeSpan(synced_),
               absl::MakeSpan(device_)},
              AtomGrid(atom_size, size), write_back),
        host_domain_(size),
        device_domain_(size),
        domain_marks_(size),
        lines_view_(size),
        lines_marks_(size),
        payload_({absl::MakeSpan(host_domain_), absl::MakeSpan(device_domain_),
                  absl::MakeSpan(domain_marks_)},
                 /*merged=*/false),
        lines_({absl::MakeSpan(lines_view_), absl::MakeSpan(lines_marks_)},
               payload_, AtomGrid(atom_size, size), write_back),
        reference_(size, atom_size,
                   write_back == WriteBack::kWholeAtom
                       ? ReferenceMemory::kWholeAtoms
                       : ReferenceMemory::kDirtyBytes) {}
  ObjectBytes(const ObjectBytes&) = delete;

  uint64_t size() const { return view_.size(); }

  void HostStore(const ByteRange& range, uint8_t value) {
    host_.Store(range.offset, std::vector<uint8_t>(range.size, value));
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      lines_.Store(at, {value});
      reference_.HostStore(at, value);
    }
    Compare();
  }

  void DeviceStore(const ByteRange& range, uint8_t value) {
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      device_[at] = value;
      payload_.DeviceWrite(at, {value});
      reference_.DeviceStore(at, value);
    }
    payload_.MoveToHost(range);
    Compare();
  }

  void Flush(const ByteRange& range) {
    INCOHERENT_CHECK(
        host_.Flush(range) == reference_.Flush(range.offset, range.size),
        "the device received as many bytes");
    lines_.Flush(range);
    payload_.MoveToDevice({0, size()});
    Compare();
  }

  void Invalidate(const ByteRange& range) {
    std::vector<bool> was_dirty;
    for (uint64_t at = 0; at < size(); ++at) {
      was_dirty.push_back(reference_.IsDirty(at));
    }
    INCOHERENT_CHECK(host_.Invalidate(range) ==
                         reference_.Invalidate(range.offset, range.size),
                     "as many bytes were lost");
    lines_.Invalidate(range);
    for (uint64_t at = 0; at < size(); ++at) {
      RepairIfLost(at, was_dirty[at] && !reference_.IsDirty(at));
    }
    Compare();
  }

  // What a cache may do by itself.
  void Evict(uint64_t byte) {
    const ByteRange atom = host_.atoms().AtomAt(byte);
    if (host_.HasDirtyByte(atom)) host_.WriteBackAtom(atom);
    lines_.Evict(atom);
    payload_.MoveToDevice(atom);
    reference_.Flush(atom.offset, atom.size);
    Compare();
  }
  void Refill(uint64_t byte) {
    const ByteRange atom = host_.atoms().AtomAt(byte);
    host_.RefillAtom(atom);
    lines_.Refill(atom);
    reference_.Refill(atom.offset, atom.size);
    Compare();
  }

 private:
  void RepairIfLost(uint64_t at, bool lost) {
    INCOHERENT_CHECK(lines_.Load(at).undefined == lost,
                     "what was dirty is undefined");
    INCOHERENT_CHECK(payload_.HostLoad(at).undefined == lost &&
                         payload_.DeviceLoad(at).undefined == lost,
                     "in the domains as well");
    if (!lost) return;
    payload_.HostWrite(at, {reference_.DeviceLoad(at)});
    payload_.MoveToDevice({at, 1});
    lines_.Refill({at, 1});
  }

  void Compare() const {
    for (uint64_t at = 0; at < size(); ++at) {
      const Byte seen = {reference_.HostLoad(at)};
      const Byte stored = {reference_.DeviceLoad(at)};
      INCOHERENT_CHECK(view_[at] == seen.value && lines_.Load(at) == seen,
                       "the host sees what the reference's does");
      INCOHERENT_CHECK(
          device_[at] == stored.value && payload_.DeviceLoad(at) == stored,
          "the device sees what the reference's does");
      INCOHERENT_CHECK(payload_.HostLoad(at) == stored,
                       "the host domain has what the device has");
      const bool dirty = reference_.IsDirty(at);
      INCOHERENT_CHECK(
          host_.HasDirtyByte({at, 1}) == dirty && lines_.IsDirty(at) == dirty,
          "dirty where the reference is");
      const bool stale = reference_.IsStale(at);
      INCOHERENT_CHECK(host_.HasStaleByte({at, 1}) == stale &&
                           lines_.HasStaleByte({at, 1}) == stale,
                       "stale where the reference is");
    }
  }

  std::vector<uint8_t> view_, synced_, device_;
  HostView host_;
  std::vector<uint8_t> host_domain_, device_domain_, domain_marks_;
  std::vector<uint8_t> lines_view_, lines_marks_;
  PayloadBytes payload_;
  HostLines lines_;
  ReferenceMemory reference_;
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_OBJECT_BYTES_H_
