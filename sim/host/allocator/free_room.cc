#include "sim/host/allocator/free_room.h"

#include "sim/memory/check.h"

namespace incoherent {

FreeRoom::FreeRoom(uint64_t size) : all_{0, size} { free_.Insert(all_); }

absl::optional<uint64_t> FreeRoom::Take(uint64_t size, uint64_t alignment) {
  for (const ByteRange& run : free_.RunsIn(all_)) {
    const uint64_t skip = -run.offset & (alignment - 1);
    if (!Fits(skip, size, run.size)) continue;
    free_.Erase({run.offset + skip, size});
    return run.offset + skip;
  }
  return absl::nullopt;
}

void FreeRoom::GiveBack(const ByteRange& range) {
  INCOHERENT_CHECK(all_.Contains(range) && !free_.Intersects(range),
                   "only what was taken is given back");
  free_.Insert(range);
}

bool FreeRoom::IsAllFree() const {
  const std::vector<ByteRange> runs = free_.RunsIn(all_);
  return runs.size() == 1 && runs.front() == all_;
}

}  // namespace incoherent
