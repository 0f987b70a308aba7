#ifndef INCOHERENT_SIM_ICD_ALLOCATE_INFO_H_
#define INCOHERENT_SIM_ICD_ALLOCATE_INFO_H_

// AllocateInfo: a VkMemoryAllocateInfo with its chain, read once for the model
// and written again for the downstream.

#include <cstddef>
#include <memory>
#include <vector>

#include "sim/icd/vulkan_newer.h"
#include "sim/memory/allocation.h"

namespace incoherent {

// Reads the chain into the model's terms. What only the device knows (the
// host pointer's memoryTypeBits, the dedicated resource's size) stays unset.
AllocateRequest ReadAllocateInfo(const VkMemoryAllocateInfo& info);

// What the downstream is asked to allocate: the application's structures,
// copied where the chain has to change and shared where not.
class DownstreamAllocateInfo {
 public:
  // Import structures whose handleType is 0 import nothing; they are left out,
  // since lavapipe takes them for imports.
  DownstreamAllocateInfo(const VkMemoryAllocateInfo& info,
                         uint32_t downstream_type_index);

  const VkMemoryAllocateInfo& info() const { return info_; }

  // Takes a structure out of the chain. Structures that this version does not
  // know go with it.
  void Remove(VkStructureType type);

  // Makes the downstream import `size` bytes at `pages` as this memory, of a
  // type of its own.
  void ImportHostPointer(void* pages, uint64_t size,
                         uint32_t downstream_type_index);

 private:
  VkMemoryAllocateInfo info_;
  std::vector<std::unique_ptr<std::byte[]>> copies_;
  VkImportMemoryHostPointerInfoEXT import_ = {};
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_ALLOCATE_INFO_H_
