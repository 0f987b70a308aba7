// What the document says of SharedBuffer: reading, writing, slices.

#include <algorithm>
#include <numeric>

#include "absl/types/optional.h"
#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using absl::StatusCode;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TestBytes Numbers(size_t count, uint8_t first) {
  TestBytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

bool MayReadByte(const SharedBytes& from, size_t at) {
  uint8_t byte;
  return from.ReadAt(at, absl::MakeSpan(&byte, 1)).ok();
}

class SharedBufferTest : public testing::Test {
 protected:
  SharedBufferTest() : vmo_(MakeVmo(8)), mapping_(MapAs(vmo_, "me")) {
    mapping_.Write(Numbers(8, 1));
  }

  Vmo vmo_;
  Mapping mapping_;
};

struct Count {
  size_t offset;
  size_t asked;
  size_t got;
};

constexpr Count kCounts[] = {{0, 0, 0}, {0, 3, 3}, {0, 8, 8}, {0, 9, 8},
                             {3, 5, 5}, {3, 6, 5}, {7, 1, 1}, {7, 9, 1},
                             {8, 0, 0}, {8, 1, 0}, {8, 9, 0}};

TEST_F(SharedBufferTest, ReadsFewerBytesOnlyBeyondTheEnd) {
  for (const Count& row : kCounts) {
    TestBytes bytes(row.asked);
    const auto count = mapping_.ReadAt(row.offset, absl::MakeSpan(bytes));
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(*count, row.got) << row.offset << ", " << row.asked;
    bytes.resize(row.got);
    EXPECT_EQ(bytes, Numbers(row.got, static_cast<uint8_t>(row.offset + 1)));
    if (row.offset == 0) {
      bytes.assign(row.asked, 0);
      EXPECT_EQ(mapping_.Read(absl::MakeSpan(bytes)), row.got);
    }
  }
}

TEST_F(SharedBufferTest, AShortReadLeavesTheRestOfTheBufferAlone) {
  TestBytes bytes(4, 0xee);
  EXPECT_EQ(*mapping_.ReadAt(6, absl::MakeSpan(bytes)), 2u);
  EXPECT_THAT(bytes, ElementsAre(7, 8, 0xee, 0xee));
}

TEST_F(SharedBufferTest, WritesFewerBytesOnlyBeyondTheEnd) {
  for (const Count& row : kCounts) {
    TestBytes expected = Numbers(8, 1);
    mapping_.Write(expected);
    const TestBytes bytes = Numbers(row.asked, 100);
    const auto count = mapping_.WriteAt(row.offset, bytes);
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(*count, row.got) << row.offset << ", " << row.asked;
    std::copy_n(bytes.begin(), row.got, expected.begin() + row.offset);
    EXPECT_EQ(ReadBytes(mapping_, 0, 8), expected);
    if (row.offset == 0) {
      EXPECT_EQ(mapping_.Write(bytes), row.got);
    }
  }
}

TEST_F(SharedBufferTest, AnOffsetBeyondTheLengthIsOutOfRange) {
  const auto refused =
      IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: ");
  for (const size_t offset : {size_t{9}, SIZE_MAX}) {
    TestBytes bytes(2, 0xee);
    EXPECT_THAT(mapping_.ReadAt(offset, absl::MakeSpan(bytes)).status(),
                refused);
    EXPECT_THAT(bytes, Each(0xee));
    EXPECT_THAT(mapping_.WriteAt(offset, bytes).status(), refused);
    EXPECT_THAT(mapping_.ReadAt(offset, {}).status(), refused);
  }
  EXPECT_EQ(ReadBytes(mapping_, 0, 8), Numbers(8, 1));
}

TEST_F(SharedBufferTest, ASliceIsTheSameMemoryFromBeginToEnd) {
  const auto slice = *mapping_.Slice({2, 6});
  EXPECT_EQ(slice.len(), 4u);
  EXPECT_THAT(ReadBytes(slice, 0, 9), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(ReadBytes(slice, 3, 9), ElementsAre(6));
  EXPECT_THAT(ReadBytes(slice, 4, 9), IsEmpty());
  TestBytes bytes(1);
  EXPECT_THAT(slice.ReadAt(5, absl::MakeSpan(bytes)).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
}

TEST_F(SharedBufferTest, AMutableSliceWritesTheSameMemory) {
  {
    auto slice = *mapping_.SliceMut({2, 6});
    EXPECT_EQ(slice.Write(TestBytes(9, 0xaa)), 4u);
    EXPECT_EQ(*slice.WriteAt(3, TestBytes(9, 0xbb)), 1u);
    EXPECT_FALSE(slice.WriteAt(5, TestBytes(1)).ok());
  }
  EXPECT_THAT(ReadBytes(mapping_, 0, 8),
              ElementsAre(1, 2, 0xaa, 0xaa, 0xaa, 0xbb, 7, 8));
}

TEST_F(SharedBufferTest, EveryFormOfRangeCanBeWritten) {
  EXPECT_EQ(mapping_.Slice({})->len(), 8u);
  EXPECT_EQ(mapping_.Slice({3})->len(), 5u);
  EXPECT_EQ(mapping_.Slice({0, 3})->len(), 3u);
  EXPECT_EQ(mapping_.Slice({3, 3})->len(), 0u);
  EXPECT_EQ(mapping_.Slice({8, 8})->len(), 0u);
  EXPECT_EQ(mapping_.Slice({8})->len(), 0u);
}

TEST_F(SharedBufferTest, ARangeOutOfBoundsOrReversedIsOutOfRange) {
  const auto refused =
      IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: ");
  for (const SliceBounds bounds :
       {SliceBounds{0, 9}, SliceBounds{9, 9}, SliceBounds{9}, SliceBounds{5, 4},
        SliceBounds{SIZE_MAX, 0}, SliceBounds{SIZE_MAX, SIZE_MAX}}) {
    EXPECT_THAT(mapping_.Slice(bounds).status(), refused);
    EXPECT_THAT(mapping_.SliceMut(bounds).status(), refused);
  }
  EXPECT_THAT(vmo_.findings(), IsEmpty());
}

TEST_F(SharedBufferTest, ASliceHasBoundsOfItsOwn) {
  const auto slice = *mapping_.Slice({2, 6});
  EXPECT_FALSE(slice.Slice({0, 5}).ok());
  const auto inner = *slice.Slice({1, 3});
  EXPECT_THAT(ReadBytes(inner, 0, 9), ElementsAre(4, 5));
}

TEST_F(SharedBufferTest, SplitAtGivesBothSides) {
  for (size_t index = 0; index <= 8; ++index) {
    const auto halves = *mapping_.SplitAt(index);
    EXPECT_EQ(ReadBytes(halves.first, 0, 9), Numbers(index, 1));
    EXPECT_EQ(ReadBytes(halves.second, 0, 9),
              Numbers(8 - index, static_cast<uint8_t>(index + 1)));
  }
  EXPECT_THAT(mapping_.SplitAt(9).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
  EXPECT_THAT(mapping_.SplitAt(SIZE_MAX).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
}

TEST_F(SharedBufferTest, SplitAtMutGivesBothSidesToWrite) {
  {
    auto halves = *mapping_.SplitAtMut(3);
    EXPECT_EQ(halves.first.Write(TestBytes(9, 0xa)), 3u);
    EXPECT_EQ(halves.second.Write(TestBytes(9, 0xb)), 5u);
  }
  EXPECT_THAT(ReadBytes(mapping_, 0, 8),
              ElementsAre(0xa, 0xa, 0xa, 0xb, 0xb, 0xb, 0xb, 0xb));
  EXPECT_THAT(mapping_.SplitAtMut(9).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
  EXPECT_THAT(mapping_.SplitAtMut(SIZE_MAX).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
}

// --- The borrow rule, as the handles show it; all of it: vmo_borrows_test.cc.

TEST_F(SharedBufferTest, SharedSlicesMayOverlap) {
  const auto one = *mapping_.Slice({0, 6});
  const auto two = *mapping_.Slice({2, 8});
  EXPECT_THAT(ReadBytes(one, 0, 9), SizeIs(6));
  EXPECT_THAT(ReadBytes(two, 0, 9), SizeIs(6));
  EXPECT_THAT(ReadBytes(mapping_, 0, 9), SizeIs(8));
  EXPECT_THAT(vmo_.findings(), IsEmpty());
}

TEST_F(SharedBufferTest, AConflictingSliceIsRefusedAndFound) {
  const auto refused =
      IsRefusal(StatusCode::kFailedPrecondition, "ZX_ERR_BAD_STATE: ");
  const auto shared = *mapping_.Slice({0, 4});
  EXPECT_THAT(mapping_.SliceMut({3, 8}).status(), refused);
  auto exclusive = *mapping_.SliceMut({4, 8});
  EXPECT_THAT(mapping_.Slice({3, 5}).status(), refused);
  EXPECT_THAT(mapping_.SplitAtMut(4).status(), refused);
  EXPECT_THAT(
      MessagesOf(vmo_.findings()),
      ElementsAre("invalid-usage: vmo \"frames\"[3, 8): 'me: mutable slice "
                  "[3, 8)' refused: a live slice has some of these bytes; let "
                  "it go first",
                  HasSubstr("'me: slice [3, 5)'"),
                  HasSubstr("'me: mutable slice [0, 4)'")));
}

TEST_F(SharedBufferTest, UseUnderALiveSliceIsRefusedAndFound) {
  {
    const auto shared = *mapping_.Slice({0, 4});
    auto exclusive = *mapping_.SliceMut({4, 8});
    EXPECT_EQ(mapping_.Write(TestBytes(4, 0xaa)), 0u);
    EXPECT_FALSE(MayReadByte(mapping_, 4));
    EXPECT_FALSE(mapping_.ReleaseWrites().ok());
    EXPECT_FALSE(mapping_.AcquireWrites().ok());
    EXPECT_THAT(vmo_.findings(), SizeIs(4));
    EXPECT_THAT(ReadBytes(mapping_, 0, 4), SizeIs(4));
    EXPECT_THAT(ReadBytes(exclusive, 0, 4), SizeIs(4));
    EXPECT_EQ(exclusive.Write(TestBytes(4, 0xbb)), 4u);
  }
  EXPECT_EQ(mapping_.Write(TestBytes(4, 0xaa)), 4u);
  EXPECT_THAT(vmo_.findings(), SizeIs(4));
  EXPECT_THAT(ReadBytes(mapping_, 0, 8),
              ElementsAre(0xaa, 0xaa, 0xaa, 0xaa, 0xbb, 0xbb, 0xbb, 0xbb));
}

TEST_F(SharedBufferTest, AMovedSliceKeepsItsBorrow) {
  auto slice = *mapping_.SliceMut({0, 4});
  auto moved = std::move(slice);
  EXPECT_FALSE(mapping_.SliceMut({0, 1}).ok());
  EXPECT_EQ(slice.Write(TestBytes(1)), 0u);  // NOLINT
  EXPECT_EQ(moved.Write(TestBytes(1)), 1u);
  EXPECT_THAT(MessagesOf(vmo_.findings()),
              ElementsAre(HasSubstr("live slice"), HasSubstr("moved from")));
}

TEST_F(SharedBufferTest, AnAssignedSliceLetsItsOldBytesGo) {
  auto slice = *mapping_.SliceMut({0, 4});
  slice = *mapping_.SliceMut({4, 8});
  EXPECT_TRUE(mapping_.SliceMut({0, 4}).ok());
  EXPECT_FALSE(mapping_.SliceMut({4, 5}).ok());
}

TEST_F(SharedBufferTest, ASliceOfASliceMayOutliveIt) {
  absl::optional<SharedBufferSliceMut> inner;
  {
    auto outer = *mapping_.SliceMut({0, 4});
    inner = *outer.SliceMut({1, 2});
    EXPECT_FALSE(outer.WriteAt(1, TestBytes(1)).ok()) << "it is lent";
  }
  EXPECT_EQ(inner->Write(TestBytes(1, 0xaa)), 1u);
  EXPECT_FALSE(MayReadByte(mapping_, 1));
  EXPECT_EQ(mapping_.Write(TestBytes(1)), 1u);
}

}  // namespace
}  // namespace incoherent
