#include <utility>

#include "absl/strings/str_cat.h"
#include "incoherent/vmo.h"
#include "sim/host/vmo/vmo_mapping.h"
#include "sim/host/vmo/vmo_sentence.h"

namespace incoherent {

SharedBytes::SharedBytes(std::shared_ptr<VmoMapping> mapping, Form form,
                         uint64_t borrow, const ByteRange& range)
    : mapping_(std::move(mapping)),
      form_(form),
      borrow_(borrow),
      range_(range) {}

// What was moved from keeps the mapping, so that its use can be told.
SharedBytes::SharedBytes(SharedBytes&& other) noexcept
    : mapping_(other.mapping_),
      form_(other.form_),
      moved_from_(std::exchange(other.moved_from_, true)),
      borrow_(other.borrow_),
      range_(other.range_) {}

SharedBytes& SharedBytes::operator=(SharedBytes&& other) noexcept {
  if (this == &other) return *this;
  LetGo();
  mapping_ = other.mapping_;
  form_ = other.form_;
  moved_from_ = std::exchange(other.moved_from_, true);
  borrow_ = other.borrow_;
  range_ = other.range_;
  return *this;
}

SharedBytes::~SharedBytes() { LetGo(); }

void SharedBytes::LetGo() {
  if (moved_from_) return;
  if (form_ == Form::kMapping) {
    mapping_->Unmap();
  } else {
    mapping_->EndBorrow(borrow_);
  }
}

size_t SharedBytes::Read(absl::Span<uint8_t> out) const {
  return ReadAt(0, out).value_or(0);
}

absl::StatusOr<size_t> SharedBytes::ReadAt(size_t offset,
                                           absl::Span<uint8_t> out) const {
  return mapping_->Read(*this, offset, out);
}

absl::Status SharedBytes::AcquireWrites() const {
  return mapping_->Acquire(*this);
}

absl::StatusOr<ByteRange> SharedBytes::RangeOf(
    const SliceBounds& bounds) const {
  const uint64_t end =
      bounds.end == SliceBounds::kLength ? range_.size : bounds.end;
  if (moved_from_) return range_;  // which Borrow refuses
  if (bounds.begin > end || end > range_.size) {
    return VmoOutOfRange(mapping_->vmo_name(), mapping_->party(),
                         absl::StrCat("slice from ", bounds.begin, " to ", end),
                         range_.size);
  }
  return ByteRange{range_.offset + bounds.begin, end - bounds.begin};
}

absl::StatusOr<SharedBufferSlice> SharedBytes::Slice(
    const SliceBounds& bounds) const {
  const auto range = RangeOf(bounds);
  if (!range.ok()) return range.status();
  const auto id = mapping_->Borrow(*this, VmoBorrows::Kind::kShared, *range);
  if (!id.ok()) return id.status();
  return SharedBufferSlice(mapping_, Form::kSlice, *id, *range);
}

absl::StatusOr<std::pair<SharedBufferSlice, SharedBufferSlice>>
SharedBytes::SplitAt(size_t index) const {
  auto left = Slice({0, index});
  if (!left.ok()) return left.status();
  auto right = Slice({index});
  if (!right.ok()) return right.status();
  return std::make_pair(*std::move(left), *std::move(right));
}

std::string SharedBytes::DebugString() const {
  static constexpr const char* kNames[] = {"Mapping", "SharedBufferSlice",
                                           "SharedBufferSliceMut"};
  const bool writes = form_ != Form::kSlice && mapping_->writable();
  return absl::StrCat(kNames[static_cast<int>(form_)], "{vmo \"",
                      mapping_->vmo_name(), "\", party \"", mapping_->party(),
                      "\", ", VmoRangeText(range_),
                      writes ? ", read | write" : ", read",
                      moved_from_ ? ", moved from" : "", "}");
}

std::ostream& operator<<(std::ostream& out, const SharedBytes& bytes) {
  return out << bytes.DebugString();
}

size_t SharedBuffer::Write(absl::Span<const uint8_t> bytes) {
  return WriteAt(0, bytes).value_or(0);
}

absl::StatusOr<size_t> SharedBuffer::WriteAt(size_t offset,
                                             absl::Span<const uint8_t> bytes) {
  return mapping_->Write(*this, offset, bytes);
}

absl::Status SharedBuffer::ReleaseWrites() { return mapping_->Release(*this); }

absl::StatusOr<SharedBufferSliceMut> SharedBuffer::SliceMut(
    const SliceBounds& bounds) {
  const auto range = RangeOf(bounds);
  if (!range.ok()) return range.status();
  const auto id = mapping_->Borrow(*this, VmoBorrows::Kind::kMutable, *range);
  if (!id.ok()) return id.status();
  return SharedBufferSliceMut(mapping_, Form::kSliceMut, *id, *range);
}

absl::StatusOr<std::pair<SharedBufferSliceMut, SharedBufferSliceMut>>
SharedBuffer::SplitAtMut(size_t index) {
  auto left = SliceMut({0, index});
  if (!left.ok()) return left.status();
  auto right = SliceMut({index});
  if (!right.ok()) return right.status();
  return std::make_pair(*std::move(left), *std::move(right));
}

}  // namespace incoherent
