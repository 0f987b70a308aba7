#include "tests/vulkan/profile_file.h"

#include <fstream>

#include "absl/strings/substitute.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr char kText[] = R"({
  "memoryTypes": [
    {"heapIndex": 0, "propertyFlags": ["DEVICE_LOCAL"]},
    {"heapIndex": 0, "propertyFlags":
        ["DEVICE_LOCAL", "HOST_VISIBLE", "HOST_CACHED"]},
    {"heapIndex": 1, "propertyFlags": ["HOST_VISIBLE", "HOST_COHERENT"]}
  ],
  "memoryHeaps": [
    {"size": $0, "flags": ["DEVICE_LOCAL"]}, {"size": $1, "flags": []}
  ],
  "limits": {
    "nonCoherentAtomSize": $2,
    "minPlacedMemoryMapAlignment": $3,
    "minImportedHostPointerAlignment": $4
  },
  "hostPointerTypes": $5,
  "writeBack": "$6"
})";

}  // namespace

std::string ProfileFile::Save(const std::string& name) const {
  const std::string file = ::testing::TempDir() + "/" + name + ".json";
  std::ofstream(file) << absl::Substitute(
      kText, heap_size, host_heap_size, atom_size, placed_alignment,
      import_alignment, host_pointer_types, write_back);
  return file;
}

}  // namespace incoherent
