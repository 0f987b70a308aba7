#include "incoherent/host_pointer.h"

#include "sim/memory/byte_range.h"

namespace incoherent {
namespace {

absl::Status NullPointer() {
  return absl::InvalidArgumentError(
      "use of a null HostPointer; did the map that should have made it fail?");
}

}  // namespace

absl::Status HostPointer::Write(absl::Span<const uint8_t> bytes) const {
  if (is_null()) return NullPointer();
  const uint64_t at = address_ - window_->address();
  if (!Fits(at, bytes.size(), window_->size())) {
    return window_->ReportOutside(at, bytes.size());
  }
  return window_->Store(at, bytes);
}

absl::StatusOr<std::vector<Byte>> HostPointer::ReadBytes(uint64_t size) const {
  if (is_null()) return NullPointer();
  const uint64_t at = address_ - window_->address();
  if (!Fits(at, size, window_->size())) return window_->ReportOutside(at, size);
  return window_->Load(at, size);
}

absl::StatusOr<std::vector<uint8_t>> HostPointer::Read(uint64_t size) const {
  const absl::StatusOr<std::vector<Byte>> bytes = ReadBytes(size);
  if (!bytes.ok()) return bytes.status();
  std::vector<uint8_t> values;
  values.reserve(bytes->size());
  for (const Byte& byte : *bytes) values.push_back(byte.value);
  return values;
}

}  // namespace incoherent
