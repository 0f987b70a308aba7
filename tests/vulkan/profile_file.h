#ifndef INCOHERENT_TESTS_VULKAN_PROFILE_FILE_H_
#define INCOHERENT_TESTS_VULKAN_PROFILE_FILE_H_

// ProfileFile: a profile of one's own, as a JSON file.
//
//   type 0   DEVICE_LOCAL                              heap 0
//   type 1   DEVICE_LOCAL HOST_VISIBLE HOST_CACHED     heap 0: not coherent
//   type 2   HOST_VISIBLE HOST_COHERENT                heap 1
//
// Members that are left alone have the values below.

#include <cstdint>
#include <string>

namespace incoherent {

struct ProfileFile {
  uint64_t heap_size = uint64_t{1} << 30;       // of heap 0
  uint64_t host_heap_size = uint64_t{1} << 30;  // of heap 1
  uint64_t atom_size = 64;
  uint64_t placed_alignment = 4096;
  uint64_t import_alignment = 4096;
  std::string write_back = "atom";
  std::string host_pointer_types = "[1, 2]";

  // Writes it to the test's temporary folder and returns its path.
  std::string Save(const std::string& name) const;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_PROFILE_FILE_H_
