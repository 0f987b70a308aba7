#include "sim/host/allocator/allocation_window.h"

#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace incoherent {

AllocationWindow::AllocationWindow(
    Device& device, std::shared_ptr<const Suballocation> suballocation,
    const Suballocation::State& state)
    : MappedWindow(device, suballocation->place().memory, *state.mapping,
                   suballocation->place().bytes),
      suballocation_(std::move(suballocation)),
      mapping_number_(state.mapping_number) {}

absl::Status AllocationWindow::CheckMapped(absl::string_view call,
                                           const ByteRange& used) const {
  const Suballocation::State state = suballocation_->state();
  if (state.mapping && state.mapping_number == mapping_number_) {
    return absl::OkStatus();
  }
  const char* const since = state.freed     ? "freed"
                            : state.mapping ? "unmapped, and mapped again"
                                            : "unmapped";
  return device().Report(
      absl::FailedPreconditionError(absl::StrCat(
          "the pointer is no longer good: ", suballocation_->ToString(),
          " was ", since, " since it was mapped; map it as long as its ",
          "pointer is used")),
      call, MemoryRange{memory(), used});
}

// The turn keeps the memory mapped between the check and the access.
absl::Status AllocationWindow::Store(uint64_t at,
                                     absl::Span<const uint8_t> bytes) {
  const std::lock_guard<std::mutex> turn(*suballocation_->place().turn);
  const absl::Status status =
      CheckMapped("host store", {offset() + at, bytes.size()});
  if (!status.ok()) return status;
  return MappedWindow::Store(at, bytes);
}

absl::StatusOr<std::vector<Byte>> AllocationWindow::Load(uint64_t at,
                                                         uint64_t size) {
  const std::lock_guard<std::mutex> turn(*suballocation_->place().turn);
  const absl::Status status = CheckMapped("host load", {offset() + at, size});
  if (!status.ok()) return status;
  return MappedWindow::Load(at, size);
}

absl::Status AllocationWindow::ReportOutside(uint64_t at, uint64_t size) {
  const bool before = static_cast<int64_t>(at) < 0;
  const bool offset_added = offset() != 0 && at >= offset() &&
                            Fits(at - offset(), size, this->size());
  std::string why =
      absl::StrCat("use of ", size, " bytes, ", before ? -at : at,
                   before ? " before" : " behind", " the first of the ",
                   this->size(), " of ", suballocation_->ToString());
  absl::StrAppend(
      &why,
      offset_added
          ? absl::StrCat("; its offset in the memory object is ", offset(),
                         ": the pointer already points at the "
                         "allocation; do not add its offset")
          : "; a pointer is good for the bytes of its own allocation");
  return device().Report(absl::OutOfRangeError(why), "use of a pointer",
                         suballocation_->bytes());
}

}  // namespace incoherent
