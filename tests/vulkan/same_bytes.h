#ifndef INCOHERENT_TESTS_VULKAN_SAME_BYTES_H_
#define INCOHERENT_TESTS_VULKAN_SAME_BYTES_H_

// SameBytes: a matcher that says where bytes begin to differ.
//
//   EXPECT_THAT(app.DeviceBytes(m), SameBytes(Numbered(4096, 1)));

#include <algorithm>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "tests/vulkan/bytes.h"

namespace incoherent {

// "0d f0 ad" of the bytes from `offset` on.
inline std::string Excerpt(const Bytes& bytes, size_t offset) {
  std::string text;
  const size_t end = std::min(bytes.size(), offset + 8);
  for (size_t i = offset; i < end; ++i) {
    absl::StrAppendFormat(&text, "%02x ", bytes[i]);
  }
  return text;
}

// Empty if they are the same.
inline std::string Difference(const Bytes& want, const Bytes& got) {
  if (want.size() != got.size()) {
    return absl::StrFormat("%d bytes instead of %d", got.size(), want.size());
  }
  size_t first = want.size();
  size_t count = 0;
  for (size_t i = want.size(); i-- > 0;) {
    if (want[i] == got[i]) continue;
    first = i;
    ++count;
  }
  if (count == 0) return "";
  return absl::StrFormat(
      "%d of %d bytes differ, the first at 0x%x: wanted %s.. got %s..", count,
      want.size(), first, Excerpt(want, first), Excerpt(got, first));
}

MATCHER_P(SameBytes, want,
          absl::StrFormat("has those %d bytes: %s..", want.size(),
                          Excerpt(want, 0))) {
  const std::string difference = Difference(want, arg);
  *result_listener << difference;
  return difference.empty();
}

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_SAME_BYTES_H_
