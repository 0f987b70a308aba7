#ifndef UPLOADER_H_
#define UPLOADER_H_

// Uploader: the wrapper under test. It writes into mapped memory and flushes
// what it wrote; its rule for what to flush is what could be wrong.

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "incoherent/memory.h"

class Uploader {
 public:
  // What is flushed of a write: its atoms; or the bytes as they are, which is a
  // mistake that coherent memory hides.
  enum class Rounding { kToAtoms, kForgotten };

  Uploader(incoherent::Memory memory, Rounding rounding)
      : memory_(std::move(memory)),
        rounding_(rounding),
        pointer_(memory_.Map().value()) {}

  const incoherent::Memory& memory() const { return memory_; }

  absl::Status Write(uint64_t offset, absl::Span<const uint8_t> bytes) {
    absl::Status status = (pointer_ + offset).Write(bytes);
    const incoherent::ByteRange written = {offset, bytes.size()};
    status.Update(memory_.Flush(rounding_ == Rounding::kToAtoms
                                    ? memory_.AtomRange(written)
                                    : written));
    return status;
  }

 private:
  incoherent::Memory memory_;
  Rounding rounding_;
  incoherent::HostPointer pointer_;
};

#endif  // UPLOADER_H_
