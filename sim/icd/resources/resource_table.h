#ifndef INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_TABLE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_TABLE_H_

// ResourceTable: the live buffers, images and views of one device, and where
// in tracked memory their bytes are.
//
//   resource                        its bytes
//   buffer                          the range that was asked for, cut to the
//                                   buffer and to its memory
//   image, linear tiling            the rows of texels
//   image, any other tiling         none: they mean nothing to the host
//   sparse, or not yet bound        none
//   bound to memory that the host   none
//     can not map
//
// A handle that is not known has no bytes either. A handle that is made again
// replaces what its dead namesake left.
//
// Threads: any number at once.
//
// Example:
//
//   ResourceTable resources(layouts);
//   resources.AddBuffer(buffer, create_info);
//   resources.BindBuffer(buffer, BoundMemory{payload, memory_size}, 256);
//   resources.BytesOf(buffer, 16, VK_WHOLE_SIZE);  // payload [272, ...)

#include <vulkan/vulkan.h>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "sim/icd/recording/command_recording.h"
#include "sim/icd/resources/descriptor_bytes.h"
#include "sim/icd/resources/image_region.h"

namespace incoherent {

// What a resource is bound to.
struct BoundMemory {
  Journey::PayloadId payload = 0;
  uint64_t size = 0;  // of the memory object
};

// Bytes that a command surely touches, and where it may touch others.
struct ResourceBytes {
  std::vector<BoundBytes> certain;
  std::vector<BoundBytes> may;

  bool empty() const { return certain.empty() && may.empty(); }
  void MakeUncertain() {
    may.insert(may.end(), certain.begin(), certain.end());
    certain.clear();
  }
};

class ResourceTable final : public DescriptorBytes {
 public:
  // vkGetImageSubresourceLayout of the downstream.
  using Layouts = std::function<VkSubresourceLayout(VkImage image,
                                                    const VkImageSubresource&)>;

  explicit ResourceTable(Layouts layouts) : layouts_(std::move(layouts)) {}

  void AddBuffer(VkBuffer buffer, const VkBufferCreateInfo& info);
  // Without memory: to such as is not tracked.
  void BindBuffer(VkBuffer buffer, const absl::optional<BoundMemory>& memory,
                  VkDeviceSize offset);
  void RemoveBuffer(VkBuffer buffer);
  // vkGetBufferDeviceAddress was called.
  void MarkAddressed(VkBuffer buffer);

  void AddImage(VkImage image, const VkImageCreateInfo& info);
  struct ImageBinding {
    absl::optional<BoundMemory> memory;
    uint64_t offset = 0;
    uint64_t size = 0;   // what the image needs; 0 if not known
    uint32_t plane = 0;  // of a disjoint image
  };
  void BindImage(VkImage image, const ImageBinding& binding);
  void RemoveImage(VkImage image);

  void AddView(VkBufferView view, const VkBufferViewCreateInfo& info);
  void RemoveView(VkBufferView view);
  void AddView(VkImageView view, const VkImageViewCreateInfo& info);
  void RemoveView(VkImageView view);

  // `size` may be VK_WHOLE_SIZE: the rest of the buffer.
  absl::optional<BoundBytes> BytesOf(VkBuffer buffer, VkDeviceSize offset,
                                     VkDeviceSize size) const;
  // Rows, from the start of the buffer.
  ResourceBytes BytesOf(VkBuffer buffer, const ByteRows& rows,
                        size_t max_pieces = kMaxPieces) const;
  absl::optional<BoundBytes> BytesOf(VkBufferView view) const;
  // Whole subresources: from the first row to the last, with what may lie
  // between.
  std::vector<BoundBytes> BytesOf(VkImage image,
                                  const VkImageSubresourceRange& range) const;
  std::vector<BoundBytes> BytesOf(VkImageView view) const;
  // The texels of a region, row by row.
  ResourceBytes BytesOf(VkImage image, const VkImageSubresourceLayers& layers,
                        const VkOffset3D& offset,
                        const VkExtent3D& extent) const;
  // The same of what a view shows, in its first mip level.
  ResourceBytes BytesOf(VkImageView view, const VkRect2D& area) const;

  absl::optional<BoundBytes> OfBuffer(VkBuffer buffer, uint64_t offset,
                                      uint64_t size) const override {
    return BytesOf(buffer, offset, size);
  }
  absl::optional<BoundBytes> OfBufferView(VkBufferView view) const override {
    return BytesOf(view);
  }
  std::vector<BoundBytes> OfImageView(VkImageView view) const override {
    return BytesOf(view);
  }

  // VK_FORMAT_UNDEFINED if the handle is not known.
  VkFormat FormatOf(VkImage image) const;
  VkFormat FormatOf(VkImageView view) const;

  // Whether it is bound to tracked memory, linear or not.
  bool IsTracked(VkBuffer buffer) const;
  bool IsTracked(VkImage image) const;

  // All buffers whose device address the application has.
  std::vector<BoundBytes> AddressedBuffers() const;

  // What is bound to any of the bytes, for saying what a finding is about.
  std::vector<BoundBytes> ResourcesAt(Journey::PayloadId payload,
                                      const ByteRange& range) const;

 private:
  struct Binding {
    BoundMemory memory;
    uint64_t offset = 0;
    uint64_t size = 0;

    // Bytes of the resource, cut to its memory; none if all are cut off.
    absl::optional<BoundBytes> Cut(const ByteRange& range) const;
  };
  struct Buffer {
    uint64_t size = 0;
    absl::optional<Binding> binding;
  };
  struct Image {
    ImageShape shape;
    bool linear = false;
    bool disjoint = false;
    std::array<absl::optional<Binding>, 3> planes;

    const absl::optional<Binding>& BindingOf(VkImageAspectFlags aspect) const;
  };
  struct BufferView {
    VkBuffer buffer;
    uint64_t offset;
    uint64_t size;
  };
  struct ImageView {
    VkImage image;
    VkFormat format;
    VkImageSubresourceRange range;
  };

  absl::optional<BoundBytes> BufferBytes(VkBuffer handle, uint64_t offset,
                                         uint64_t size) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Null unless it is linear and known.
  const Image* FindLinear(VkImage image) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ResourceBytes RegionBytes(VkImage handle,
                            const VkImageSubresourceLayers& layers,
                            const VkOffset3D& offset,
                            const VkExtent3D& extent) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::vector<BoundBytes> RangeBytes(VkImage handle,
                                     const VkImageSubresourceRange& range) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ByteRows RegionRows(VkImage handle, const Image& image,
                      const VkImageSubresourceLayers& layers,
                      const VkOffset3D& offset, const VkExtent3D& extent) const;

  const Layouts layouts_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<VkBuffer, Buffer> buffers_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<VkBuffer> addressed_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkImage, Image> images_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkBufferView, BufferView> buffer_views_
      ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkImageView, ImageView> image_views_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_TABLE_H_
