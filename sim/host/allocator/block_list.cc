#include "sim/host/allocator/block_list.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"

namespace incoherent {

BlockList::BlockList(Device& device, const BlockListOptions& options)
    : device_(device), options_(options) {}

absl::StatusOr<Room> BlockList::Take(const RoomRequest& request) {
  if (request.dedicated || request.size > options_.block_size) {
    return TakeDedicated(request);
  }
  const uint64_t granule = options_.granule;
  const uint64_t size = (request.size + granule - 1) & ~(granule - 1);
  const uint64_t alignment = std::max(request.alignment, granule);
  for (const auto& block : blocks_) {
    if (!block->IsLive()) continue;
    const auto at = block->room().Take(size, alignment);
    if (at) return Room{block.get(), {*at, size}};
  }
  const std::string name =
      absl::StrCat("type", options_.type_index, "-block", block_number_);
  const auto block = Add(options_.block_size, name, blocks_);
  if (!block.ok()) return block.status();
  ++block_number_;
  const auto at = (*block)->room().Take(size, alignment);
  INCOHERENT_CHECK(at == uint64_t{0}, "a new block has room");
  return Room{*block, {0, size}};
}

absl::StatusOr<Room> BlockList::TakeDedicated(const RoomRequest& request) {
  const auto block = Add(request.size, request.name, dedicated_);
  if (!block.ok()) return block.status();
  (*block)->room().Take(request.size, 1);
  return Room{*block, {0, request.size}};
}

absl::StatusOr<MemoryBlock*> BlockList::Add(uint64_t size,
                                            absl::string_view name,
                                            Blocks& blocks) {
  AllocateRequest request;
  request.size = size;
  request.type_index = options_.type_index;
  const auto memory = device_.Allocate(request);
  if (!memory.ok()) return memory.status();
  device_.SetName(*memory, name);
  blocks.push_back(std::make_unique<MemoryBlock>(device_, *memory, size));
  return blocks.back().get();
}

absl::Status BlockList::GiveBack(const Room& room) {
  room.block->room().GiveBack(room.range);
  if (!room.block->room().IsAllFree()) return absl::OkStatus();
  const auto is_it = [&room](const auto& block) {
    return block.get() == room.block;
  };
  const bool dedicated =
      std::any_of(dedicated_.begin(), dedicated_.end(), is_it);
  if (!dedicated && !HasOtherEmpty(room.block)) return absl::OkStatus();
  Blocks& blocks = dedicated ? dedicated_ : blocks_;
  const auto at = std::find_if(blocks.begin(), blocks.end(), is_it);
  INCOHERENT_CHECK(at != blocks.end(), "a block of the list");
  const std::unique_ptr<MemoryBlock> block = std::move(*at);
  blocks.erase(at);
  return block->Free();
}

bool BlockList::HasOtherEmpty(const MemoryBlock* block) const {
  return std::any_of(
      blocks_.begin(), blocks_.end(), [block](const auto& candidate) {
        return candidate.get() != block && candidate->room().IsAllFree();
      });
}

void BlockList::FreeAll() {
  // What is wrong with it is a finding.
  for (const auto& block : blocks_) block->Free().IgnoreError();
  for (const auto& block : dedicated_) block->Free().IgnoreError();
  blocks_.clear();
  dedicated_.clear();
}

}  // namespace incoherent
