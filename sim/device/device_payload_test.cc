#include "sim/device/device_payload.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr AccessPoint kReads = {kStageCopy, kAccessTransferRead};
constexpr DeviceReader kReader = {1, kReads};
constexpr Scope kScope = {kStageCopy | kStageClear, kAccessTransferRead};

class DevicePayloadTest : public testing::Test {
 protected:
  void DeviceWrite(uint64_t at, uint8_t value) {
    payload.DeviceWrite({at, 1}, [value](uint64_t) { return Byte{value}; });
  }
  Byte Read(const DeviceReader& reader, uint64_t at) {
    Byte byte;
    payload.Read(reader, {at, 1}, {&byte, 1});
    return byte;
  }
  DevicePayload payload{1 << 20, /*device_coherent=*/false, /*merged=*/false};
};

TEST_F(DevicePayloadTest, KnowsWhatIsAhead) {
  EXPECT_TRUE(payload.untouched());
  payload.HostWrite(10, {1, 2, 3});
  DeviceWrite(11, 9);
  EXPECT_FALSE(payload.untouched());
  EXPECT_EQ(payload.host_ahead().RunsIn(payload.all()),
            (std::vector<ByteRange>{{10, 3}}));
  EXPECT_EQ(payload.device_ahead().RunsIn(payload.all()),
            (std::vector<ByteRange>{{11, 1}}));
  payload.MoveToHost(payload.all());
  EXPECT_TRUE(payload.device_ahead().empty());
  EXPECT_EQ(payload.host_ahead().RunsIn(payload.all()),
            (std::vector<ByteRange>{{10, 1}, {12, 1}}));
  EXPECT_EQ(payload.HostLoad(11), Byte{9});
  payload.MoveToDevice({0, 12});
  EXPECT_EQ(payload.DeviceLoad(10), Byte{1});
  EXPECT_EQ(payload.DeviceLoad(12), Byte{0});
  EXPECT_TRUE(payload.host_ahead().Contains(12));
}

TEST_F(DevicePayloadTest, AReaderSeesWhatItsCacheHolds) {
  payload.AddReader(kReader);
  payload.AddReader(kReader);
  EXPECT_EQ(payload.reader_count(), 1u);
  DeviceWrite(0, 1);
  DeviceWrite(0, 2);
  EXPECT_EQ(Read(kReader, 0), Byte{0}) << "what it was at the first";
  EXPECT_EQ(Read({2, kReads}, 0), Byte{2}) << "a reader without a cache";
  payload.Refresh(2, kScope, payload.all());
  EXPECT_EQ(Read(kReader, 0), Byte{0}) << "another queue's";
  payload.Refresh(1, {kStageClear, kAccessTransferRead}, payload.all());
  EXPECT_EQ(Read(kReader, 0), Byte{0}) << "another stage's";
  payload.Refresh(1, kScope, {1, 10});
  EXPECT_EQ(Read(kReader, 0), Byte{0}) << "of other bytes";
  payload.Refresh(1, kScope, {0, 1});
  EXPECT_EQ(Read(kReader, 0), Byte{2});
}

TEST_F(DevicePayloadTest, MovesAndUndefinedContentsReachReadersByRefreshToo) {
  payload.AddReader(kReader);
  payload.HostWrite(0, {5});
  payload.MoveToDevice(payload.all());
  EXPECT_EQ(Read(kReader, 0), Byte{0});
  payload.RefreshAll();
  EXPECT_EQ(Read(kReader, 0), Byte{5});
  payload.MakeUndefined({0, 1});
  EXPECT_EQ(Read(kReader, 0), Byte{5});
  EXPECT_TRUE(payload.KeptFor(0).Contains(0));
  payload.RefreshReader(0, {0, 1});
  EXPECT_EQ(Read(kReader, 0), Byte::Undefined());
}

TEST_F(DevicePayloadTest, ViewsHearOfChangesOfTheHostDomain) {
  const size_t view = payload.AddView();
  DeviceWrite(3, 1);
  EXPECT_TRUE(payload.ChangedFor(view).empty());
  payload.MoveToHost(payload.all());
  EXPECT_TRUE(payload.ChangedFor(view).Contains(3));
}

TEST(DevicePayloadCoherentTest, DeviceCoherentMemoryHasNoReadCaches) {
  DevicePayload payload(64, /*device_coherent=*/true, /*merged=*/true);
  payload.AddReader(kReader);
  EXPECT_EQ(payload.reader_count(), 0u);
  payload.HostWrite(0, {4});
  EXPECT_EQ(payload.DeviceLoad(0), Byte{4});
  EXPECT_TRUE(payload.host_ahead().empty());
}

}  // namespace
}  // namespace incoherent
