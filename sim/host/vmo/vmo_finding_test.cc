// What is found between two parties of one process, and what they see.

#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class VmoFindingTest : public testing::Test {
 protected:
  VmoFindingTest()
      : vmo_(MakeVmo(16)),
        producer_(MapAs(vmo_, "producer")),
        consumer_(MapAs(vmo_, "consumer")) {}

  std::vector<std::string> Messages() { return MessagesOf(vmo_.findings()); }

  Vmo vmo_;
  Mapping producer_;
  Mapping consumer_;
};

TEST_F(VmoFindingTest, WhatIsReleasedAndAcquiredIsSeen) {
  producer_.Write(TestBytes(4, 1));
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  ASSERT_TRUE(consumer_.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(consumer_, 0, 4), Each(1));
  EXPECT_THAT(Messages(), IsEmpty());
}

TEST_F(VmoFindingTest, AWriteWithoutReleaseIsLost) {
  producer_.Write(TestBytes(4, 1));
  ASSERT_TRUE(consumer_.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(consumer_, 0, 8), Each(0));
  EXPECT_THAT(Messages(),
              ElementsAre("lost-host-write: vmo \"frames\"[0, 4): 'producer: "
                          "write [0, 4)', then 'consumer: read [0, 8)'; "
                          "missing: ReleaseWrites by producer"));
}

TEST_F(VmoFindingTest, AReadWithoutAcquireIsStale) {
  producer_.Write(TestBytes(4, 1));
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  EXPECT_THAT(ReadBytes(consumer_, 2, 4), Each(0));
  EXPECT_THAT(Messages(),
              ElementsAre("stale-host-read: vmo \"frames\"[2, 4): 'producer: "
                          "write [0, 4)', then 'consumer: read [2, 6)'; "
                          "missing: AcquireWrites by consumer"));
}

TEST_F(VmoFindingTest, OverwritingWhatAnotherDidNotReleaseIsAClobber) {
  producer_.Write(TestBytes(4, 1));
  consumer_.Write(TestBytes(2, 2));
  EXPECT_THAT(Messages(),
              ElementsAre("atom-clobber: vmo \"frames\"[0, 2): 'producer: "
                          "write [0, 4)', then 'consumer: write [0, 2)'; "
                          "missing: ReleaseWrites by producer"));
}

TEST_F(VmoFindingTest, TheHazardSaysWhatTheMessageSays) {
  producer_.Write(TestBytes(4, 1));
  ReadBytes(consumer_, 0, 4);
  const std::vector<DeviceFinding> findings = vmo_.findings();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].hazard.kind, HazardKind::kLostHostWrite);
  EXPECT_EQ(findings[0].hazard.missing, MissingStep::kFlush);
  EXPECT_EQ(findings[0].hazard.range, (ByteRange{0, 4}));
}

TEST_F(VmoFindingTest, AnAcquireKeepsWhatThePartyWroteItself) {
  producer_.Write(TestBytes(16, 1));
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  consumer_.Write(TestBytes(4, 2));
  ASSERT_TRUE(consumer_.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(consumer_, 0, 6), ElementsAre(2, 2, 2, 2, 1, 1));
  EXPECT_THAT(Messages(), IsEmpty());
}

TEST_F(VmoFindingTest, AReleaseDoesNotUndoWhatOthersReleased) {
  producer_.WriteAt(0, TestBytes(4, 1)).IgnoreError();
  consumer_.WriteAt(4, TestBytes(4, 2)).IgnoreError();
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  ASSERT_TRUE(consumer_.ReleaseWrites().ok());
  ASSERT_TRUE(producer_.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(producer_, 2, 4), ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(Messages(), IsEmpty());
}

TEST_F(VmoFindingTest, AReleaseCoversWhatSlicesWrote) {
  producer_.SliceMut({4, 8})->Write(TestBytes(4, 1));
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  ASSERT_TRUE(consumer_.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(*consumer_.Slice({4, 8}), 0, 4), Each(1));
  EXPECT_THAT(Messages(), IsEmpty());
}

TEST_F(VmoFindingTest, AReleaseThroughASliceConcernsItsBytes) {
  producer_.Write(TestBytes(8, 1));
  ASSERT_TRUE(producer_.SliceMut({0, 4})->ReleaseWrites().ok());
  ASSERT_TRUE(consumer_.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(consumer_, 2, 4), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(Messages(), ElementsAre(HasSubstr("lost-host-write: vmo "
                                                "\"frames\"[4, 6): ")));
}

TEST_F(VmoFindingTest, AnAcquireThroughASliceConcernsItsBytes) {
  producer_.Write(TestBytes(8, 1));
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  ASSERT_TRUE(consumer_.Slice({4, 8})->AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(consumer_, 2, 4), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(Messages(), ElementsAre(HasSubstr("stale-host-read: vmo "
                                                "\"frames\"[2, 4): ")));
}

TEST_F(VmoFindingTest, EachPartyHasTheFindingsThatItHasAPartIn) {
  Mapping bystander = MapAs(vmo_, "bystander");
  producer_.Write(TestBytes(4, 1));
  ReadBytes(consumer_, 0, 4);
  bystander.AsPtrLen().IgnoreError();
  bystander.AcquireWrites().IgnoreError();
  EXPECT_THAT(producer_.findings(), SizeIs(1));
  EXPECT_THAT(consumer_.findings(), SizeIs(1));
  EXPECT_THAT(MessagesOf(bystander.findings()),
              ElementsAre(HasSubstr("'bystander: AcquireWrites [0, 16)' "
                                    "refused")));
  EXPECT_THAT(vmo_.findings(), SizeIs(2));
}

TEST_F(VmoFindingTest, ALateComerMustAcquireToo) {
  producer_.Write(TestBytes(4, 1));
  ASSERT_TRUE(producer_.ReleaseWrites().ok());
  const Mapping late = MapAs(vmo_, "late");
  EXPECT_THAT(ReadBytes(late, 0, 4), Each(0));
  EXPECT_THAT(Messages(), ElementsAre(HasSubstr("AcquireWrites by late")));
  ASSERT_TRUE(late.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(late, 0, 4), Each(1));
  EXPECT_THAT(Messages(), SizeIs(1));
}

TEST_F(VmoFindingTest, AnotherHandleToTheSameMemorySeesTheSame) {
  producer_.Write(TestBytes(4, 1));
  const Vmo again = *Vmo::Open(vmo_.fd());
  EXPECT_EQ(again.name(), "frames");
  EXPECT_EQ(again.size(), 16u);
  const Mapping third = MapAs(again, "third");
  ReadBytes(third, 0, 4);
  EXPECT_THAT(Messages(), SizeIs(1));
  EXPECT_EQ(MessagesOf(again.findings()), Messages());
}

// The example of incoherent/vmo.h, as it stands there.
absl::Status HeaderExample(std::string& message) {
  auto made = incoherent::Mapping::AllocateWithName(4096, "frames");
  if (!made.ok()) return made.status();
  auto& [producer, vmo] = *made;
  auto consumer = incoherent::Mapping::CreateFromVmo(
      vmo, 4096, incoherent::kPermRead, {"consumer"});
  const std::vector<uint8_t> frame = {1, 2, 3, 4};
  std::vector<uint8_t> seen(4);
  producer.Write(frame);
  consumer->Read(absl::MakeSpan(seen));  // {0, 0, 0, 0}
  EXPECT_THAT(seen, ElementsAre(0, 0, 0, 0));
  message = vmo.findings()[0].message;  // lost-host-write: vmo "frames"...
  return absl::OkStatus();
}

TEST(VmoHeaderTest, ItsExampleDoesWhatItSays) {
  std::string message;
  ASSERT_TRUE(HeaderExample(message).ok());
  EXPECT_THAT(message, testing::StartsWith("lost-host-write: vmo \"frames\""));
}

// A policy changes bytes and no finding.
TEST(VmoPolicyTest, EagerCachesHideTheBugAndNotTheFinding) {
  const Vmo vmo = MakeVmo(16);
  Mapping producer = MapAs(vmo, "producer", "eager");
  const Mapping consumer = MapAs(vmo, "consumer", "eager");
  producer.Write(TestBytes(4, 1));
  EXPECT_THAT(ReadBytes(consumer, 0, 4), Each(1));
  EXPECT_THAT(vmo.findings(), SizeIs(1));
}

TEST(VmoPolicyTest, RandomCachesMixOldAndNewAndAreRepeatable) {
  const auto seen = [](const std::string& policy) {
    const Vmo vmo = MakeVmo(64);
    Mapping producer = MapAs(vmo, "producer", policy);
    const Mapping consumer = MapAs(vmo, "consumer", "eager");
    producer.Write(TestBytes(64, 1));
    const TestBytes bytes = ReadBytes(consumer, 0, 64);
    EXPECT_THAT(vmo.findings(), SizeIs(1));
    return bytes;
  };
  const TestBytes bytes = seen("random:7");
  EXPECT_THAT(bytes, testing::Contains(0));
  EXPECT_THAT(bytes, testing::Contains(1));
  EXPECT_EQ(seen("random:7"), bytes);
  EXPECT_NE(seen("random:8"), bytes);
}

}  // namespace
}  // namespace incoherent
