#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATOR_UNDER_TEST_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATOR_UNDER_TEST_H_

// A device with an allocator, as its tests need them.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "incoherent/allocator.h"
#include "incoherent/testing.h"

namespace incoherent {

constexpr uint32_t kLocalType = SmallDeviceTypes::kDeviceLocal;
constexpr uint32_t kCoherentType = SmallDeviceTypes::kCoherent;
constexpr uint32_t kNonCoherentType = SmallDeviceTypes::kNonCoherent;
constexpr uint64_t kAtom = 64;
constexpr uint64_t kBlockSize = 1024;

using TestBytes = std::vector<uint8_t>;

inline AllocatorOptions SmallBlocks(bool align_to_atoms = true) {
  AllocatorOptions options;
  options.block_size = kBlockSize;
  options.align_to_atoms = align_to_atoms;
  return options;
}

inline AllocationCreateInfo Named(const std::string& name, uint64_t size = 100,
                                  uint32_t type_index = kNonCoherentType) {
  AllocationCreateInfo info;
  info.size = size;
  info.type_index = type_index;
  info.name = name;
  return info;
}

inline AllocationCreateInfo Mapped(AllocationCreateInfo info) {
  info.mapped = true;
  return info;
}

inline AllocationCreateInfo Dedicated(AllocationCreateInfo info) {
  info.dedicated = true;
  return info;
}

class AllocatorTest : public DeviceTest {
 protected:
  explicit AllocatorTest(const DeviceOptions& options = SmallDevice())
      : DeviceTest(options) {
    MakeAllocator(SmallBlocks());
  }
  void TearDown() override {
    allocator_.reset();
    DeviceTest::TearDown();
  }

  void MakeAllocator(const AllocatorOptions& options) {
    allocator_ = std::make_unique<Allocator>(device(), options);
  }
  void DropAllocator() { allocator_.reset(); }
  Allocator& allocator() { return *allocator_; }

  Allocation Create(const AllocationCreateInfo& info) {
    const absl::StatusOr<Allocation> allocation = allocator_->Create(info);
    EXPECT_TRUE(allocation.ok()) << allocation.status();
    return allocation.value_or(Allocation());
  }
  HostPointer Map(const Allocation& allocation) {
    const absl::StatusOr<HostPointer> pointer =
        allocator_->MapMemory(allocation);
    EXPECT_TRUE(pointer.ok()) << pointer.status();
    return pointer.value_or(HostPointer());
  }
  AllocationInfo Info(const Allocation& allocation) {
    const absl::StatusOr<AllocationInfo> info = allocator_->InfoOf(allocation);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.value_or(AllocationInfo());
  }
  MemoryRange Bytes(const Allocation& allocation,
                    const ByteRange& range = {0, kWholeSize}) {
    const absl::StatusOr<MemoryRange> bytes =
        allocator_->bytes(allocation, range);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.value_or(MemoryRange());
  }
  bool IsMapped(const Allocation& allocation) {
    return device().MappingOf(Info(allocation).memory).has_value();
  }

 private:
  std::unique_ptr<Allocator> allocator_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATOR_UNDER_TEST_H_
