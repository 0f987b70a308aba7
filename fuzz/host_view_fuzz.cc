// Any program of stores, flushes and invalidates leaves HostView where the
// reference memory is.
//
// Input: three bytes (object size, atom size, what a write-back carries), then
// four bytes a step (operation, offset, size, value).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/memory/check.h"
#include "sim/memory/host_view.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

class Comparison {
 public:
  Comparison(size_t size, size_t atom_size, WriteBack write_back)
      : view_(size),
        synced_(size),
        device_(size),
        host_({absl::MakeSpan(view_), absl::MakeSpan(synced_),
               absl::MakeSpan(device_)},
              AtomGrid(atom_size, size), write_back),
        reference_(size, atom_size,
                   write_back == WriteBack::kWholeAtom
                       ? ReferenceMemory::kWholeAtoms
                       : ReferenceMemory::kDirtyBytes) {}

  void Step(const uint8_t step[4]) {
    const uint64_t offset = step[1] % view_.size();
    const uint64_t size = step[2] % (view_.size() - offset + 1);
    const std::vector<uint8_t> bytes(size, step[3]);
    switch (step[0] % 4) {
      case 0:
        host_.Store(offset, bytes);
        for (uint64_t i = 0; i < size; ++i) {
          reference_.HostStore(offset + i, step[3]);
        }
        break;
      case 1:
        for (uint64_t i = 0; i < size; ++i) {
          device_[offset + i] = step[3];
          reference_.DeviceStore(offset + i, step[3]);
        }
        break;
      case 2:
        INCOHERENT_CHECK(
            host_.Flush({offset, size}) == reference_.Flush(offset, size),
            "the device received as many bytes");
        break;
      case 3:
        INCOHERENT_CHECK(host_.Invalidate({offset, size}) ==
                             reference_.Invalidate(offset, size),
                         "as many bytes were lost");
        break;
    }
    Compare();
  }

 private:
  void Compare() const {
    for (size_t byte = 0; byte < view_.size(); ++byte) {
      INCOHERENT_CHECK(view_[byte] == reference_.HostLoad(byte),
                       "the host sees what the reference's does");
      INCOHERENT_CHECK(device_[byte] == reference_.DeviceLoad(byte),
                       "the device sees what the reference's does");
    }
  }

  std::vector<uint8_t> view_;
  std::vector<uint8_t> synced_;
  std::vector<uint8_t> device_;
  HostView host_;
  ReferenceMemory reference_;
};

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  incoherent::Comparison comparison(
      size_t{data[0]} + 1, size_t{1} << (data[1] % 9),
      data[2] % 2 == 0 ? incoherent::WriteBack::kWholeAtom
                       : incoherent::WriteBack::kDirtyBytes);
  for (size_t at = 3; at + 4 <= size && at < 4096; at += 4) {
    comparison.Step(data + at);
  }
  return 0;
}
