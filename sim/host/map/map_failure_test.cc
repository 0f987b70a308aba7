// How vkMapMemory fails when nobody did anything wrong.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/memory.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;
using testing::HasSubstr;

// A device whose host has so many bytes of addresses.
DeviceOptions WithAddresses(uint64_t bytes) {
  HostOptions host;
  host.address_space_size = bytes;
  DeviceOptions options = SmallDevice();
  options.host = std::make_shared<Host>(host);
  return options;
}

class MapFailureTest : public DeviceTest {
 protected:
  Memory New() {
    return *Memory::Allocate(device(), Types::kNonCoherent, 1000);
  }
};

TEST_F(MapFailureTest, MapFailsWhenTheAddressesAreUsedUp) {
  Device small(WithAddresses(1024));
  absl::StatusOr<Memory> one =
      Memory::Allocate(small, Types::kNonCoherent, 768);
  absl::StatusOr<Memory> two =
      Memory::Allocate(small, Types::kNonCoherent, 768);
  EXPECT_TRUE(one->Map().ok());
  const absl::Status failed = two->Map().status();
  EXPECT_EQ(ReturnCodeOf(failed), ReturnCode::kMemoryMapFailed) << failed;
  EXPECT_EQ(VuidOf(failed), absl::nullopt) << "nobody did anything wrong";
  EXPECT_THAT(small, HasNoFindings());
  EXPECT_FALSE(two->mapping().has_value()) << "it is as it was";
  EXPECT_TRUE(two->Map(0, 256).ok()) << "reducing the size helps";
  EXPECT_TRUE(two->Unmap().ok());
  EXPECT_TRUE(one->Unmap().ok());
  EXPECT_TRUE(two->Map().ok()) << "removing unneeded mappings helps";
}

TEST_F(MapFailureTest, MapFailsWhenTheAddressesAreFragmented) {
  Device small(WithAddresses(3 * 256));
  std::vector<Memory> objects;
  for (int i = 0; i < 3; ++i) {
    objects.push_back(*Memory::Allocate(small, Types::kCoherent, 512));
    EXPECT_TRUE(objects.back().Map(0, 256).ok());
  }
  EXPECT_TRUE(objects[0].Unmap().ok());
  EXPECT_TRUE(objects[2].Unmap().ok());
  EXPECT_EQ(ReturnCodeOf(objects[0].Map(0, 512).status()),
            ReturnCode::kMemoryMapFailed)
      << "512 bytes are free, in two pieces";
  EXPECT_TRUE(objects[0].Map(0, 256).ok());
}

TEST_F(MapFailureTest, ASecondMapThatFailsKeepsTheFirst) {
  Device small(WithAddresses(256));
  absl::StatusOr<Memory> memory =
      Memory::Allocate(small, Types::kNonCoherent, 512);
  const HostPointer pointer = *memory->Map(0, 192);
  EXPECT_FALSE(memory->Map(0, 512).ok());
  EXPECT_EQ(memory->mapping(), (ByteRange{0, 192}));
  EXPECT_TRUE(pointer.Write({1}).ok());
}

struct CodeRow {
  const char* name;
  ReturnCode code;
};

class ReturnCodeTest : public MapFailureTest,
                       public testing::WithParamInterface<CodeRow> {};

TEST_P(ReturnCodeTest, OfAMapThatWasToldToFail) {
  Memory memory = New();
  EXPECT_TRUE(device().FailNextMap(GetParam().code).ok());
  const absl::Status failed = memory.Map().status();
  EXPECT_EQ(ReturnCodeOf(failed), GetParam().code) << failed;
  EXPECT_FALSE(memory.mapping().has_value());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE(memory.Map().ok()) << "only the next one fails";
  EXPECT_TRUE(memory.Unmap().ok());
}

INSTANTIATE_TEST_SUITE_P(
    VkMapMemory, ReturnCodeTest,
    testing::Values(CodeRow{"OutOfHostMemory", ReturnCode::kOutOfHostMemory},
                    CodeRow{"OutOfDeviceMemory",
                            ReturnCode::kOutOfDeviceMemory},
                    CodeRow{"MemoryMapFailed", ReturnCode::kMemoryMapFailed}),
    [](const auto& info) { return info.param.name; });

TEST_F(MapFailureTest, WithoutDynamicHostAllocationsHostMemoryNeverRunsOut) {
  DeviceOptions options = SmallDevice();
  options.no_dynamic_host_allocations = true;
  Device safety_critical(options);
  const absl::Status refused =
      safety_critical.FailNextMap(ReturnCode::kOutOfHostMemory);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("deviceNoDynamicHostAllocations"));
  absl::StatusOr<Memory> memory =
      Memory::Allocate(safety_critical, Types::kCoherent, 64);
  EXPECT_TRUE(memory->Map().ok());
}

TEST_F(MapFailureTest, OnlyCodesThatMapHasCanBeAskedFor) {
  EXPECT_EQ(device().FailNextMap(ReturnCode::kTooManyObjects).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(device().FailNextMap(ReturnCode::kInvalidExternalHandle).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace incoherent
