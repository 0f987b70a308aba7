// What host_import.h says of HostPages and of what is shared, sentence by
// sentence.

#include "incoherent/host_import.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/testing.h"
#include "sim/host/import/host_import_under_test.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

// --- Pages.

TEST_F(HostImportTest, PagesAreZerosThatThePointerReadsAndWrites) {
  const HostPages pages = NewPages(2 * kPage);
  EXPECT_EQ(pages.pointer().address() % kPage, 0u);
  EXPECT_EQ(pages.size(), 2 * kPage);
  EXPECT_EQ(pages.name(), "pages");
  EXPECT_EQ(Read(pages.pointer() + 2 * kPage - 1), 0);
  ExpectOk((pages.pointer() + 8).Store<uint32_t>(7));
  EXPECT_EQ(*(pages.pointer() + 8).Load<uint32_t>(), 7u);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportTest, PagesThatCannotBeAreRefused) {
  const auto code = [this](const HostAllocationInfo& info) {
    return CodeOf(HostPages::Create(device().host(), info).status());
  };
  EXPECT_EQ(code({0}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({kPage, 100}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({kPage, 64, "odd", 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(HostPages::Create(nullptr, {kPage}).status()),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      ReturnCodeOf(HostPages::Create(device().host(), {1ull << 60}).status()),
      ReturnCode::kOutOfHostMemory);
  EXPECT_THAT(device().host()->findings(), HasNoFindings());
}

TEST_F(HostImportTest, AnotherMappingIsOfTheSamePages) {
  HostPages pages = NewPages();
  const HostPointer alias = *pages.MapAgain();
  EXPECT_NE(alias, pages.pointer());
  ExpectOk((alias + 5).Write({7}));
  EXPECT_EQ(Read(pages.pointer() + 5), 7);
  Memory memory = Import(pages, Types::kNonCoherent);
  ExpectOk((alias + 5).Write({8}));
  EXPECT_EQ(Read(pages.pointer() + 5), 8) << "they share one cache";
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportTest, WrongArithmeticIsOutOfRangeAndAFinding) {
  HostPages pages = NewPages();
  EXPECT_EQ(CodeOf((pages.pointer() + kPage).Write({1})),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(CodeOf((pages.pointer() - 1).Read(1).status()),
            absl::StatusCode::kOutOfRange);
  EXPECT_THAT(*device().host(),
              HasFindingThat("1 bytes 1 bytes before the first of the 4096"));
  EXPECT_THAT(*device().host(), HasFindingThat("4096 bytes behind"));
  EXPECT_EQ(CodeOf(pages.CleanCache({kPage, 1})),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(CodeOf(pages.InvalidateCache({kPage + 1, kWholeSize})),
            absl::StatusCode::kOutOfRange);
  EXPECT_THAT(*device().host(), HasOnlyFindings({HazardKind::kInvalidUsage}));
}

TEST_F(HostImportTest, MovedPagesHaveOneOwner) {
  HostPages pages = NewPages();
  HostPages other = std::move(pages);
  EXPECT_FALSE(pages.is_live());
  EXPECT_EQ(CodeOf(pages.Free()), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(pages.MapAgain().status()),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(pages.CleanCache()), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(pages.InvalidateCache()),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(device().host()->findings().size(), 4u);
  EXPECT_EQ(pages.pointer(), other.pointer());
  EXPECT_EQ(Read(pages.pointer()), 0) << "the pages are still there";
  HostPages third = NewPages();
  other = std::move(third);
  EXPECT_EQ(device().host()->LivePages().size(), 1u)
      << "those that were there before are freed";
  other = std::move(other);
  EXPECT_TRUE(other.is_live());
}

TEST_F(HostImportTest, TheDestructorFrees) {
  { const HostPages pages = NewPages(); }
  EXPECT_TRUE(device().host()->LivePages().empty());
  EXPECT_THAT(*device().host(), HasNoFindings());
}

// --- Imports.

TEST_F(HostImportTest, ContentsArePreserved) {
  HostPages pages = NewPages();
  ExpectOk(pages.pointer().Write({7}));
  for (const uint32_t type : {Types::kCoherent, Types::kNonCoherent}) {
    Memory memory = Import(pages, type);
    EXPECT_TRUE(memory.is_host_visible());
    EXPECT_EQ(memory.size(), kPage);
    EXPECT_EQ(DeviceReads(memory), 7);
    EXPECT_EQ(Read(*memory.Map()), 7);
    EXPECT_EQ(Read(pages.pointer()), 7);
  }
  EXPECT_EQ(Read(pages.pointer()), 7);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportTest, AnImportIsNotMapped) {
  HostPages pages = NewPages();
  Memory memory = Import(pages, Types::kNonCoherent);
  EXPECT_FALSE(memory.mapping().has_value());
  EXPECT_EQ(VuidOf(memory.Flush()), "VUID-VkMappedMemoryRange-memory-00684");
  EXPECT_EQ(VuidOf(memory.Invalidate()),
            "VUID-VkMappedMemoryRange-memory-00684");
  const HostPointer mapped = *memory.Map();
  EXPECT_NE(mapped, pages.pointer());
  ExpectOk(memory.Flush());
}

TEST_F(HostImportTest, EachImportIsMappedForItself) {
  HostPages pages = NewPages();
  Memory first = Import(pages);
  Memory second = Import(pages);
  const HostPointer one = *first.Map();
  EXPECT_FALSE(second.mapping().has_value());
  const HostPointer two = *second.Map();
  EXPECT_NE(one, two);
  ExpectOk(one.Write({7}));
  EXPECT_EQ(Read(two), 7);
  ExpectOk(first.Unmap());
  EXPECT_EQ(Read(two), 7);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportTest, WithoutAHandleTypeNothingIsImported) {
  Memory memory =
      *ImportHostPointer(device(), {HostPointer(), 100, Types::kCoherent, 0});
  EXPECT_EQ(memory.size(), 100u);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportTest, RangesOfFindingsCountFromTheFirstPage) {
  HostPages pages =
      *HostPages::Create(device().host(), {2 * kPage, 4096, "frames"});
  Memory memory = *ImportHostPointer(
      device(), {pages.pointer() + kPage, kPage, Types::kCoherent});
  CommandBuffer commands = device().NewCommandBuffer();
  ExpectOk(commands.Fill(memory.bytes({4, 4}), 7));
  ExpectOk(Run(commands));
  EXPECT_EQ(Read(pages.pointer() + kPage + 4), 0);
  EXPECT_THAT(device(),
              HasFinding(HazardKind::kMissingHostBarrier, {kPage + 4, 1}));
  EXPECT_THAT(device(), HasFindingThat("frames[4100, 4101)"));
}

// --- The ways of a write.

class HostImportWayTest : public HostImportTest,
                          public testing::WithParamInterface<uint32_t> {};

TEST_P(HostImportWayTest, AllPairsOfUsers) {
  HostPages pages = NewPages();
  Memory memory = Import(pages, GetParam());
  const HostPointer mapped = *memory.Map();
  ExpectOk(pages.pointer().Write({1}));
  ExpectOk(pages.CleanCache({0, 64}));
  EXPECT_EQ(DeviceReads(memory), 1);
  ExpectOk(memory.Invalidate({0, 64}));
  EXPECT_EQ(Read(mapped), 1);
  ExpectOk(mapped.Write({2}));
  ExpectOk(memory.Flush({0, 64}));
  EXPECT_EQ(DeviceReads(memory), 2);
  ExpectOk(pages.InvalidateCache({0, 64}));
  EXPECT_EQ(Read(pages.pointer()), 2);
  ExpectOk(RunFill(memory.bytes({0, 1}), 3));
  ExpectOk(pages.InvalidateCache());
  EXPECT_EQ(Read(pages.pointer()), 3);
  ExpectOk(memory.Invalidate());
  EXPECT_EQ(Read(mapped), 3);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_P(HostImportWayTest, APartBeginsAtThePointer) {
  HostPages pages = NewPages(3 * kPage);
  const HostPointer alias = *pages.MapAgain();
  Memory memory =
      *ImportHostPointer(device(), {alias + kPage, kPage, GetParam()});
  const HostPointer mapped = *memory.Map();
  ExpectOk((pages.pointer() + kPage + 3).Write({7}));
  ExpectOk(pages.CleanCache({kPage, 64}));
  EXPECT_EQ(DeviceReads(memory, 3), 7);
  ExpectOk(memory.Invalidate());
  EXPECT_EQ(Read(mapped + 3), 7);
  ExpectOk((mapped + kPage - 1).Write({8}));
  ExpectOk(memory.Flush({kPage - 64, 64}));
  ExpectOk(pages.InvalidateCache());
  EXPECT_EQ(Read(alias + 2 * kPage - 1), 8);
  EXPECT_THAT(device(), HasNoFindings());
}

INSTANTIATE_TEST_SUITE_P(Types, HostImportWayTest,
                         testing::Values(Types::kCoherent, Types::kNonCoherent),
                         [](const auto& info) {
                           return std::string(info.param == Types::kCoherent
                                                  ? "Coherent"
                                                  : "NonCoherent");
                         });

}  // namespace
}  // namespace incoherent
