#include "sim/icd/recording/dependencies.h"

namespace incoherent {
namespace {

struct Scopes {
  Scope source;
  Scope destination;
};

// VkMemoryBarrier2, VkBufferMemoryBarrier2 and VkImageMemoryBarrier2.
template <typename Barrier>
Scopes ScopesOf(const Barrier& barrier) {
  return {{barrier.srcStageMask, barrier.srcAccessMask},
          {barrier.dstStageMask, barrier.dstAccessMask}};
}

template <typename Barrier>
Scopes ScopesOf(const LegacyBarriers& barriers, const Barrier& barrier) {
  return {{barriers.source_stages, barrier.srcAccessMask},
          {barriers.destination_stages, barrier.dstAccessMask}};
}

void AddOrderOnly(const Scopes& scopes, std::vector<Dependency>& all) {
  all.push_back({scopes.source, scopes.destination, BoundBytes()});
}

void AddBuffer(const Scopes& scopes, const absl::optional<BoundBytes>& bytes,
               std::vector<Dependency>& all) {
  all.push_back(
      {scopes.source, scopes.destination, bytes.value_or(BoundBytes())});
}

void AddImage(const Scopes& scopes, const std::vector<BoundBytes>& pieces,
              std::vector<Dependency>& all) {
  if (pieces.empty()) AddOrderOnly(scopes, all);
  for (const BoundBytes& piece : pieces) {
    all.push_back({scopes.source, scopes.destination, piece});
  }
}

}  // namespace

std::vector<Dependency> DependenciesOf(const VkDependencyInfo& info,
                                       const ResourceTable& resources) {
  std::vector<Dependency> all;
  for (uint32_t i = 0; i < info.memoryBarrierCount; ++i) {
    const Scopes scopes = ScopesOf(info.pMemoryBarriers[i]);
    all.push_back({scopes.source, scopes.destination, absl::nullopt});
  }
  for (uint32_t i = 0; i < info.bufferMemoryBarrierCount; ++i) {
    const VkBufferMemoryBarrier2& barrier = info.pBufferMemoryBarriers[i];
    AddBuffer(ScopesOf(barrier),
              resources.BytesOf(barrier.buffer, barrier.offset, barrier.size),
              all);
  }
  for (uint32_t i = 0; i < info.imageMemoryBarrierCount; ++i) {
    const VkImageMemoryBarrier2& barrier = info.pImageMemoryBarriers[i];
    AddImage(ScopesOf(barrier),
             resources.BytesOf(barrier.image, barrier.subresourceRange), all);
  }
  return all;
}

std::vector<Dependency> DependenciesOf(const LegacyBarriers& barriers,
                                       const ResourceTable& resources) {
  std::vector<Dependency> all;
  for (uint32_t i = 0; i < barriers.memory_count; ++i) {
    const Scopes scopes = ScopesOf(barriers, barriers.memory[i]);
    all.push_back({scopes.source, scopes.destination, absl::nullopt});
  }
  for (uint32_t i = 0; i < barriers.buffer_count; ++i) {
    const VkBufferMemoryBarrier& barrier = barriers.buffers[i];
    AddBuffer(ScopesOf(barriers, barrier),
              resources.BytesOf(barrier.buffer, barrier.offset, barrier.size),
              all);
  }
  for (uint32_t i = 0; i < barriers.image_count; ++i) {
    const VkImageMemoryBarrier& barrier = barriers.images[i];
    AddImage(ScopesOf(barriers, barrier),
             resources.BytesOf(barrier.image, barrier.subresourceRange), all);
  }
  if (all.empty()) {
    AddOrderOnly(
        {{barriers.source_stages, 0}, {barriers.destination_stages, 0}}, all);
  }
  return all;
}

uint64_t SourceStages(const VkDependencyInfo& info) {
  uint64_t stages = 0;
  for (uint32_t i = 0; i < info.memoryBarrierCount; ++i) {
    stages |= info.pMemoryBarriers[i].srcStageMask;
  }
  for (uint32_t i = 0; i < info.bufferMemoryBarrierCount; ++i) {
    stages |= info.pBufferMemoryBarriers[i].srcStageMask;
  }
  for (uint32_t i = 0; i < info.imageMemoryBarrierCount; ++i) {
    stages |= info.pImageMemoryBarriers[i].srcStageMask;
  }
  return stages;
}

}  // namespace incoherent
