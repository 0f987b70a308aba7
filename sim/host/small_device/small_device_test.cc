#include "gtest/gtest.h"
#include "incoherent/device.h"
#include "incoherent/memory.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {
namespace {

TEST(SmallDevice, IsADeviceThatTheSpecificationAllows) {
  const absl::Status status = CheckMemoryProperties(SmallDevice().memory);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SmallDevice, HasTheTypesThatItNames) {
  Device device(SmallDevice());
  EXPECT_EQ(FindMemoryType(device, kDeviceLocal),
            SmallDeviceTypes::kDeviceLocal);
  EXPECT_EQ(FindMemoryType(device, kHostVisible | kHostCoherent),
            SmallDeviceTypes::kCoherent);
  EXPECT_EQ(FindMemoryType(device, kHostVisible, kHostCoherent),
            SmallDeviceTypes::kNonCoherent);
  EXPECT_EQ(FindMemoryType(device, kProtected), absl::nullopt);
}

TEST(SmallDevice, FindsReadsOfFreshMemory) {
  Device device(SmallDevice());
  absl::StatusOr<Memory> memory =
      Memory::Allocate(device, SmallDeviceTypes::kCoherent, 64);
  const HostPointer pointer = *memory->Map();
  EXPECT_TRUE(pointer.Read(4).ok());
  ASSERT_EQ(device.findings().size(), 1u);
  EXPECT_EQ(device.findings()[0].hazard.range, (ByteRange{0, 4}));
}

TEST(SmallDevice, ZeroedMemoryIsDefined) {
  Device device(SmallDevice());
  AllocateRequest request;
  request.size = 64;
  request.type_index = SmallDeviceTypes::kCoherent;
  request.flags.zero_initialize = true;
  absl::StatusOr<Memory> memory = Memory::Allocate(device, request);
  EXPECT_EQ(*memory->Map()->Read(2), (std::vector<uint8_t>{0, 0}));
  EXPECT_TRUE(device.findings().empty());
}

TEST(DeviceOfProfile, IsTheDeviceOfThatName) {
  const absl::StatusOr<DeviceOptions> options = DeviceOfProfile("arm-mali-g78");
  ASSERT_TRUE(options.ok()) << options.status();
  Device device(*options);
  EXPECT_TRUE(FindMemoryType(device, kHostVisible, kHostCoherent).has_value());
}

TEST(DeviceOfProfile, RefusesOneThatDoesNotExist) {
  EXPECT_EQ(DeviceOfProfile("no-such-device").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(ToHostBarrier, LetsTheHostReadWhatTheDeviceWrote) {
  for (const bool barrier : {false, true}) {
    Device device(SmallDevice());
    const QueueId queue = device.AddQueue();
    Memory memory = *Memory::Allocate(device, SmallDeviceTypes::kCoherent, 64);
    CommandBuffer commands = device.NewCommandBuffer();
    EXPECT_TRUE(commands.Fill(memory.bytes({0, 64}), 7).ok());
    if (barrier) {
      EXPECT_TRUE(commands.PipelineBarrier2({ToHostBarrier()}).ok());
    }
    EXPECT_TRUE(device.Submit(queue, {{{}, {&commands}, {}}}).ok());
    EXPECT_TRUE(device.WaitIdle().ok());
    EXPECT_EQ(memory.Map()->Read(1).ok(), true);
    EXPECT_EQ(device.findings().empty(), barrier);
  }
}

}  // namespace
}  // namespace incoherent
