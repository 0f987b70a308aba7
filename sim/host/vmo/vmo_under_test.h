#ifndef INCOHERENT_SIM_HOST_VMO_VMO_UNDER_TEST_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_UNDER_TEST_H_

// Vmos, parties and bytes as the tests need them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/vmo.h"

namespace incoherent {

using TestBytes = std::vector<uint8_t>;

inline Vmo MakeVmo(uint64_t size, const std::string& name = "frames") {
  VmoOptions options;
  options.size = size;
  options.name = name;
  return *Vmo::Create(options);
}

// Maps all of it, to read and write.
inline Mapping MapAs(const Vmo& vmo, const std::string& party,
                     const std::string& policy = "lazy") {
  MappingOptions options;
  options.party = party;
  options.eviction = *EvictionPolicy::Parse(policy);
  return *Mapping::CreateFromVmo(vmo, vmo.size(), kPermRead | kPermWrite,
                                 options);
}

// `size` bytes from `offset` on, or fewer, as ReadAt says.
inline TestBytes ReadBytes(const SharedBytes& from, size_t offset,
                           size_t size) {
  TestBytes bytes(size);
  const auto count = from.ReadAt(offset, absl::MakeSpan(bytes));
  EXPECT_TRUE(count.ok()) << count.status();
  bytes.resize(count.value_or(0));
  return bytes;
}

inline std::vector<std::string> MessagesOf(
    const std::vector<DeviceFinding>& findings) {
  std::vector<std::string> messages;
  for (const DeviceFinding& finding : findings) {
    messages.push_back(finding.message);
  }
  return messages;
}

// A status that begins with the error's name, and is one line.
MATCHER_P2(IsRefusal, code, name, "") {
  const absl::Status& status = arg;
  *result_listener << "which is " << status.ToString();
  return status.code() == code && absl::StartsWith(status.message(), name) &&
         !absl::StrContains(status.message(), "\n");
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_UNDER_TEST_H_
