#include "sim/memory/host_view.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace incoherent {
namespace {

// Large ranges are compared in pieces of this size, so that what is in step is
// passed over at the speed of memcmp. No atom is larger (256 is the most).
constexpr uint64_t kPiece = 4096;

bool Equal(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b,
           const ByteRange& range) {
  return std::memcmp(a.data() + range.offset, b.data() + range.offset,
                     range.size) == 0;
}

void Copy(absl::Span<uint8_t> to, absl::Span<const uint8_t> from,
          const ByteRange& range) {
  std::memcpy(to.data() + range.offset, from.data() + range.offset, range.size);
}

template <typename Visit>
void ForEachPiece(const ByteRange& range, Visit visit) {
  for (uint64_t at = range.offset; at < range.end();) {
    const uint64_t end = std::min(range.end(), (at / kPiece + 1) * kPiece);
    visit(ByteRange::Between(at, end));
    at = end;
  }
}

}  // namespace

HostView::HostView(const Bytes& bytes, const AtomGrid& atoms,
                   WriteBack write_back)
    : bytes_(bytes), atoms_(atoms), write_back_(write_back) {
  INCOHERENT_CHECK(bytes.view.size() == atoms.object_size() &&
                       bytes.synced.size() == atoms.object_size() &&
                       bytes.device.size() == atoms.object_size(),
                   "all three arrays have the object's size");
  INCOHERENT_CHECK(atoms.atom_size() <= kPiece, "an atom is at most a piece");
}

void HostView::Store(uint64_t offset, absl::Span<const uint8_t> bytes) {
  INCOHERENT_CHECK(Fits(offset, bytes.size(), atoms_.object_size()),
                   "store outside the object");
  if (bytes.empty()) return;
  std::memcpy(bytes_.view.data() + offset, bytes.data(), bytes.size());
  MarkStored({offset, bytes.size()});
}

void HostView::MarkStored(const ByteRange& range) {
  INCOHERENT_CHECK(Fits(range.offset, range.size, atoms_.object_size()),
                   "store outside the object");
  stored_.Insert(range);
}

void HostView::Load(uint64_t offset, absl::Span<uint8_t> out) const {
  INCOHERENT_CHECK(Fits(offset, out.size(), atoms_.object_size()),
                   "load outside the object");
  if (out.empty()) return;
  std::memcpy(out.data(), bytes_.view.data() + offset, out.size());
}

bool HostView::IsDirty(uint64_t byte) const {
  return bytes_.view[byte] != bytes_.synced[byte] ||
         (!stored_.empty() && stored_.Contains(byte));
}

template <typename Visit>
void HostView::ForEachDirtyPiece(const ByteRange& range, Visit visit) const {
  ForEachPiece(atoms_.Outward(range), [&](const ByteRange& piece) {
    const bool in_step = Equal(bytes_.view, bytes_.synced, piece);
    if (in_step && (stored_.empty() || !stored_.Intersects(piece))) return;
    visit(piece);
  });
}

uint64_t HostView::Flush(const ByteRange& range) {
  uint64_t written = 0;
  ForEachDirtyPiece(range, [&](const ByteRange& piece) {
    atoms_.ForEachAtom(piece, [&](const ByteRange& atom) {
      if (!HasDirtyByte(atom)) return;
      if (write_back_ == WriteBack::kDirtyBytes) {
        written += WriteBackDirtyBytes(atom);
      } else {
        WriteBackAtom(atom);
        written += atom.size;
      }
    });
  });
  return written;
}

uint64_t HostView::Invalidate(const ByteRange& range,
                              absl::Span<const ByteRange> withheld) {
  const ByteRange atoms = atoms_.Outward(range);
  uint64_t discarded = 0;
  ForEachDirtyPiece(range, [&](const ByteRange& piece) {
    for (uint64_t byte = piece.offset; byte < piece.end(); ++byte) {
      if (IsDirty(byte)) ++discarded;
    }
  });
  RangeSet shown;
  shown.Insert(atoms);
  for (const ByteRange& hidden : withheld) shown.Erase(hidden);
  for (const ByteRange& run : shown.RunsIn(atoms)) {
    ForEachPiece(run, [&](const ByteRange& piece) {
      // Untouched pages stay untouched.
      if (!Equal(bytes_.synced, bytes_.device, piece)) {
        Copy(bytes_.synced, bytes_.device, piece);
      }
    });
  }
  ForEachPiece(atoms, [&](const ByteRange& piece) {
    if (!Equal(bytes_.view, bytes_.synced, piece)) {
      Copy(bytes_.view, bytes_.synced, piece);
    }
  });
  if (!stored_.empty()) stored_.Erase(atoms);
  return discarded;
}

void HostView::WriteBackAtom(const ByteRange& atom) {
  if (write_back_ == WriteBack::kDirtyBytes) {
    WriteBackDirtyBytes(atom);
    return;
  }
  // One look at the view serves both copies: what the application stores
  // meanwhile still differs from `synced` afterwards, and so stays dirty.
  std::array<uint8_t, kPiece> snapshot;
  std::memcpy(snapshot.data(), bytes_.view.data() + atom.offset, atom.size);
  std::memcpy(bytes_.device.data() + atom.offset, snapshot.data(), atom.size);
  std::memcpy(bytes_.synced.data() + atom.offset, snapshot.data(), atom.size);
  if (!stored_.empty()) stored_.Erase(atom);
}

uint64_t HostView::WriteBackDirtyBytes(const ByteRange& atom) {
  uint64_t written = 0;
  for (uint64_t byte = atom.offset; byte < atom.end(); ++byte) {
    if (!IsDirty(byte)) continue;
    const uint8_t value = bytes_.view[byte];
    bytes_.device[byte] = value;
    bytes_.synced[byte] = value;
    ++written;
  }
  if (!stored_.empty()) stored_.Erase(atom);
  return written;
}

void HostView::RefillAtom(const ByteRange& atom) {
  for (uint64_t byte = atom.offset; byte < atom.end(); ++byte) {
    if (IsDirty(byte)) continue;
    uint8_t expected = bytes_.synced[byte];
    const uint8_t fresh = bytes_.device[byte];
    if (fresh == expected) continue;
    bytes_.synced[byte] = fresh;
    // Only if the application has not stored into it since.
    __atomic_compare_exchange_n(&bytes_.view[byte], &expected, fresh,
                                /*weak=*/false, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
  }
}

void HostView::Refill(const ByteRange& range) {
  ForEachPiece(range, [&](const ByteRange& piece) {
    if (!Equal(bytes_.synced, bytes_.device, piece)) RefillAtom(piece);
  });
}

std::vector<ByteRange> HostView::DirtyRuns(const ByteRange& range) const {
  RangeSet runs;
  const uint8_t* view = bytes_.view.data();
  const uint8_t* synced = bytes_.synced.data();
  ForEachDirtyPiece(range, [&](const ByteRange& piece) {
    const ByteRange part = Intersect(piece, range);
    const uint64_t end = part.end();
    for (uint64_t byte = part.offset; byte < end;) {
      const uint64_t begin = byte;
      while (byte < end && view[byte] != synced[byte]) ++byte;
      if (byte != begin) runs.Insert(ByteRange::Between(begin, byte));
      while (byte < end && view[byte] == synced[byte]) ++byte;
    }
    for (const ByteRange& stored : stored_.RunsIn(part)) runs.Insert(stored);
  });
  return runs.RunsIn(range);
}

bool HostView::HasDirtyByte(const ByteRange& range) const {
  return !Equal(bytes_.view, bytes_.synced, range) ||
         (!stored_.empty() && stored_.Intersects(range));
}

bool HostView::HasStaleByte(const ByteRange& range) const {
  if (Equal(bytes_.synced, bytes_.device, range)) return false;
  for (uint64_t byte = range.offset; byte < range.end(); ++byte) {
    if (bytes_.synced[byte] != bytes_.device[byte] && !IsDirty(byte)) {
      return true;
    }
  }
  return false;
}

}  // namespace incoherent
