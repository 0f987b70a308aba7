#ifndef INCOHERENT_TESTS_REFERENCE_MEMORY_H_
#define INCOHERENT_TESTS_REFERENCE_MEMORY_H_

// ReferenceMemory: the gold standard for non-coherent device memory.
//
// One loop over bytes per rule, nothing clever, and nothing shared with the
// model, so that both can only be wrong in the same way by accident.
//
//   ReferenceMemory memory(200, 64, ReferenceMemory::kWholeAtoms);
//   memory.HostStore(3, 0x11);
//   memory.Flush(0, 64);        // device bytes [0, 64) now equal the host's

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace incoherent {

class ReferenceMemory {
 public:
  // What a write-back carries: the whole atom, or its dirty bytes.
  enum Carries { kWholeAtoms, kDirtyBytes };

  ReferenceMemory(size_t size, size_t atom_size, Carries carries)
      : atom_size_(atom_size),
        carries_(carries),
        host_(size, 0),
        device_(size, 0),
        dirty_(size, false) {}

  void HostStore(size_t byte, uint8_t value) {
    host_[byte] = value;
    dirty_[byte] = true;
  }
  uint8_t HostLoad(size_t byte) const { return host_[byte]; }
  void DeviceStore(size_t byte, uint8_t value) { device_[byte] = value; }
  uint8_t DeviceLoad(size_t byte) const { return device_[byte]; }

  bool IsDirty(size_t byte) const { return dirty_[byte]; }
  // Clean, and the device holds something else.
  bool IsStale(size_t byte) const {
    return !dirty_[byte] && host_[byte] != device_[byte];
  }

  // Returns how many bytes the device received.
  size_t Flush(size_t offset, size_t size) {
    size_t received = 0;
    const std::vector<bool> was_dirty = dirty_;
    for (size_t byte = 0; byte < host_.size(); ++byte) {
      if (!AtomIsTouched(byte, offset, size)) continue;
      if (!AtomHas(was_dirty, byte)) continue;
      if (carries_ == kDirtyBytes && !was_dirty[byte]) continue;
      device_[byte] = host_[byte];
      dirty_[byte] = false;
      ++received;
    }
    return received;
  }

  // Returns how many dirty bytes were lost.
  size_t Invalidate(size_t offset, size_t size) {
    size_t lost = 0;
    for (size_t byte = 0; byte < host_.size(); ++byte) {
      if (!AtomIsTouched(byte, offset, size)) continue;
      if (dirty_[byte]) ++lost;
      host_[byte] = device_[byte];
      dirty_[byte] = false;
    }
    return lost;
  }

  // What a cache may do by itself to the atoms of a range: fetch the bytes
  // that the host did not write. (Its write-back is a Flush.)
  void Refill(size_t offset, size_t size) {
    for (size_t byte = 0; byte < host_.size(); ++byte) {
      if (!AtomIsTouched(byte, offset, size)) continue;
      if (!dirty_[byte]) host_[byte] = device_[byte];
    }
  }

 private:
  // Whether [offset, offset + size) has a byte in the atom of `byte`.
  bool AtomIsTouched(size_t byte, size_t offset, size_t size) const {
    if (size == 0) return false;
    const size_t first = offset / atom_size_;
    const size_t last = (offset + size - 1) / atom_size_;
    return first <= byte / atom_size_ && byte / atom_size_ <= last;
  }
  // Whether a byte in the atom of `byte` is marked.
  bool AtomHas(const std::vector<bool>& marked, size_t byte) const {
    const size_t begin = byte / atom_size_ * atom_size_;
    for (size_t other = begin; other < begin + atom_size_; ++other) {
      if (other < marked.size() && marked[other]) return true;
    }
    return false;
  }

  size_t atom_size_;
  Carries carries_;
  std::vector<uint8_t> host_;
  std::vector<uint8_t> device_;
  std::vector<bool> dirty_;
};

// A VkMappedMemoryRange on an object that is mapped at [map_begin, map_end).
// Every number is wide enough that no sum of two wraps.
struct ReferenceMappedRange {
  using Wide = unsigned __int128;
  static constexpr uint64_t kWhole = 0xffffffffffffffff;  // VK_WHOLE_SIZE

  Wide object_size, atom_size, map_begin, map_end, offset, size;

  // Every rule that the range breaks; none: it is valid.
  std::set<std::string> BrokenRules() const {
    std::set<std::string> broken;
    const auto require = [&broken](bool kept, const char* rule) {
      if (!kept) broken.insert(std::string("VUID-VkMappedMemoryRange-") + rule);
    };
    require(offset % atom_size == 0, "offset-00687");
    if (size == kWhole) {
      require(offset >= map_begin && offset < map_end, "size-00686");
      require(map_end % atom_size == 0 || map_end == object_size, "size-01389");
    } else {
      require(offset >= map_begin && offset + size <= map_end, "size-00685");
      require(size % atom_size == 0 || offset + size == object_size,
              "size-01390");
    }
    return broken;
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_REFERENCE_MEMORY_H_
