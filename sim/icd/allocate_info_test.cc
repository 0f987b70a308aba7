#include "sim/icd/allocate_info.h"

#include <gtest/gtest.h>

#include "sim/icd/chain.h"

namespace incoherent {
namespace {

TEST(ReadAllocateInfo, ReadsEveryStructureOfTheChain) {
  VkMemoryPriorityAllocateInfoEXT priority = {
      VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT, nullptr, 0.25f};
  VkExportMemoryAllocateInfo exported = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, &priority,
      VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT};
  VkMemoryAllocateFlagsInfo flags = {
      VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO, &exported,
      VK_MEMORY_ALLOCATE_DEVICE_MASK_BIT |
          VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT,
      0b11};
  const VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     &flags, 4096, 2};
  const AllocateRequest request = ReadAllocateInfo(info);
  EXPECT_EQ(request.size, 4096u);
  EXPECT_EQ(request.type_index, 2u);
  EXPECT_EQ(request.origin, PayloadOrigin::kNew);
  EXPECT_TRUE(request.exportable);
  EXPECT_EQ(request.priority, 0.25f);
  EXPECT_EQ(request.flags.device_mask, 0b11u);
  EXPECT_TRUE(request.flags.device_address);
  EXPECT_FALSE(request.flags.capture_replay);
}

TEST(ReadAllocateInfo, TellsImportsApartAndCountsThem) {
  VkImportMemoryFdInfoKHR none = {
      VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR, nullptr,
      static_cast<VkExternalMemoryHandleTypeFlagBits>(0), -1};
  VkImportMemoryHostPointerInfoEXT pointer = {
      VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT, &none,
      VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
      reinterpret_cast<void*>(0x10000)};
  VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &pointer,
                               4096, 0};
  AllocateRequest request = ReadAllocateInfo(info);
  EXPECT_EQ(request.origin, PayloadOrigin::kHostPointer);
  EXPECT_EQ(request.import_count, 1u) << "handleType 0 imports nothing";
  EXPECT_EQ(request.host_pointer, 0x10000u);

  none.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT;
  info.pNext = &none;
  request = ReadAllocateInfo(info);
  EXPECT_EQ(request.origin, PayloadOrigin::kOtherImport);
  none.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  EXPECT_EQ(ReadAllocateInfo(info).origin, PayloadOrigin::kOpaqueFd);
}

TEST(DownstreamAllocateInfo, RemovesOneStructureAndLeavesTheCallersChain) {
  VkExportMemoryAllocateInfo last = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, nullptr, 1};
  VkImportMemoryHostPointerInfoEXT middle = {
      VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT, &last,
      VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT};
  VkMemoryPriorityAllocateInfoEXT first = {
      VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT, &middle, 1.0f};
  const VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     &first, 64, 3};
  DownstreamAllocateInfo downstream(info, 1);
  downstream.Remove(middle.sType);
  const void* chain = downstream.info().pNext;
  EXPECT_EQ(downstream.info().memoryTypeIndex, 1u);
  EXPECT_EQ(downstream.info().allocationSize, 64u);
  EXPECT_EQ(FindInChain<VkBaseInStructure>(chain, middle.sType), nullptr);
  EXPECT_NE(FindInChain<VkBaseInStructure>(chain, first.sType), nullptr);
  const auto* kept = FindInChain<VkExportMemoryAllocateInfo>(chain, last.sType);
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->handleTypes, 1u);
  EXPECT_EQ(first.pNext, &middle);
  EXPECT_EQ(middle.pNext, &last);
}

TEST(DownstreamAllocateInfo, LeavesOutImportsOfNothing) {
  VkImportMemoryFdInfoKHR fd = {VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR};
  VkImportMemoryHostPointerInfoEXT pointer = {
      VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT, &fd};
  const VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     &pointer, 64, 0};
  EXPECT_EQ(DownstreamAllocateInfo(info, 0).info().pNext, nullptr);
}

TEST(DownstreamAllocateInfo, SharesAChainThatStays) {
  VkExportMemoryAllocateInfo only = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, nullptr, 1};
  const VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     &only, 64, 0};
  DownstreamAllocateInfo downstream(info, 0);
  downstream.Remove(VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
  EXPECT_EQ(downstream.info().pNext, &only);
}

TEST(DownstreamAllocateInfo, ImportsInFrontOfTheChain) {
  VkExportMemoryAllocateInfo only = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, nullptr, 1};
  const VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     &only, 64, 0};
  DownstreamAllocateInfo downstream(info, 0);
  int page = 0;
  downstream.ImportHostPointer(&page, 4096, 5);
  EXPECT_EQ(downstream.info().allocationSize, 4096u);
  EXPECT_EQ(downstream.info().memoryTypeIndex, 5u);
  const AllocateRequest request = ReadAllocateInfo(downstream.info());
  EXPECT_EQ(request.origin, PayloadOrigin::kHostPointer);
  EXPECT_EQ(request.host_pointer, reinterpret_cast<uint64_t>(&page));
  EXPECT_TRUE(request.exportable);
}

}  // namespace
}  // namespace incoherent
