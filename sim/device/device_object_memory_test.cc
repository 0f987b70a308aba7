#include "sim/device/device_object_memory.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

std::unique_ptr<DeviceObjectMemory> Over(
    const std::shared_ptr<DevicePayload>& payload, uint32_t flags) {
  DeviceMemoryInfo info;
  info.size = payload->size();
  info.type.property_flags = flags;
  info.non_coherent_atom_size = 4;
  return std::make_unique<DeviceObjectMemory>(info, payload,
                                              WriteBack::kWholeAtom);
}

class DeviceObjectMemoryTest : public testing::Test {
 protected:
  std::shared_ptr<DevicePayload> payload =
      std::make_shared<DevicePayload>(16, false, false);
  std::unique_ptr<DeviceObjectMemory> cached =
      Over(payload, kHostVisible | kHostCached);
  std::unique_ptr<DeviceObjectMemory> coherent =
      Over(payload, kHostVisible | kHostCoherent);
};

TEST_F(DeviceObjectMemoryTest, CoherentStoresAreInTheHostDomain) {
  coherent->Store(2, {7});
  EXPECT_EQ(coherent->Load(2), Byte{7});
  EXPECT_TRUE(payload->host_ahead().Contains(2));
  EXPECT_EQ(coherent->DirtyAtoms(), std::vector<ByteRange>());
}

TEST_F(DeviceObjectMemoryTest, CachedStoresStayInTheViewUntilFlushed) {
  cached->Store(2, {7});
  EXPECT_EQ(cached->Load(2), Byte{7});
  EXPECT_EQ(payload->HostLoad(2), Byte{0});
  EXPECT_EQ(cached->DirtyAtoms(), (std::vector<ByteRange>{{0, 4}}));
  cached->Flush({0, 4});
  EXPECT_EQ(payload->HostLoad(2), Byte{7});
  EXPECT_TRUE(payload->host_ahead().Contains(2));
  EXPECT_FALSE(payload->host_ahead().Contains(1));
  EXPECT_EQ(cached->DirtyAtoms(), std::vector<ByteRange>());
}

TEST_F(DeviceObjectMemoryTest, AFlushTakesTheAtomsOfItsRangeOnly) {
  cached->Store(0, std::vector<uint8_t>(16, 7));
  cached->Flush({4, 8});
  EXPECT_EQ(cached->DirtyAtoms(), (std::vector<ByteRange>{{0, 4}, {12, 4}}));
}

TEST_F(DeviceObjectMemoryTest, AnotherViewIsStaleUntilItLooks) {
  cached->Store(5, {7});
  coherent->Store(5, {8});
  coherent->Store(9, {9});
  EXPECT_EQ(cached->StaleAtoms(), (std::vector<ByteRange>{{8, 4}}));
  cached->Refill({8, 4});
  EXPECT_EQ(cached->Load(9), Byte{9});
  EXPECT_EQ(cached->StaleAtoms(), std::vector<ByteRange>());
  cached->Invalidate({4, 4});
  EXPECT_EQ(cached->Load(5), Byte::Undefined());
  EXPECT_EQ(payload->DeviceLoad(5), Byte::Undefined());
  EXPECT_FALSE(payload->host_ahead().Contains(5));
}

TEST_F(DeviceObjectMemoryTest, WhatAnUnmapAbandonsMayBeDiscarded) {
  cached->Store(0, {7});
  EXPECT_EQ(cached->AbandonedAtoms(), std::vector<ByteRange>());
  cached->Abandon();
  cached->Store(1, {8});
  EXPECT_EQ(cached->AbandonedAtoms(), (std::vector<ByteRange>{{0, 4}}));
  cached->Discard({0, 4});
  EXPECT_EQ(cached->Load(0), Byte{0});
  EXPECT_EQ(cached->Load(1), Byte{8});
  EXPECT_EQ(cached->AbandonedAtoms(), std::vector<ByteRange>());
  EXPECT_EQ(cached->DirtyAtoms(), (std::vector<ByteRange>{{0, 4}}));
}

TEST_F(DeviceObjectMemoryTest, ANewViewBeginsWithTheHostDomain) {
  coherent->Store(3, {7});
  EXPECT_EQ(cached->Load(3), Byte{0});
  EXPECT_EQ(Over(payload, kHostVisible | kHostCached)->Load(3), Byte{7});
}

}  // namespace
}  // namespace incoherent
