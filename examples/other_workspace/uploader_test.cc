#include "uploader.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/testing.h"

namespace {

using incoherent::HasFinding;
using incoherent::HasFindingOfRule;
using incoherent::HasNoFindings;
using incoherent::HazardKind;
using incoherent::Memory;
using Types = incoherent::SmallDeviceTypes;

class UploaderTest : public incoherent::DeviceTest {
 protected:
  Memory New(uint32_t type) {
    return Memory::Allocate(device(), type, 256).value();
  }
  // What the device has of bytes [100, 104) after an upload.
  std::vector<uint8_t> Upload(uint32_t type, Uploader::Rounding rounding) {
    Uploader uploader(New(type), rounding);
    Memory target = New(Types::kDeviceLocal);
    uploader.Write(100, {1, 2, 3, 4}).IgnoreError();  // findings tell
    EXPECT_TRUE(
        RunCopy(uploader.memory().bytes({100, 4}), target.bytes({100, 4}))
            .ok());
    return DeviceBytes(target.bytes({100, 4}));
  }
};

const std::vector<uint8_t> kUploaded = {1, 2, 3, 4};

TEST_F(UploaderTest, Uploads) {
  EXPECT_EQ(Upload(Types::kNonCoherent, Uploader::Rounding::kToAtoms),
            kUploaded);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(UploaderTest, LosesTheWriteWithoutRounding) {
  EXPECT_NE(Upload(Types::kNonCoherent, Uploader::Rounding::kForgotten),
            kUploaded);
  EXPECT_THAT(device(), HasFinding(HazardKind::kLostHostWrite, {100, 4}));
  EXPECT_THAT(device(),
              HasFindingOfRule("VUID-VkMappedMemoryRange-offset-00687"));
}

// The bytes are right, and the rule is broken all the same.
TEST_F(UploaderTest, CoherentMemoryHidesTheMistake) {
  EXPECT_EQ(Upload(Types::kCoherent, Uploader::Rounding::kForgotten),
            kUploaded);
  EXPECT_THAT(device(),
              HasFindingOfRule("VUID-VkMappedMemoryRange-offset-00687"));
}

}  // namespace
