#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATION_WINDOW_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATION_WINDOW_H_

// AllocationWindow: the bytes of one mapping of an allocation, for HostPointer.
//
// It is good from the allocation's first map to its last unmap, even if the
// block stays mapped for others. It knows the arithmetic of those who take the
// pointer for the block's.

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/host/allocator/suballocation.h"
#include "sim/host/map/mapped_window.h"

namespace incoherent {

class AllocationWindow : public MappedWindow {
 public:
  // In a state that has a mapping.
  AllocationWindow(Device& device,
                   std::shared_ptr<const Suballocation> suballocation,
                   const Suballocation::State& state);

  absl::Status Store(uint64_t at, absl::Span<const uint8_t> bytes) override;
  absl::StatusOr<std::vector<Byte>> Load(uint64_t at, uint64_t size) override;
  absl::Status ReportOutside(uint64_t at, uint64_t size) override;

 private:
  // Told with the bytes that were meant.
  absl::Status CheckMapped(absl::string_view call, const ByteRange& used) const;

  std::shared_ptr<const Suballocation> suballocation_;
  uint64_t mapping_number_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_ALLOCATION_WINDOW_H_
