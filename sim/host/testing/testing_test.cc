// The matchers say yes and no where they should, and the fixture fails a test
// that leaves something behind.

#include "incoherent/testing.h"

#include <memory>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "incoherent/memory.h"

namespace incoherent {
namespace {

using testing::HasSubstr;
using testing::Not;
using Types = SmallDeviceTypes;
using Findings = std::vector<DeviceFinding>;

DeviceFinding FindingAt(HazardKind kind, const ByteRange& range,
                        uint32_t payload = 0) {
  DeviceFinding finding;
  finding.hazard.kind = kind;
  finding.hazard.range = range;
  finding.hazard.payload = payload;
  finding.message = "what happened";
  finding.vuid = "VUID-a-b-1";
  return finding;
}

TEST(Matchers, HasNoFindings) {
  EXPECT_THAT(Findings(), HasNoFindings());
  EXPECT_THAT(Findings{FindingAt(HazardKind::kAtomClobber, {0, 1})},
              Not(HasNoFindings()));
}

TEST(Matchers, HasFindingOfAKind) {
  const Findings findings = {FindingAt(HazardKind::kAtomClobber, {0, 1})};
  EXPECT_THAT(findings, HasFinding(HazardKind::kAtomClobber));
  EXPECT_THAT(findings, Not(HasFinding(HazardKind::kLostHostWrite)));
  EXPECT_THAT(Findings(), Not(HasFinding(HazardKind::kAtomClobber)));
}

TEST(Matchers, HasFindingAtExactlyTheBytes) {
  const Findings findings = {FindingAt(HazardKind::kLostHostWrite, {8, 8})};
  EXPECT_THAT(findings, HasFinding(HazardKind::kLostHostWrite, {8, 8}));
  EXPECT_THAT(findings, Not(HasFinding(HazardKind::kLostHostWrite, {8, 7})));
  EXPECT_THAT(findings, Not(HasFinding(HazardKind::kLostHostWrite, {7, 9})));
  EXPECT_THAT(findings, Not(HasFinding(HazardKind::kStaleHostRead, {8, 8})));
}

TEST(Matchers, HasFindingPutsPiecesTogether) {
  const Findings findings = {FindingAt(HazardKind::kLostHostWrite, {8, 8}),
                             FindingAt(HazardKind::kLostHostWrite, {0, 8}),
                             FindingAt(HazardKind::kStaleHostRead, {16, 8})};
  EXPECT_THAT(findings, HasFinding(HazardKind::kLostHostWrite, {0, 16}));
  EXPECT_THAT(findings, HasFinding(HazardKind::kLostHostWrite, {0, 8}));
  EXPECT_THAT(findings, Not(HasFinding(HazardKind::kLostHostWrite, {0, 24})));
}

TEST(Matchers, HasFindingDoesNotPutTwoObjectsTogether) {
  const Findings findings = {FindingAt(HazardKind::kLostHostWrite, {0, 8}, 1),
                             FindingAt(HazardKind::kLostHostWrite, {8, 8}, 2)};
  EXPECT_THAT(findings, Not(HasFinding(HazardKind::kLostHostWrite, {0, 16})));
}

TEST(Matchers, HasFindingOfRule) {
  const Findings findings = {FindingAt(HazardKind::kInvalidUsage, {0, 1})};
  EXPECT_THAT(findings, HasFindingOfRule("VUID-a-b-1"));
  EXPECT_THAT(findings, Not(HasFindingOfRule("VUID-a-b-2")));
  EXPECT_THAT(Findings(1), Not(HasFindingOfRule("")));
}

TEST(Matchers, HasFindingThat) {
  const Findings findings = {FindingAt(HazardKind::kInvalidUsage, {0, 1})};
  EXPECT_THAT(findings, HasFindingThat("happened"));
  EXPECT_THAT(findings, Not(HasFindingThat("nothing")));
}

TEST(Matchers, HasOnlyFindings) {
  const Findings findings = {FindingAt(HazardKind::kInvalidUsage, {0, 1}),
                             FindingAt(HazardKind::kAtomClobber, {0, 1})};
  EXPECT_THAT(findings, HasOnlyFindings({HazardKind::kInvalidUsage,
                                         HazardKind::kAtomClobber}));
  EXPECT_THAT(findings, Not(HasOnlyFindings({HazardKind::kInvalidUsage})));
  EXPECT_THAT(Findings(), HasOnlyFindings({}));
}

TEST(Matchers, PrintWhatThereIs) {
  Device device(SmallDevice());
  device.FailNextMap(ReturnCode::kTooManyObjects).IgnoreError();
  device.Report(absl::FailedPreconditionError("it is broken"), "some call")
      .IgnoreError();
  testing::StringMatchResultListener listener;
  EXPECT_FALSE(testing::ExplainMatchResult(
      HasFinding(HazardKind::kLostHostWrite), device, &listener));
  EXPECT_THAT(
      listener.str(),
      HasSubstr("1 finding:\n  invalid-usage: some call: it is broken"));
}

TEST(Matchers, WorkOnAHost) {
  Device device(SmallDevice());
  EXPECT_THAT(*device.host(), HasNoFindings());
}

// A test whose device the test below looks at.
class LeakyTest : public DeviceTest {
 public:
  void TestBody() override {}
  using DeviceTest::device;
  using DeviceTest::queue;
  using DeviceTest::TearDown;
};

LeakyTest* leaky = nullptr;  // EXPECT_NONFATAL_FAILURE takes no locals

class TearDownTest : public testing::Test {
 protected:
  void SetUp() override { leaky = new LeakyTest; }
  void TearDown() override { delete leaky; }
};

TEST_F(TearDownTest, IsContentWithNothing) { leaky->TearDown(); }

TEST_F(TearDownTest, IsContentWithWhatWasFreed) {
  {
    Memory memory = *Memory::Allocate(leaky->device(), Types::kCoherent, 64);
    EXPECT_TRUE(memory.Map().ok());
  }
  leaky->TearDown();
}

TEST_F(TearDownTest, FailsForMemoryThatIsNotFreed) {
  Memory memory = *Memory::Allocate(leaky->device(), Types::kCoherent, 64);
  memory.SetName("forgotten");
  EXPECT_NONFATAL_FAILURE(leaky->TearDown(),
                          "on which forgotten is still allocated");
}

TEST_F(TearDownTest, FailsForWhatIsMapped) {
  Memory memory = *Memory::Allocate(leaky->device(), Types::kCoherent, 64);
  EXPECT_TRUE(memory.Map().ok());
  EXPECT_THAT(leaky->device(), Not(NothingIsMapped()));
  EXPECT_TRUE(memory.Unmap().ok());
  EXPECT_THAT(leaky->device(), NothingIsMapped());
}

TEST_F(TearDownTest, FailsForPagesThatAreNotFreed) {
  HostAllocationInfo info;
  info.size = 4096;
  info.name = "kept pages";
  const auto pages = HostAllocation::Create(leaky->device().host(), info);
  ASSERT_TRUE(pages.ok());
  EXPECT_NONFATAL_FAILURE(leaky->TearDown(), "kept pages");
  EXPECT_TRUE((*pages)->Release().ok());
  leaky->TearDown();
}

TEST_F(TearDownTest, FailsForWorkThatHasYetToRun) {
  CommandBuffer commands = leaky->device().NewCommandBuffer();
  EXPECT_TRUE(
      leaky->device().Submit(leaky->queue(), {{{}, {&commands}, {}}}).ok());
  leaky->TearDown();  // no command
  const MemoryId memory = *leaky->device().Allocate({64, Types::kCoherent});
  EXPECT_TRUE(commands.Fill({memory, {0, 64}}, 7).ok());
  EXPECT_TRUE(
      leaky->device().Submit(leaky->queue(), {{{}, {&commands}, {}}}).ok());
  EXPECT_FALSE(leaky->device().IsIdle());
  EXPECT_TRUE(leaky->device().WaitIdle().ok());
  EXPECT_TRUE(leaky->device().Free(memory).ok());
  leaky->TearDown();
}

// --- What the fixture has for its tests.

class FixtureTest : public DeviceTest {};

TEST_F(FixtureTest, RunsCommandsAndLooksAtTheDevice) {
  Memory memory = *Memory::Allocate(device(), Types::kNonCoherent, 64);
  Memory local = *Memory::Allocate(device(), Types::kDeviceLocal, 64);
  EXPECT_TRUE(RunFill(memory.bytes({0, 64}), 7).ok());
  EXPECT_TRUE(RunCopy(memory.bytes({0, 4}), local.bytes({8, 4})).ok());
  EXPECT_EQ(DeviceBytes(local.bytes({8, 4})),
            (std::vector<uint8_t>{7, 7, 7, 7}));
  const HostPointer pointer = *memory.Map();
  EXPECT_TRUE(memory.Invalidate().ok());
  EXPECT_EQ(*pointer.Read(1), (std::vector<uint8_t>{7}));
}

}  // namespace
}  // namespace incoherent
