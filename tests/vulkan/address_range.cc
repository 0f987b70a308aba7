#include "tests/vulkan/address_range.h"

#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "sim/memory/check.h"

namespace incoherent {

AddressRange::AddressRange(size_t size, int protection, size_t alignment)
    : mapped_size_(size + alignment), size_(size) {
  void* at = mmap(nullptr, mapped_size_, protection,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  INCOHERENT_CHECK(at != MAP_FAILED, "no addresses are to be had");
  mapped_ = static_cast<uint8_t*>(at);
  const auto address = reinterpret_cast<uintptr_t>(at);
  begin_ = mapped_ + (alignment - address % alignment) % alignment;
}

AddressRange::~AddressRange() { munmap(mapped_, mapped_size_); }

std::string ProtectionAt(const void* address) {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    uintptr_t begin = 0;
    uintptr_t end = 0;
    char dash = 0;
    std::string protection;
    std::istringstream(line) >> std::hex >> begin >> dash >> end >> protection;
    if (begin <= wanted && wanted < end) return protection;
  }
  return "";
}

size_t CountMappings() {
  std::ifstream maps("/proc/self/maps");
  size_t count = 0;
  for (std::string line; std::getline(maps, line);) ++count;
  return count;
}

size_t ResidentBytes() {
  size_t total_pages = 0;
  size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace incoherent
