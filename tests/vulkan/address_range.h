#ifndef INCOHERENT_TESTS_VULKAN_ADDRESS_RANGE_H_
#define INCOHERENT_TESTS_VULKAN_ADDRESS_RANGE_H_

// AddressRange: pages of this process at an aligned address, for imports and
// placed maps; what the system says of them.

#include <cstddef>
#include <cstdint>
#include <string>

namespace incoherent {

class AddressRange {
 public:
  // `protection` as of mmap: PROT_NONE merely reserves the addresses.
  AddressRange(size_t size, int protection, size_t alignment = 4096);
  ~AddressRange();
  AddressRange(const AddressRange&) = delete;
  AddressRange& operator=(const AddressRange&) = delete;

  uint8_t* at(size_t offset = 0) const { return begin_ + offset; }
  size_t size() const { return size_; }

 private:
  uint8_t* mapped_;
  size_t mapped_size_;
  uint8_t* begin_;
  size_t size_;
};

// "rw-p" and the like, as /proc/self/maps has it; empty where nothing is.
std::string ProtectionAt(const void* address);

// How many mappings the process has.
size_t CountMappings();

// Bytes of the process that are in memory.
size_t ResidentBytes();

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_ADDRESS_RANGE_H_
