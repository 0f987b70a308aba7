#include "sim/device/kernel_memory.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr AccessPoint kReads = {kStageComputeShader, kAccessShaderStorageRead};
constexpr AccessPoint kWrites = {kStageComputeShader,
                                 kAccessShaderStorageWrite};
constexpr MemoryId kMemory{3};

class KernelMemoryTest : public testing::Test {
 protected:
  KernelMemoryTest() {
    payload->DeviceWrite(
        {0, 16}, [](uint64_t at) { return Byte{static_cast<uint8_t>(at)}; });
  }
  static KernelMemory::Touch Touch(
      const std::shared_ptr<DevicePayload>& payload, ByteRange range,
      Access access) {
    return {
        {{kMemory, range}, access == Access::kRead ? kReads : kWrites, access},
        payload,
        {}};
  }
  std::shared_ptr<DevicePayload> payload =
      std::make_shared<DevicePayload>(16, false, false);
  std::vector<KernelMemory::Touch> touches = {
      Touch(payload, {0, 4}, Access::kRead),
      Touch(payload, {4, 4}, Access::kRead),
      Touch(payload, {2, 4}, Access::kWrite)};
  KernelMemory memory{0, absl::MakeSpan(touches)};
};

TEST_F(KernelMemoryTest, ReadsAcrossDeclaredRanges) {
  EXPECT_EQ(memory.Load<uint32_t>(kMemory, 2), 0x05040302u);
  EXPECT_EQ(memory.error(), "");
}

TEST_F(KernelMemoryTest, ReadsWhatItWroteAndMemoryDoesNot) {
  memory.Store<uint16_t>(kMemory, 3, 0xbbaa);
  EXPECT_EQ(memory.Load<uint32_t>(kMemory, 2), 0x05bbaa02u);
  EXPECT_EQ(payload->DeviceLoad(3), Byte{3});
  EXPECT_EQ(touches[2].written.At(3), Byte{0xaa});
  EXPECT_TRUE(touches[2].written.held().Contains(4));
  EXPECT_FALSE(touches[2].written.held().Contains(5));
}

TEST_F(KernelMemoryTest, AnUndeclaredReadIsUndefinedAndTold) {
  Byte bytes[2];
  memory.LoadBytes(kMemory, 7, absl::MakeSpan(bytes));
  EXPECT_EQ(bytes[0], Byte{7});
  EXPECT_EQ(bytes[1], Byte::Undefined());
  EXPECT_EQ(memory.error(),
            "reads byte 8 of memory 3 without having declared it");
}

TEST_F(KernelMemoryTest, AnUndeclaredWriteIsIgnoredAndTold) {
  memory.Store<uint8_t>(kMemory, 0, 9);  // declared, but as a read
  EXPECT_EQ(memory.Load<uint8_t>(kMemory, 0), 0);
  EXPECT_EQ(memory.error(),
            "writes byte 0 of memory 3 without having declared it");
  memory.Store<uint8_t>(MemoryId{9}, 0, 9);
  EXPECT_EQ(memory.error(),
            "writes byte 0 of memory 3 without having declared it")
      << "the first one is told";
}

}  // namespace
}  // namespace incoherent
