#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATOR_PROGRAM_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATOR_PROGRAM_H_

// AllocatorProgram: any calls of an Allocator, on it and on a reference, which
// must agree after each. For tests.
//
//   AllocatorProgram program(/*atom_size=*/64, /*align_to_atoms=*/true);
//   for (const AllocatorStep& step : steps) {
//     std::string mismatch = program.Run(step);   // empty: all is well
//   }
//   std::string mismatch = program.Finish();

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "incoherent/allocator.h"
#include "sim/host/allocator/reference_allocator.h"

namespace incoherent {

struct AllocatorStep {
  enum class Kind : uint8_t {
    kCreate,
    kMap,
    kUnmap,
    kFree,
    kFlush,
    kInvalidate,
    kUsePointer,
    kFailNextMap,
  };
  static constexpr unsigned kKinds = 8;

  Kind kind = Kind::kCreate;
  // Of all that were ever created, or ever mapped; modulo their number.
  uint8_t which = 0;
  // Of a new allocation, a flush or an invalidate, or a use.
  uint64_t offset = 0;
  uint64_t size = 0;
  // Of a new allocation.
  uint8_t type = 0;  // modulo the number of types
  uint64_t alignment = 1;
  bool mapped = false;
  bool dedicated = false;
};

class AllocatorProgram {
 public:
  static constexpr uint64_t kBlockSize = 1024;

  AllocatorProgram(uint64_t atom_size, bool align_to_atoms);

  // What the two disagree in.
  std::string Run(const AllocatorStep& step);
  // Frees all.
  std::string Finish();

 private:
  struct Pointer {
    int number;
    uint64_t mapping;
    HostPointer pointer;
  };

  std::string Do(const AllocatorStep& step);
  std::string Create(const AllocatorStep& step);
  std::string Map(int number);
  std::string Unmap(int number);
  std::string Free(int number);
  std::string Synchronize(int number, const AllocatorStep& step);
  std::string UsePointer(const AllocatorStep& step);
  // What is wrong with an outcome: whether it was OK, and how many findings of
  // misuse there are now.
  std::string Expect(const char* call, const absl::Status& status, bool ok,
                     int findings);

  std::string CheckBlocks();
  std::string CheckAllocation(int number);
  std::string CheckApart() const;

  uint64_t atom_size_;
  bool align_to_atoms_;
  Device device_;
  Allocator allocator_;
  ReferenceAllocator reference_;
  std::vector<Allocation> allocations_;
  std::vector<Pointer> pointers_;
  size_t misuses_ = 0;  // found so far
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATOR_PROGRAM_H_
