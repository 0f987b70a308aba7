#include "sim/icd/resources/resource_table.h"

#include <algorithm>

#include "sim/icd/resources/format_blocks.h"

namespace incoherent {
namespace {

template <typename Handle>
BoundBytes Named(BoundBytes bytes, VkObjectType type, Handle handle) {
  bytes.type = type;
  bytes.handle = reinterpret_cast<uint64_t>(handle);
  return bytes;
}

// Calls visit(aspect) for each single aspect that the mask means.
template <typename Visit>
void ForEachAspect(VkFormat format, VkImageAspectFlags mask, Visit visit) {
  const uint32_t planes = PlaneCount(format);
  if (mask == VK_IMAGE_ASPECT_COLOR_BIT && planes > 1) {
    mask = VK_IMAGE_ASPECT_PLANE_0_BIT | VK_IMAGE_ASPECT_PLANE_1_BIT;
    if (planes > 2) mask |= VK_IMAGE_ASPECT_PLANE_2_BIT;
  }
  for (VkImageAspectFlags rest = mask; rest != 0; rest &= rest - 1) {
    visit(rest & (~rest + 1));
  }
}

uint32_t CountFrom(uint32_t base, uint32_t count, uint32_t all) {
  const uint32_t left = all - std::min(base, all);
  return std::min(count, left);
}

}  // namespace

absl::optional<BoundBytes> ResourceTable::Binding::Cut(
    const ByteRange& range) const {
  const uint64_t room = memory.size - std::min(offset, memory.size);
  const ByteRange cut = Intersect(range, {0, room});
  if (cut.empty()) return absl::nullopt;
  BoundBytes bytes;
  bytes.payload = memory.payload;
  bytes.range = {offset + cut.offset, cut.size};
  return bytes;
}

const absl::optional<ResourceTable::Binding>& ResourceTable::Image::BindingOf(
    VkImageAspectFlags aspect) const {
  return planes[disjoint ? PlaneOfAspect(aspect) : 0];
}

void ResourceTable::AddBuffer(VkBuffer buffer, const VkBufferCreateInfo& info) {
  absl::WriterMutexLock lock(&mutex_);
  buffers_[buffer] = {info.size, absl::nullopt};
  addressed_.erase(buffer);
}

void ResourceTable::BindBuffer(VkBuffer buffer,
                               const absl::optional<BoundMemory>& memory,
                               VkDeviceSize offset) {
  absl::WriterMutexLock lock(&mutex_);
  const auto found = buffers_.find(buffer);
  if (found == buffers_.end() || !memory.has_value()) return;
  found->second.binding = Binding{*memory, offset, found->second.size};
}

void ResourceTable::RemoveBuffer(VkBuffer buffer) {
  absl::WriterMutexLock lock(&mutex_);
  buffers_.erase(buffer);
  addressed_.erase(buffer);
}

void ResourceTable::MarkAddressed(VkBuffer buffer) {
  absl::WriterMutexLock lock(&mutex_);
  if (buffers_.contains(buffer)) addressed_.insert(buffer);
}

void ResourceTable::AddImage(VkImage image, const VkImageCreateInfo& info) {
  Image made;
  made.shape = {info.format, info.extent, info.mipLevels, info.arrayLayers};
  made.linear = info.tiling == VK_IMAGE_TILING_LINEAR;
  made.disjoint = (info.flags & VK_IMAGE_CREATE_DISJOINT_BIT) != 0;
  absl::WriterMutexLock lock(&mutex_);
  images_[image] = made;
}

void ResourceTable::BindImage(VkImage image, const ImageBinding& binding) {
  absl::WriterMutexLock lock(&mutex_);
  const auto found = images_.find(image);
  if (found == images_.end() || !binding.memory.has_value()) return;
  found->second.planes[std::min(binding.plane, 2u)] =
      Binding{*binding.memory, binding.offset, binding.size};
}

void ResourceTable::RemoveImage(VkImage image) {
  absl::WriterMutexLock lock(&mutex_);
  images_.erase(image);
}

void ResourceTable::AddView(VkBufferView view,
                            const VkBufferViewCreateInfo& info) {
  absl::WriterMutexLock lock(&mutex_);
  buffer_views_[view] = {info.buffer, info.offset, info.range};
}

void ResourceTable::RemoveView(VkBufferView view) {
  absl::WriterMutexLock lock(&mutex_);
  buffer_views_.erase(view);
}

void ResourceTable::AddView(VkImageView view,
                            const VkImageViewCreateInfo& info) {
  absl::WriterMutexLock lock(&mutex_);
  image_views_[view] = {info.image, info.format, info.subresourceRange};
}

void ResourceTable::RemoveView(VkImageView view) {
  absl::WriterMutexLock lock(&mutex_);
  image_views_.erase(view);
}

absl::optional<BoundBytes> ResourceTable::BufferBytes(VkBuffer handle,
                                                      uint64_t offset,
                                                      uint64_t size) const {
  const auto found = buffers_.find(handle);
  if (found == buffers_.end() || !found->second.binding.has_value()) {
    return absl::nullopt;
  }
  const uint64_t end = found->second.size;
  const uint64_t begin = std::min<uint64_t>(offset, end);
  const absl::optional<BoundBytes> bytes = found->second.binding->Cut(
      {begin, std::min<uint64_t>(size, end - begin)});
  if (!bytes.has_value()) return absl::nullopt;
  return Named(*bytes, VK_OBJECT_TYPE_BUFFER, handle);
}

absl::optional<BoundBytes> ResourceTable::BytesOf(VkBuffer buffer,
                                                  VkDeviceSize offset,
                                                  VkDeviceSize size) const {
  absl::ReaderMutexLock lock(&mutex_);
  return BufferBytes(buffer, offset, size);
}

ResourceBytes ResourceTable::BytesOf(VkBuffer buffer, const ByteRows& rows,
                                     size_t max_pieces) const {
  ResourceBytes bytes;
  const absl::optional<BoundBytes> whole = BytesOf(buffer, 0, VK_WHOLE_SIZE);
  if (!whole.has_value()) return bytes;
  const auto at = [&whole](const ByteRange& piece) {
    BoundBytes moved = *whole;
    moved.range = {whole->range.offset + piece.offset, piece.size};
    return moved;
  };
  const BytePieces pieces = PiecesOf(rows, whole->range.size, max_pieces);
  for (const ByteRange& piece : pieces.certain) {
    bytes.certain.push_back(at(piece));
  }
  if (pieces.may.has_value()) bytes.may.push_back(at(*pieces.may));
  return bytes;
}

absl::optional<BoundBytes> ResourceTable::BytesOf(VkBufferView view) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = buffer_views_.find(view);
  if (found == buffer_views_.end()) return absl::nullopt;
  return BufferBytes(found->second.buffer, found->second.offset,
                     found->second.size);
}

const ResourceTable::Image* ResourceTable::FindLinear(VkImage image) const {
  const auto found = images_.find(image);
  const bool linear = found != images_.end() && found->second.linear;
  return linear ? &found->second : nullptr;
}

ByteRows ResourceTable::RegionRows(VkImage handle, const Image& image,
                                   const VkImageSubresourceLayers& layers,
                                   const VkOffset3D& offset,
                                   const VkExtent3D& extent) const {
  const VkSubresourceLayout layout =
      layouts_(handle, {layers.aspectMask, layers.mipLevel, 0});
  return RowsInImage(image.shape, layout, layers, offset, extent);
}

ResourceBytes ResourceTable::RegionBytes(VkImage handle,
                                         const VkImageSubresourceLayers& layers,
                                         const VkOffset3D& offset,
                                         const VkExtent3D& extent) const {
  ResourceBytes bytes;
  const Image* image = FindLinear(handle);
  if (image == nullptr || layers.mipLevel >= image->shape.mip_levels) {
    return bytes;
  }
  ForEachAspect(
      image->shape.format, layers.aspectMask, [&](VkImageAspectFlags aspect) {
        const absl::optional<Binding>& binding = image->BindingOf(aspect);
        if (!binding.has_value()) return;
        VkImageSubresourceLayers one = layers;
        one.aspectMask = aspect;
        const BytePieces pieces =
            PiecesOf(RegionRows(handle, *image, one, offset, extent),
                     binding->memory.size);
        const auto add = [&](const ByteRange& piece,
                             std::vector<BoundBytes>& to) {
          const absl::optional<BoundBytes> cut = binding->Cut(piece);
          if (cut) to.push_back(Named(*cut, VK_OBJECT_TYPE_IMAGE, handle));
        };
        for (const ByteRange& piece : pieces.certain) add(piece, bytes.certain);
        if (pieces.may.has_value()) add(*pieces.may, bytes.may);
      });
  return bytes;
}

std::vector<BoundBytes> ResourceTable::RangeBytes(
    VkImage handle, const VkImageSubresourceRange& range) const {
  std::vector<BoundBytes> bytes;
  const Image* image = FindLinear(handle);
  if (image == nullptr) return bytes;
  const ImageShape& shape = image->shape;
  const uint32_t levels =
      CountFrom(range.baseMipLevel, range.levelCount, shape.mip_levels);
  const uint32_t layers =
      CountFrom(range.baseArrayLayer, range.layerCount, shape.array_layers);
  ForEachAspect(shape.format, range.aspectMask, [&](VkImageAspectFlags aspect) {
    const absl::optional<Binding>& binding = image->BindingOf(aspect);
    if (!binding.has_value()) return;
    for (uint32_t level = 0; level < levels; ++level) {
      const VkImageSubresourceLayers all = {aspect, range.baseMipLevel + level,
                                            range.baseArrayLayer, layers};
      const ByteRows rows = RegionRows(
          handle, *image, all, {}, LevelExtent(shape, aspect, all.mipLevel));
      const absl::optional<BoundBytes> cut =
          binding->Cut(HullOf(rows, binding->memory.size));
      if (cut) bytes.push_back(Named(*cut, VK_OBJECT_TYPE_IMAGE, handle));
    }
  });
  return bytes;
}

std::vector<BoundBytes> ResourceTable::BytesOf(
    VkImage image, const VkImageSubresourceRange& range) const {
  absl::ReaderMutexLock lock(&mutex_);
  return RangeBytes(image, range);
}

std::vector<BoundBytes> ResourceTable::BytesOf(VkImageView view) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = image_views_.find(view);
  if (found == image_views_.end()) return {};
  return RangeBytes(found->second.image, found->second.range);
}

ResourceBytes ResourceTable::BytesOf(VkImage image,
                                     const VkImageSubresourceLayers& layers,
                                     const VkOffset3D& offset,
                                     const VkExtent3D& extent) const {
  absl::ReaderMutexLock lock(&mutex_);
  return RegionBytes(image, layers, offset, extent);
}

ResourceBytes ResourceTable::BytesOf(VkImageView view,
                                     const VkRect2D& area) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = image_views_.find(view);
  if (found == image_views_.end()) return {};
  const VkImageSubresourceRange& range = found->second.range;
  return RegionBytes(found->second.image,
                     {range.aspectMask, range.baseMipLevel,
                      range.baseArrayLayer, range.layerCount},
                     {area.offset.x, area.offset.y, 0},
                     {area.extent.width, area.extent.height, 1});
}

VkFormat ResourceTable::FormatOf(VkImage image) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = images_.find(image);
  return found == images_.end() ? VK_FORMAT_UNDEFINED
                                : found->second.shape.format;
}

VkFormat ResourceTable::FormatOf(VkImageView view) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = image_views_.find(view);
  return found == image_views_.end() ? VK_FORMAT_UNDEFINED
                                     : found->second.format;
}

bool ResourceTable::IsTracked(VkBuffer buffer) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = buffers_.find(buffer);
  return found != buffers_.end() && found->second.binding.has_value();
}

bool ResourceTable::IsTracked(VkImage image) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = images_.find(image);
  if (found == images_.end()) return false;
  const auto& planes = found->second.planes;
  return std::any_of(
      planes.begin(), planes.end(),
      [](const absl::optional<Binding>& plane) { return plane.has_value(); });
}

std::vector<BoundBytes> ResourceTable::AddressedBuffers() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<BoundBytes> all;
  for (VkBuffer buffer : addressed_) {
    const absl::optional<BoundBytes> bytes =
        BufferBytes(buffer, 0, VK_WHOLE_SIZE);
    if (bytes.has_value()) all.push_back(*bytes);
  }
  // In no order of hashes, so that two runs report alike.
  std::sort(all.begin(), all.end(),
            [](const BoundBytes& a, const BoundBytes& b) {
              return a.payload != b.payload ? a.payload < b.payload
                                            : a.range.offset < b.range.offset;
            });
  return all;
}

std::vector<BoundBytes> ResourceTable::ResourcesAt(
    Journey::PayloadId payload, const ByteRange& range) const {
  std::vector<BoundBytes> all;
  const auto add = [&](const Binding& binding, VkObjectType type,
                       uint64_t handle) {
    const absl::optional<BoundBytes> whole = binding.Cut({0, binding.size});
    if (!whole || whole->payload != payload) return;
    if (Intersect(whole->range, range).empty()) return;
    all.push_back({payload, whole->range, type, handle});
  };
  absl::ReaderMutexLock lock(&mutex_);
  for (const auto& entry : buffers_) {
    if (!entry.second.binding.has_value()) continue;
    add(*entry.second.binding, VK_OBJECT_TYPE_BUFFER,
        reinterpret_cast<uint64_t>(entry.first));
  }
  for (const auto& entry : images_) {
    for (const absl::optional<Binding>& plane : entry.second.planes) {
      if (!plane.has_value()) continue;
      add(*plane, VK_OBJECT_TYPE_IMAGE,
          reinterpret_cast<uint64_t>(entry.first));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const BoundBytes& a, const BoundBytes& b) {
              return a.range.offset != b.range.offset
                         ? a.range.offset < b.range.offset
                         : a.range.size < b.range.size;
            });
  return all;
}

}  // namespace incoherent
