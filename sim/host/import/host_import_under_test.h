#ifndef INCOHERENT_SIM_HOST_IMPORT_HOST_IMPORT_UNDER_TEST_H_
#define INCOHERENT_SIM_HOST_IMPORT_HOST_IMPORT_UNDER_TEST_H_

// HostImportTest: the fixture of the tests of HostPages and imports. Its device
// takes device-local memory of host pointers, too.

#include <cstdint>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/host_import.h"
#include "incoherent/testing.h"

namespace incoherent {

inline constexpr uint64_t kPage = 4096;
inline constexpr uint32_t kOwn = kHandleTypeHostAllocation;
inline constexpr uint32_t kForeign = kHandleTypeHostMappedForeignMemory;

template <typename Result>
void ExpectOk(const Result& result) {
  EXPECT_TRUE(result.ok());
}

inline absl::StatusCode CodeOf(const absl::Status& status) {
  return status.code();
}

inline DeviceOptions HostImportOptions() {
  DeviceOptions options = SmallDevice();
  options.memory.host_pointer_types |= 1 << SmallDeviceTypes::kDeviceLocal;
  return options;
}

class HostImportTest : public DeviceTest {
 protected:
  HostImportTest() : DeviceTest(HostImportOptions()) {}

  HostPages NewPages(uint64_t size = kPage) {
    auto pages = HostPages::Create(device().host(), {size});
    EXPECT_TRUE(pages.ok()) << pages.status();
    return *std::move(pages);
  }
  Memory Import(const HostPages& pages,
                uint32_t type = SmallDeviceTypes::kCoherent) {
    auto memory =
        ImportHostPointer(device(), {pages.pointer(), pages.size(), type});
    EXPECT_TRUE(memory.ok()) << memory.status();
    return *std::move(memory);
  }
  static uint8_t Read(const HostPointer& pointer) {
    const auto bytes = pointer.Read(1);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.ok() ? (*bytes)[0] : 0;
  }
  // A copy to memory of the device's own, and what it is there.
  uint8_t DeviceReads(const Memory& memory, uint64_t at = 0) {
    Memory copy =
        *Memory::Allocate(device(), SmallDeviceTypes::kDeviceLocal, 64);
    ExpectOk(RunCopy(memory.bytes({at, 1}), copy.bytes({0, 1})));
    return DeviceBytes(copy.bytes({0, 1}))[0];
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_IMPORT_HOST_IMPORT_UNDER_TEST_H_
