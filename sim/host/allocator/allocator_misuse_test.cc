// Each misuse: the error, the finding, its bytes and its words.

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

class AllocatorMisuseTest : public AllocatorTest {
 protected:
  // 'staging', bytes [128, 228) of a block whose first bytes are another's.
  void SetUp() override {
    first_ = Create(Named("first"));
    staging_ = Create(Named("staging"));
  }
  void TearDown() override {
    for (const Allocation& allocation : {first_, staging_}) {
      if (allocator().InfoOf(allocation).ok()) {
        EXPECT_TRUE(allocator().Free(allocation).ok());
      }
    }
    AllocatorTest::TearDown();
  }

  Allocation first_, staging_;
};

struct MisuseRow {
  const char* name;
  std::function<absl::Status(Allocator&, const Allocation&)> misuse;
  absl::StatusCode code;
  ByteRange bytes;
  std::vector<std::string> words;
};

void PrintTo(const MisuseRow& row, std::ostream* out) { *out << row.name; }

class AllocatorMisuseTableTest : public AllocatorMisuseTest,
                                 public testing::WithParamInterface<MisuseRow> {
};

TEST_P(AllocatorMisuseTableTest, IsAnErrorAndOneFinding) {
  const MisuseRow& row = GetParam();
  const absl::Status status = row.misuse(allocator(), staging_);
  EXPECT_EQ(status.code(), row.code) << status;
  const std::vector<DeviceFinding> findings = device().findings();
  ASSERT_EQ(findings.size(), 1) << testing::PrintToString(findings);
  EXPECT_EQ(findings[0].hazard.kind, HazardKind::kInvalidUsage);
  EXPECT_EQ(findings[0].hazard.range, row.bytes);
  for (const std::string& words : row.words) {
    EXPECT_THAT(findings[0].message, testing::HasSubstr(words));
  }
  EXPECT_FALSE(absl::StrContains(findings[0].message, "\n"));
}

using A = Allocator;
using Handle = Allocation;

absl::Status UnmapTwice(A& allocator, const Handle& handle) {
  allocator.MapMemory(handle).IgnoreError();
  allocator.UnmapMemory(handle).IgnoreError();
  return allocator.UnmapMemory(handle);
}

absl::Status UnmapTheZeroth(A& allocator, const Handle& handle) {
  const Handle persistent =
      allocator.Create(Mapped(Named("persistent", 60))).value();
  const absl::Status status = allocator.UnmapMemory(persistent);
  // Nothing has happened to it.
  EXPECT_TRUE(allocator.InfoOf(persistent)->mapped_data.Write({1}).ok());
  EXPECT_TRUE(allocator.Free(persistent).ok());
  EXPECT_TRUE(allocator.InfoOf(handle).ok());
  return status;
}

absl::Status FreeMapped(A& allocator, const Handle& handle) {
  allocator.MapMemory(handle).IgnoreError();
  allocator.MapMemory(handle).IgnoreError();
  const MemoryId memory = allocator.InfoOf(handle)->memory;
  const absl::Status status = allocator.Free(handle);
  EXPECT_FALSE(allocator.device().MappingOf(memory).has_value());
  return status;
}

absl::Status UseAfterUnmap(A& allocator, const Handle& handle) {
  const HostPointer pointer = *allocator.MapMemory(handle);
  allocator.UnmapMemory(handle).IgnoreError();
  return (pointer + 4).Write({1, 2});
}

// The block stays mapped, for another allocation.
absl::Status LoadAfterUnmapInAMappedBlock(A& allocator, const Handle& handle) {
  const Handle other = allocator.Create(Mapped(Named("other"))).value();
  const HostPointer pointer = *allocator.MapMemory(handle);
  allocator.UnmapMemory(handle).IgnoreError();
  const absl::Status status = pointer.Read(1).status();
  allocator.Free(other).IgnoreError();
  return status;
}

absl::Status UseAfterAnotherMap(A& allocator, const Handle& handle) {
  const HostPointer old = *allocator.MapMemory(handle);
  allocator.UnmapMemory(handle).IgnoreError();
  EXPECT_TRUE(allocator.MapMemory(handle)->Write({1}).ok());
  const absl::Status status = old.Write({1});
  allocator.UnmapMemory(handle).IgnoreError();
  return status;
}

absl::Status UseAfterFree(A& allocator, const Handle& handle) {
  const HostPointer pointer = *allocator.MapMemory(handle);
  allocator.UnmapMemory(handle).IgnoreError();
  allocator.Free(handle).IgnoreError();
  return pointer.Write({1});
}

// 'third' has [256, 456): the displacement leaves it.
absl::Status PointerPlusOffset(A& allocator, const Handle&) {
  const Handle third = allocator.Create(Mapped(Named("third", 200))).value();
  const AllocationInfo info = *allocator.InfoOf(third);
  const absl::Status status =
      (info.mapped_data + info.offset + 8).Write({1, 2});
  allocator.Free(third).IgnoreError();
  return status;
}

absl::Status PointerBeside(A& allocator, const Handle& handle) {
  const HostPointer pointer = *allocator.MapMemory(handle);
  const absl::Status status = (pointer + 99).Write({1, 2});
  allocator.UnmapMemory(handle).IgnoreError();
  return status;
}

absl::Status PointerBefore(A& allocator, const Handle& handle) {
  const HostPointer pointer = *allocator.MapMemory(handle);
  const absl::Status status = (pointer - 8).Read(4).status();
  allocator.UnmapMemory(handle).IgnoreError();
  return status;
}

absl::Status FreeTwice(A& allocator, const Handle& handle) {
  allocator.Free(handle).IgnoreError();
  return allocator.Free(handle);
}

// Another one has its place by now.
absl::Status MapOfAStaleHandle(A& allocator, const Handle& handle) {
  allocator.Free(handle).IgnoreError();
  const Handle next = allocator.Create(Named("next")).value();
  const absl::Status status = allocator.MapMemory(handle).status();
  EXPECT_EQ(allocator.InfoOf(next)->map_count, 0);
  allocator.Free(next).IgnoreError();
  return status;
}

template <typename Call>
std::function<absl::Status(A&, const Handle&)> Stale(Call call) {
  return [call](A& allocator, const Handle& handle) {
    allocator.Free(handle).IgnoreError();
    return call(allocator, handle);
  };
}

absl::Status AnotherAllocators(A& allocator, const Handle&) {
  Allocator other(allocator.device(), SmallBlocks());
  const Handle theirs = other.Create(Named("theirs")).value();
  const absl::Status status = allocator.Free(theirs);
  EXPECT_TRUE(other.Free(theirs).ok());
  return status;
}

absl::Status Leak(A& allocator, const Handle&) {
  Allocator other(allocator.device(), SmallBlocks());
  other.Create(Mapped(Named("forgotten"))).IgnoreError();
  // The finding alone tells of it.
  return absl::FailedPreconditionError("the destructor has no status");
}

constexpr ByteRange kStaging = {128, 100};

INSTANTIATE_TEST_SUITE_P(
    Rows, AllocatorMisuseTableTest,
    testing::ValuesIn(std::vector<MisuseRow>{
        {"OneUnmapTooMany",
         UnmapTwice,
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::UnmapMemory: one unmap too many",
          "'staging' (type2-block0[128, 228)) is not mapped"}},
        {"UnmapOfTheMappingFromCreate",
         UnmapTheZeroth,
         absl::StatusCode::kFailedPrecondition,
         {256, 60},
         {"one unmap too many", "the mapping that it was created with",
          "which Free ends"}},
        {"FreeWhileMapped",
         FreeMapped,
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::Free: 'staging'", "is mapped still, 2 times"}},
        {"UseAfterUnmap",
         UseAfterUnmap,
         absl::StatusCode::kFailedPrecondition,
         {132, 2},
         {"host store: the pointer is no longer good: 'staging'",
          "was unmapped since"}},
        {"UseAfterUnmapInAMappedBlock",
         LoadAfterUnmapInAMappedBlock,
         absl::StatusCode::kFailedPrecondition,
         {128, 1},
         {"host load: the pointer is no longer good: 'staging'",
          "was unmapped since"}},
        {"UseAfterAnotherMap",
         UseAfterAnotherMap,
         absl::StatusCode::kFailedPrecondition,
         {128, 1},
         {"'staging'", "was unmapped, and mapped again since"}},
        {"UseAfterFree",
         UseAfterFree,
         absl::StatusCode::kFailedPrecondition,
         {128, 1},
         {"'staging'", "was freed since"}},
        {"PointerPlusOffset",
         PointerPlusOffset,
         absl::StatusCode::kOutOfRange,
         {256, 200},
         {"'third' (type2-block0[256, 456))",
          "its offset in the memory object is 256",
          "the pointer already points at the allocation; do not add its "
          "offset"}},
        {"PointerBehind",
         PointerBeside,
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"use of 2 bytes, 99 behind the first of the 100 of 'staging'",
          "the bytes of its own allocation"}},
        {"PointerBefore",
         PointerBefore,
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"use of 4 bytes, 8 before the first of the 100 of 'staging'"}},
        {"FreeTwice",
         FreeTwice,
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::Free: 'staging' (type2-block0[128, 228)) was freed "
          "already"}},
        {"MapOfAStaleHandle",
         MapOfAStaleHandle,
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::MapMemory: 'staging'", "was freed already"}},
        {"UnmapOfAStaleHandle",
         Stale([](A& allocator, const Handle& handle) {
           return allocator.UnmapMemory(handle);
         }),
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::UnmapMemory: 'staging'", "was freed already"}},
        {"FlushOfAStaleHandle",
         Stale([](A& allocator, const Handle& handle) {
           return allocator.FlushAllocation(handle);
         }),
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::FlushAllocation: 'staging'", "was freed already"}},
        {"InfoOfAStaleHandle",
         Stale([](A& allocator, const Handle& handle) {
           return allocator.InfoOf(handle).status();
         }),
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::InfoOf: 'staging'", "was freed already"}},
        {"BytesOfAStaleHandle",
         Stale([](A& allocator, const Handle& handle) {
           return allocator.bytes(handle).status();
         }),
         absl::StatusCode::kFailedPrecondition,
         kStaging,
         {"Allocator::bytes: 'staging'", "was freed already"}},
        {"AnotherAllocators",
         AnotherAllocators,
         absl::StatusCode::kInvalidArgument,
         {0, 0},
         {"Allocator::Free: 'theirs'", "is another allocator's"}},
        {"NullHandle",
         [](A& allocator, const Handle&) {
           return allocator.MapMemory(Handle()).status();
         },
         absl::StatusCode::kInvalidArgument,
         {0, 0},
         {"Allocator::MapMemory: the Allocation is null"}},
        {"Leak",
         Leak,
         absl::StatusCode::kFailedPrecondition,
         {0, 100},
         {"Allocator::~Allocator: leak: 'forgotten'", "was not freed"}},
        {"FlushBehindTheEnd",
         [](A& allocator, const Handle& handle) {
           return allocator.FlushAllocation(handle, 64, 64);
         },
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"Allocator::FlushAllocation: offset 64, size 64 is not inside of "
          "'staging'",
          "stay within its 100 bytes"}},
        {"FlushWithTheOffsetAdded",
         [](A& allocator, const Handle& handle) {
           return allocator.FlushAllocation(handle, 128 + 10, 20);
         },
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"do not add its offset in the memory object"}},
        {"InvalidateFromTheOffsetOn",
         [](A& allocator, const Handle& handle) {
           return allocator.InvalidateAllocation(handle, 128, kWholeSize);
         },
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"offset 128, size kWholeSize",
          "do not add its offset in the memory object"}},
        {"InvalidateOfASumThatWraps",
         [](A& allocator, const Handle& handle) {
           return allocator.InvalidateAllocation(handle, 2, ~uint64_t{1});
         },
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"Allocator::InvalidateAllocation: offset 2, size "}},
        {"InvalidateFromBehindTheEnd",
         [](A& allocator, const Handle& handle) {
           return allocator.InvalidateAllocation(handle, 101, kWholeSize);
         },
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"offset 101, size kWholeSize is not inside"}},
        {"FlushOutsideOnCoherentMemory",
         [](A& allocator, const Handle&) {
           const Handle coherent =
               allocator.Create(Named("coherent", 64, kCoherentType)).value();
           const absl::Status status =
               allocator.FlushAllocation(coherent, 65, 1);
           allocator.Free(coherent).IgnoreError();
           return status;
         },
         absl::StatusCode::kOutOfRange,
         {0, 64},
         {"'coherent'", "stay within its 64 bytes"}},
        {"BytesOutside",
         [](A& allocator, const Handle& handle) {
           return allocator.bytes(handle, {90, 11}).status();
         },
         absl::StatusCode::kOutOfRange,
         kStaging,
         {"Allocator::bytes: offset 90, size 11 is not inside"}},
    }),
    [](const auto& info) { return info.param.name; });

TEST_F(AllocatorMisuseTest, FreeOfANullHandleIsOk) {
  EXPECT_TRUE(allocator().Free(Allocation()).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMisuseTest, PointersAndHandlesMayOutliveTheAllocator) {
  const Allocation leaked = Create(Mapped(Named("leaked")));
  const HostPointer pointer = Info(leaked).mapped_data;
  MakeAllocator(SmallBlocks());
  EXPECT_TRUE(absl::IsFailedPrecondition(pointer.Write({1})));
  EXPECT_THAT(device(), HasFindingThat("'leaked' (type2-block0[256, 356)) was "
                                       "freed since"));
  EXPECT_TRUE(absl::IsInvalidArgument(allocator().InfoOf(leaked).status()));
}

}  // namespace
}  // namespace incoherent
