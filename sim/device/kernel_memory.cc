#include "sim/device/kernel_memory.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace incoherent {

KernelMemory::Touch* KernelMemory::Find(MemoryId memory, uint64_t offset,
                                        Access access,
                                        uint64_t* covered) const {
  for (Touch& touch : touches_) {
    const MemoryRange& bytes = touch.access.bytes;
    if (touch.access.access != access || bytes.memory != memory ||
        !bytes.range.Contains(offset)) {
      continue;
    }
    *covered = bytes.range.end() - offset;
    return &touch;
  }
  return nullptr;
}

void KernelMemory::NoteError(MemoryId memory, uint64_t offset, Access access) {
  if (!error_.empty()) return;
  error_ = absl::StrCat(access == Access::kRead ? "reads" : "writes", " byte ",
                        offset, " of memory ", IndexOf(memory),
                        " without having declared it");
}

void KernelMemory::LoadBytes(MemoryId memory, uint64_t offset,
                             absl::Span<Byte> out) {
  while (!out.empty()) {
    uint64_t covered = 1;
    const Touch* touch = Find(memory, offset, Access::kRead, &covered);
    const ByteRange range = {offset, std::min<uint64_t>(covered, out.size())};
    const absl::Span<Byte> part = out.subspan(0, range.size);
    if (touch == nullptr) {
      NoteError(memory, offset, Access::kRead);
      part[0] = Byte::Undefined();
    } else {
      const ByteRange bytes = {touch->base + range.offset, range.size};
      touch->payload->Read({queue_, touch->access.point}, bytes, part);
      for (const Touch& own : touches_) {
        if (own.payload == touch->payload) own.written.Show(bytes, part);
      }
    }
    offset += range.size;
    out.remove_prefix(range.size);
  }
}

void KernelMemory::StoreBytes(MemoryId memory, uint64_t offset,
                              absl::Span<const Byte> bytes) {
  while (!bytes.empty()) {
    uint64_t covered = 1;
    Touch* touch = Find(memory, offset, Access::kWrite, &covered);
    const ByteRange range = {offset, std::min<uint64_t>(covered, bytes.size())};
    if (touch == nullptr) {
      NoteError(memory, offset, Access::kWrite);
    } else {
      const ByteRange here = {touch->base + range.offset, range.size};
      touch->written.Put(here,
                         [&](uint64_t at) { return bytes[at - here.offset]; });
    }
    offset += range.size;
    bytes.remove_prefix(range.size);
  }
}

}  // namespace incoherent
