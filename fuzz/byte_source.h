#ifndef INCOHERENT_FUZZ_BYTE_SOURCE_H_
#define INCOHERENT_FUZZ_BYTE_SOURCE_H_

// ByteSource: a fuzzer's input as a row of decisions.
//
// Reads from the front; behind the end everything is 0. So a longer input goes
// on where a shorter one stopped, and a byte that changes changes one decision.
//
//   ByteSource source(data, size);
//   while (!source.empty()) Step(source.Below(4), source.Integer());

#include <cstddef>
#include <cstdint>

namespace incoherent {

class ByteSource {
 public:
  ByteSource(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return at_ >= size_; }

  uint8_t Byte() { return empty() ? 0 : data_[at_++]; }
  bool Bool() { return (Byte() & 1) != 0; }
  // A number below `limit`, which is at most 256.
  uint8_t Below(unsigned limit) { return static_cast<uint8_t>(Byte() % limit); }
  // Eight bytes, lowest first.
  uint64_t Integer() {
    uint64_t integer = 0;
    for (int i = 0; i < 8; ++i) integer |= uint64_t{Byte()} << 8 * i;
    return integer;
  }

  template <typename Value, size_t kCount>
  Value OneOf(const Value (&values)[kCount]) {
    return values[Below(kCount)];
  }

 private:
  const uint8_t* data_;
  size_t size_;
  size_t at_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_BYTE_SOURCE_H_
