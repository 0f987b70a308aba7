#include "sim/host/map/mapped_window.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent {

absl::Status MappedWindow::CheckMapped(absl::string_view call,
                                       const ByteRange& bytes) const {
  const auto mapping = device_.MappingOf(memory_);
  if (mapping && mapping->number == number_) return absl::OkStatus();
  const char* const since = !device_.IsLive(memory_) ? "freed"
                            : mapping ? "unmapped, and mapped again"
                                      : "unmapped";
  return device_.Report(
      absl::FailedPreconditionError(absl::StrCat(
          "the pointer is no longer good: ", device_.NameOf(memory_), " was ",
          since, " since it was mapped")),
      call, MemoryRange{memory_, {offset_ + bytes.offset, bytes.size}});
}

absl::Status MappedWindow::Store(uint64_t at, absl::Span<const uint8_t> bytes) {
  const absl::Status status = CheckMapped("host store", {at, bytes.size()});
  if (!status.ok()) return status;
  return device_.Store(memory_, offset_ + at, bytes);
}

absl::StatusOr<std::vector<Byte>> MappedWindow::Load(uint64_t at,
                                                     uint64_t size) {
  const absl::Status status = CheckMapped("host load", {at, size});
  if (!status.ok()) return status;
  return device_.Load(memory_, offset_ + at, size);
}

absl::Status MappedWindow::ReportOutside(uint64_t at, uint64_t size) {
  const bool before = static_cast<int64_t>(at) < 0;
  return device_.Report(
      absl::OutOfRangeError(absl::StrFormat(
          "%d bytes %d bytes %s the first of the %d mapped ones of %s", size,
          before ? -at : at, before ? "before" : "behind", this->size(),
          device_.NameOf(memory_))),
      "use of a pointer");
}

}  // namespace incoherent
