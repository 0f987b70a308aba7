// Who must outlive whom, and who must keep off meanwhile.

#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/host_import.h"
#include "incoherent/testing.h"
#include "sim/host/import/host_import_under_test.h"

namespace incoherent {
namespace {

using testing::Not;
using Types = SmallDeviceTypes;

class HostImportLifetimeTest : public HostImportTest {};

// --- Lifetime.

TEST_F(HostImportLifetimeTest, TheMemoryFirstThenThePages) {
  HostPages pages = NewPages();
  Memory memory = Import(pages);
  ExpectOk(memory.Free());
  ExpectOk(pages.Free());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportLifetimeTest, PagesThatGoBeforeTheMemoryAreFound) {
  auto pages = std::make_unique<HostPages>(NewPages());
  const HostPointer pointer = pages->pointer();
  const HostPointer alias = *pages->MapAgain();
  Memory memory = Import(*pages);
  const HostPointer mapped = *memory.Map();
  pages.reset();
  EXPECT_EQ(device().findings().size(), 1u);
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, {0, kPage}));
  const auto kGone = absl::StatusCode::kFailedPrecondition;
  EXPECT_EQ(CodeOf(pointer.Write({1})), kGone);
  EXPECT_EQ(CodeOf(alias.Read(1).status()), kGone);
  EXPECT_EQ(CodeOf(mapped.Write({1})), kGone);
  EXPECT_EQ(CodeOf(mapped.Read(1).status()), kGone);
  EXPECT_EQ(device().findings().size(), 5u);
  CommandBuffer commands = device().NewCommandBuffer();
  ExpectOk(commands.Fill(memory.bytes({0, 4}), 1));
  ExpectOk(commands.Fill(memory.bytes({4, 4}), 1));
  ExpectOk(Run(commands));
  EXPECT_EQ(device().findings().size(), 7u) << "one for each command";
  ExpectOk(memory.Free());
  EXPECT_EQ(device().findings().size(), 7u);
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
}

TEST_F(HostImportLifetimeTest,
       UncleanStoresOutliveTheImportUnflushedOnesDoNot) {
  HostPages pages = NewPages();
  Memory memory = Import(pages, Types::kNonCoherent);
  ExpectOk(pages.pointer().Write({7}));
  ExpectOk((*memory.Map() + 64).Write({8}));
  ExpectOk(memory.Free());
  EXPECT_EQ(Read(pages.pointer()), 7);
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_EQ(Read(pages.pointer() + 64), 0);
  EXPECT_THAT(*device().host(),
              HasFinding(HazardKind::kLostHostWrite, {64, 1}));
}

// --- Types that the host cannot see.

TEST_F(HostImportLifetimeTest, MemoryNotVisibleToTheHost) {
  HostPages pages = NewPages();
  const HostPointer alias = *pages.MapAgain();
  ExpectOk(pages.pointer().Write({7}));
  Memory memory = Import(pages, Types::kDeviceLocal);
  const auto kTaken = absl::StatusCode::kFailedPrecondition;
  EXPECT_EQ(CodeOf(pages.pointer().Write({1})), kTaken);
  EXPECT_EQ(CodeOf(alias.Read(1).status()), kTaken);
  EXPECT_EQ(device().findings().size(), 2u);
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, {0, 1}));
  EXPECT_EQ(CodeOf(memory.Map().status()), absl::StatusCode::kInvalidArgument);
  ExpectOk(memory.Free());
  const size_t before = device().host()->findings().size();
  EXPECT_TRUE((*alias.ReadBytes(1))[0].undefined);
  EXPECT_EQ(device().host()->findings().size(), before + 1);
  ExpectOk(alias.Write({9}));
  EXPECT_EQ(Read(pages.pointer()), 9);
  EXPECT_EQ(device().host()->findings().size(), before + 1);
}

TEST_F(HostImportLifetimeTest, MisuseOfPagesIsToldToWhoeverHasThem) {
  DeviceOptions options = HostImportOptions();
  options.host = device().host();
  Device other(options);
  HostPages pages = NewPages();
  Memory memory = Import(pages);
  EXPECT_FALSE((pages.pointer() + kPage).Write({1}).ok());
  EXPECT_THAT(device(), Not(HasNoFindings()));
  EXPECT_THAT(other, HasNoFindings());
  EXPECT_THAT(*other.host(), Not(HasNoFindings()));
}

}  // namespace
}  // namespace incoherent
