#include "incoherent/host_pointer.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/memory.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using testing::HasSubstr;

class HostPointerTest : public DeviceTest {
 protected:
  void SetUp() override {
    memory_ = std::make_unique<Memory>(
        *Memory::Allocate(device(), SmallDeviceTypes::kNonCoherent, 256));
    memory_->SetName("staging");
    pointer_ = *memory_->Map(64, 128);
  }
  void TearDown() override {
    memory_.reset();
    DeviceTest::TearDown();
  }

  std::unique_ptr<Memory> memory_;
  HostPointer pointer_;  // to bytes [64, 192)
};

TEST_F(HostPointerTest, ReadsWhatItWrote) {
  EXPECT_TRUE(pointer_.Write({1, 2, 3}).ok());
  EXPECT_EQ(*pointer_.Read(3), (std::vector<uint8_t>{1, 2, 3}));
  EXPECT_EQ(*(pointer_ + 1).Read(2), (std::vector<uint8_t>{2, 3}));
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostPointerTest, KeepsValuesOfAnyPlainType) {
  struct Vertex {
    float x;
    uint16_t y;
  };
  EXPECT_TRUE((pointer_ + 8).Store(Vertex{1.5f, 7}).ok());
  const absl::StatusOr<Vertex> vertex = (pointer_ + 8).Load<Vertex>();
  ASSERT_TRUE(vertex.ok());
  EXPECT_EQ(vertex->x, 1.5f);
  EXPECT_EQ(vertex->y, 7);
}

TEST_F(HostPointerTest, IsANumberThatCanBeReckonedWith) {
  EXPECT_EQ((pointer_ + 5).address(), pointer_.address() + 5);
  EXPECT_EQ((pointer_ + 5) - pointer_, 5u);
  EXPECT_EQ(pointer_ + 5 - 5, pointer_);
  EXPECT_NE(pointer_ + 1, pointer_);
  EXPECT_TRUE(HostPointer().is_null());
  EXPECT_EQ(HostPointer().address(), 0u);
}

TEST_F(HostPointerTest, NullCannotBeUsed) {
  EXPECT_EQ(HostPointer().Write({1}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(HostPointer().Read(1).status().code(),
            absl::StatusCode::kInvalidArgument);
}

struct OutsideRow {
  const char* name;
  uint64_t displacement;
  uint64_t size;
  const char* says;
};

class OutsideTest : public HostPointerTest,
                    public testing::WithParamInterface<OutsideRow> {};

// The mapping has 128 bytes.
TEST_P(OutsideTest, IsFoundAndTouchesNothing) {
  const OutsideRow& row = GetParam();
  const HostPointer pointer = pointer_ + row.displacement;
  const std::vector<uint8_t> bytes(row.size, 9);
  const absl::Status refused = pointer.Write(bytes);
  EXPECT_EQ(refused.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(row.says));
  EXPECT_EQ(pointer.Read(row.size).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(device().findings().size(), 2u);
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
}

INSTANTIATE_TEST_SUITE_P(
    HostPointer, OutsideTest,
    testing::Values(
        OutsideRow{"JustBehind", 128, 1, "1 bytes 128 bytes behind the first"},
        OutsideRow{"AcrossTheEnd", 127, 2, "2 bytes 127 bytes behind"},
        OutsideRow{"JustBefore", ~uint64_t{0}, 1, "1 bytes before the first"},
        OutsideRow{"FarAway", uint64_t{1} << 40, 1, "of staging"}),
    [](const auto& info) { return info.param.name; });

TEST_F(HostPointerTest, NoBytesAreAlwaysInside) {
  EXPECT_TRUE((pointer_ + 128).Write(absl::Span<const uint8_t>()).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostPointerTest, DiesWithTheMapping) {
  EXPECT_TRUE(memory_->Unmap().ok());
  EXPECT_EQ(pointer_.Write({1}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(device(), HasFindingThat("staging was unmapped since"));
}

TEST_F(HostPointerTest, ARemapIsAnotherMapping) {
  EXPECT_TRUE(memory_->Unmap().ok());
  const HostPointer again = *memory_->Map(64, 128);
  EXPECT_EQ(pointer_.Read(1).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(device(), HasFindingThat("unmapped, and mapped again"));
  EXPECT_TRUE(again.Write({1}).ok());
}

TEST_F(HostPointerTest, UndefinedBytesAreToldApartAndFound) {
  EXPECT_TRUE(pointer_.Write({5}).ok());
  const std::vector<Byte> bytes = *pointer_.ReadBytes(2);
  EXPECT_EQ(bytes[0], Byte{5});
  EXPECT_EQ(bytes[1], Byte::Undefined());
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, {65, 1}));
  EXPECT_THAT(device(), HasFindingThat("staging[65, 66) are undefined"));
}

}  // namespace
}  // namespace incoherent
