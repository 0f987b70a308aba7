#include "sim/device/store_buffers.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

bool All(const StoreBuffer&) { return true; }

class StoreBuffersTest : public testing::Test {
 protected:
  void Add(uint64_t number, const ByteRange& range, uint8_t value) {
    StoreBuffer buffer;
    buffer.number = number;
    buffer.payload = payload;
    buffer.bytes.Put(range, [value](uint64_t) { return Byte{value}; });
    buffers.Add(std::move(buffer));
  }
  std::shared_ptr<DevicePayload> payload =
      std::make_shared<DevicePayload>(8, false, false);
  StoreBuffers buffers;
};

TEST_F(StoreBuffersTest, BytesArriveInTheOrderOfExecution) {
  Add(2, {0, 2}, 5);
  Add(1, {1, 2}, 6);
  buffers.Drain(All);
  EXPECT_EQ(payload->DeviceLoad(0), Byte{5});
  EXPECT_EQ(payload->DeviceLoad(1), Byte{6});
  EXPECT_EQ(payload->DeviceLoad(2), Byte{6});
  EXPECT_EQ(buffers.size(), 0u);
}

TEST_F(StoreBuffersTest, OnlyWhatIsWantedDrains) {
  Add(1, {0, 4}, 5);
  Add(2, {4, 4}, 6);
  const auto other = std::make_shared<DevicePayload>(8, false, false);
  buffers.Drain(All, other.get(), {0, 8});
  EXPECT_EQ(buffers.size(), 2u);
  buffers.Drain([](const StoreBuffer& b) { return b.number == 1; },
                payload.get(), {2, 4});
  EXPECT_EQ(payload->DeviceLoad(1), Byte{0});
  EXPECT_EQ(payload->DeviceLoad(2), Byte{5});
  EXPECT_EQ(payload->DeviceLoad(4), Byte{0});
  buffers.DrainAt(1, {7, 1});
  EXPECT_EQ(payload->DeviceLoad(7), Byte{6});
  buffers.DrainAt(0, {0, 8});
  EXPECT_EQ(buffers.size(), 1u);
}

TEST_F(StoreBuffersTest, WhatHoldsNothingIsNotKept) {
  buffers.Add(StoreBuffer());
  EXPECT_EQ(buffers.size(), 0u);
}

}  // namespace
}  // namespace incoherent
