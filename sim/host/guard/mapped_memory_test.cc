// MappedMemory: how it comes to be, how it ends, and what is refused on the
// way.

#include "incoherent/mapped_memory.h"

#include <sstream>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr uint32_t kNonCoherent = SmallDeviceTypes::kNonCoherent;

class MappedMemoryTest : public DeviceTest {
 protected:
  MappedMemory Make(uint64_t size = 256, uint32_t type = kNonCoherent) {
    return *MappedMemory::Allocate(device(), type, size);
  }
  // One finding, of a misuse at these bytes.
  void ExpectMisuse(const ByteRange& bytes, absl::string_view text) {
    EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
    EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, bytes));
    EXPECT_THAT(device(), HasFindingThat(text));
    ASSERT_EQ(device().findings().size(), 1u);
    const DeviceFinding finding = device().findings()[0];
    EXPECT_EQ(finding.vuid, "");
    EXPECT_THAT(finding.message, Not(HasSubstr("\n")));
  }
};

// --- Allocate, FromMemory.

TEST_F(MappedMemoryTest, AllocateMapsAllOfIt) {
  const MappedMemory memory = Make(1024);
  EXPECT_EQ(memory.size(), 1024u);
  EXPECT_EQ(memory.memory().mapping(), (ByteRange{0, 1024}));
  EXPECT_EQ(&memory.device(), &device());
  EXPECT_THAT(device(), HasNoFindings());
}

// Of the document that this was made after.
TEST_F(MappedMemoryTest, OneKilobyteIsMappedAndOneByteOfItIsWritten) {
  const absl::optional<uint32_t> type = FindMemoryType(device(), kHostVisible);
  ASSERT_TRUE(type.has_value());
  const MappedMemory memory = *MappedMemory::Allocate(device(), *type, 1024);
  auto content = *memory.ReadWrite<uint8_t[]>({0, 1024});
  content[12] = 54;
  EXPECT_EQ(content[12], 54);
  EXPECT_THAT(device(), HasNoFindings());
}

// The header's.
absl::Status UploadOneByte(Device& device) {
  absl::StatusOr<MappedMemory> memory =
      MappedMemory::Allocate(device, SmallDeviceTypes::kNonCoherent, 1024);
  if (!memory.ok()) return memory.status();
  {
    absl::StatusOr<WriteGuard<uint8_t[]>> content =
        memory->Write<uint8_t[]>({0, 1024});
    if (!content.ok()) return content.status();
    (*content)[12] = 54;
  }  // flushed
  CommandBuffer commands = device.NewCommandBuffer();
  return commands.Fill(memory->memory().bytes({12, 1}), 0);
}

TEST_F(MappedMemoryTest, TheHeadersExampleIsRight) {
  EXPECT_TRUE(UploadOneByte(device()).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, ATypeThatIsNotHostVisibleIsRefusedBeforeAnything) {
  const auto memory = MappedMemory::Allocate(
      device(), SmallDeviceTypes::kDeviceLocal, uint64_t{1} << 40);
  EXPECT_EQ(VuidOf(memory.status()), "VUID-vkMapMemory-memory-00682");
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_THAT(device(), NothingIsLive());
}

TEST_F(MappedMemoryTest, ATypeThatThereIsNotIsTheAllocationsError) {
  const auto memory = MappedMemory::Allocate(device(), 9, 64);
  EXPECT_EQ(VuidOf(memory.status()),
            "VUID-vkAllocateMemory-pAllocateInfo-01714");
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
}

TEST_F(MappedMemoryTest, AHeapThatIsFullIsTheAllocationsError) {
  const auto memory =
      MappedMemory::Allocate(device(), kNonCoherent, uint64_t{1} << 25);
  EXPECT_EQ(ReturnCodeOf(memory.status()), ReturnCode::kOutOfDeviceMemory);
}

TEST_F(MappedMemoryTest, AMapThatFailsFreesTheMemory) {
  ASSERT_TRUE(device().FailNextMap(ReturnCode::kMemoryMapFailed).ok());
  const auto memory = MappedMemory::Allocate(device(), kNonCoherent, 64);
  EXPECT_EQ(ReturnCodeOf(memory.status()), ReturnCode::kMemoryMapFailed);
  EXPECT_THAT(device(), NothingIsLive());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, FromMemoryMapsTheMemoryThatThereIs) {
  Memory plain = *Memory::Allocate(device(), kNonCoherent, 128);
  const MemoryId id = plain.id();
  const MappedMemory memory = *MappedMemory::FromMemory(std::move(plain));
  EXPECT_EQ(memory.memory().id(), id);
  EXPECT_EQ(memory.memory().mapping(), (ByteRange{0, 128}));
  EXPECT_FALSE(plain.is_live());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, FromMemoryThatFailsLeavesTheMemory) {
  Memory plain = *Memory::Allocate(device(), kNonCoherent, 128);
  ASSERT_TRUE(device().FailNextMap(ReturnCode::kOutOfHostMemory).ok());
  const auto memory = MappedMemory::FromMemory(std::move(plain));
  EXPECT_EQ(ReturnCodeOf(memory.status()), ReturnCode::kOutOfHostMemory);
  EXPECT_TRUE(plain.is_live());
  Memory local =
      *Memory::Allocate(device(), SmallDeviceTypes::kDeviceLocal, 128);
  EXPECT_EQ(VuidOf(MappedMemory::FromMemory(std::move(local)).status()),
            "VUID-vkMapMemory-memory-00682");
  EXPECT_TRUE(local.is_live());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, FromMemoryThatIsMappedIsASecondMap) {
  Memory plain = *Memory::Allocate(device(), kNonCoherent, 128);
  ASSERT_TRUE(plain.Map(64, 64).ok());
  const auto memory = MappedMemory::FromMemory(std::move(plain));
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_EQ(memory->memory().mapping(), (ByteRange{0, 128}));
  EXPECT_THAT(device(), HasFindingOfRule("VUID-vkMapMemory-memory-00678"));
}

TEST_F(MappedMemoryTest, FromMemoryThatWasFreedIsRefused) {
  Memory plain = *Memory::Allocate(device(), kNonCoherent, 128);
  ASSERT_TRUE(plain.Free().ok());
  EXPECT_EQ(MappedMemory::FromMemory(std::move(plain)).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
}

// --- Unmap.

TEST_F(MappedMemoryTest, UnmapGivesPlainMemory) {
  MappedMemory memory = Make(128);
  const MemoryId id = memory.memory().id();
  absl::StatusOr<Memory> plain = std::move(memory).Unmap();
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->id(), id);
  EXPECT_TRUE(plain->is_live());
  EXPECT_EQ(plain->mapping(), absl::nullopt);
  EXPECT_FALSE(memory.is_live());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, UnmapFlushesNothing) {
  MappedMemory memory = Make(64);
  // Not through a guard: those flush.
  ASSERT_TRUE(device().Store(memory.memory().id(), 0, {1, 2, 3, 4}).ok());
  const Memory plain = *std::move(memory).Unmap();
  EXPECT_EQ(device().DeviceDomain(plain.id(), 0).value, 0);
  const Memory target =
      *Memory::Allocate(device(), SmallDeviceTypes::kDeviceLocal, 64);
  ASSERT_TRUE(RunCopy(plain.bytes({0, 4}), target.bytes({0, 4})).ok());
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kLostHostWrite}));
  EXPECT_THAT(device(), HasFinding(HazardKind::kLostHostWrite, {0, 4}));
}

TEST_F(MappedMemoryTest, UnmapUnderAnOpenGuardIsRefused) {
  MappedMemory memory = Make();
  auto guard = *memory.Write<uint8_t[]>({16, 16});
  const absl::StatusOr<Memory> plain = std::move(memory).Unmap();
  EXPECT_EQ(plain.status().code(), absl::StatusCode::kFailedPrecondition);
  ExpectMisuse({16, 16},
               "MappedMemory::Unmap: the guard of memory0[16, 32) is "
               "open; close it before the unmap");
  EXPECT_TRUE(memory.is_live());
  EXPECT_TRUE(guard.Store(0, 1).ok());
  EXPECT_TRUE(guard.Close().ok());
  EXPECT_TRUE(std::move(memory).Unmap().ok());
  EXPECT_EQ(device().findings().size(), 1u);
}

TEST_F(MappedMemoryTest, UnmapOfWhatIsUnmappedBelowLosesNothing) {
  MappedMemory memory = Make();
  ASSERT_TRUE(memory.memory().Unmap().ok());
  const absl::StatusOr<Memory> plain = std::move(memory).Unmap();
  ASSERT_TRUE(plain.ok());
  EXPECT_TRUE(plain->is_live());
  EXPECT_THAT(device(), HasFindingOfRule("VUID-vkUnmapMemory-memory-00689"));
}

// --- Moves and the end.

TEST_F(MappedMemoryTest, IsGoodWhereItWasMovedTo) {
  MappedMemory first = Make();
  auto guard = *first.Write<uint8_t[]>({0, 16});
  MappedMemory second = std::move(first);
  EXPECT_TRUE(guard.Store(3, 9).ok());
  EXPECT_TRUE(guard.Close().ok());
  EXPECT_EQ((*second.Read<uint8_t[]>({3, 1}))[0], 9);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, EveryUseAfterAMoveIsRefused) {
  MappedMemory first = Make(128);
  const MappedMemory second = std::move(first);
  EXPECT_FALSE(first.is_live());
  EXPECT_EQ(&first.device(), &device());
  EXPECT_EQ(first.size(), 128u);
  EXPECT_EQ(first.Read<uint8_t[]>({0, 16}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  ExpectMisuse({0, 128},
               "MappedMemory::Read: this MappedMemory (memory0[0, 128)) was "
               "moved from, or unmapped; use what it became");
  EXPECT_FALSE(first.Write<uint8_t[]>({0, 16}).ok());
  EXPECT_FALSE(first.ReadWrite<uint8_t[]>({0, 16}).ok());
  EXPECT_FALSE(std::move(first).Unmap().ok());
  EXPECT_EQ(first.memory().size(), 128u);
  EXPECT_EQ(std::as_const(first).memory().size(), 128u);
  EXPECT_EQ(device().findings().size(), 6u);
  EXPECT_TRUE(second.Write<uint8_t[]>({0, 16}).ok());
}

TEST_F(MappedMemoryTest, EveryUseAfterAnUnmapIsRefused) {
  MappedMemory memory = Make(128);
  Memory plain = *std::move(memory).Unmap();
  EXPECT_FALSE(memory.Write<uint8_t[]>({0, 16}).ok());
  ExpectMisuse({0, 128}, "was moved from, or unmapped");
  EXPECT_FALSE(memory.memory().Map().ok());
  EXPECT_TRUE(plain.is_live());
}

TEST_F(MappedMemoryTest, AnAssignmentFreesWhatWasThere) {
  MappedMemory memory = Make(64);
  const MemoryId first = memory.memory().id();
  memory = Make(128);
  EXPECT_EQ(memory.size(), 128u);
  EXPECT_FALSE(device().IsLive(first));
  MappedMemory& same = memory;
  memory = std::move(same);
  EXPECT_TRUE(memory.is_live());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, AnAssignmentUnderAnOpenGuardIsItsEnd) {
  MappedMemory memory = Make(64);
  auto guard = *memory.Write<uint8_t[]>({16, 16});
  memory = Make(128);
  ExpectMisuse({16, 16}, "end of a MappedMemory");
  EXPECT_FALSE(guard.Store(0, 1).ok());
  EXPECT_TRUE(memory.Write<uint8_t[]>({16, 16}).ok());
}

TEST_F(MappedMemoryTest, TheEndFreesIt) {
  { const MappedMemory memory = Make(); }
  EXPECT_THAT(device(), NothingIsLive());
  EXPECT_THAT(device(), NothingIsMapped());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedMemoryTest, TheEndUnderAnOpenGuardIsAFindingAndTheGuardIsLost) {
  absl::optional<MappedMemory> memory = Make();
  auto guard = *memory->ReadWrite<uint8_t[]>({16, 16});
  guard[0] = 5;
  memory.reset();
  ExpectMisuse({16, 16},
               "end of a MappedMemory: the guard of memory0[16, 32) "
               "is open, and will not flush any more");
  EXPECT_THAT(device(), NothingIsLive());
  EXPECT_EQ(guard[0], 0);
  EXPECT_EQ(guard.Store(0, 1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(guard.Load(0).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(guard.Close().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(device(), HasFindingThat("has outlived its MappedMemory"));
  EXPECT_EQ(device().findings().size(), 5u);
}

TEST_F(MappedMemoryTest, EachGuardThatIsLostIsTold) {
  absl::optional<MappedMemory> memory = Make();
  const auto first = *memory->Write<uint8_t[]>({0, 16});
  const auto second = *memory->Write<uint8_t[]>({32, 16});
  memory.reset();
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, {0, 16}));
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, {32, 16}));
  EXPECT_EQ(device().findings().size(), 2u);
}

TEST_F(MappedMemoryTest, GuardsOfMemoryThatIsUnmappedBelowAreToldSo) {
  MappedMemory memory = Make();
  auto guard = *memory.Write<uint8_t[]>({0, 16});
  ASSERT_TRUE(memory.memory().Unmap().ok());
  EXPECT_EQ(guard.Store(0, 1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(device(), HasFindingThat("the pointer is no longer good"));
  EXPECT_EQ(VuidOf(guard.Close()), "VUID-VkMappedMemoryRange-memory-00684");
}

TEST_F(MappedMemoryTest, GuardsOfMemoryThatIsFreedBelowAreToldSo) {
  MappedMemory memory = Make();
  auto guard = *memory.ReadWrite<uint8_t[]>({0, 16});
  ASSERT_TRUE(memory.memory().Free().ok());
  guard[0] = 1;
  EXPECT_THAT(device(), HasFindingThat("the pointer is no longer good"));
  EXPECT_FALSE(guard.Close().ok());
  EXPECT_FALSE(memory.ReadWrite<uint8_t[]>({0, 16}).ok());
}

TEST_F(MappedMemoryTest, SaysWhatItIs) {
  MappedMemory memory = Make(128);
  memory.memory().SetName("particles");
  std::ostringstream out;
  out << memory;
  EXPECT_EQ(out.str(),
            "MappedMemory(particles, type 2, 128 bytes, 0 open guards)");
  const auto guard = *memory.Write<uint8_t[]>({0, 16});
  EXPECT_EQ(memory.DebugString(),
            "MappedMemory(particles, type 2, 128 bytes, 1 open guard)");
  const MappedMemory other = std::move(memory);
  EXPECT_EQ(memory.DebugString(), "MappedMemory(moved from, or unmapped)");
  EXPECT_THAT(device(), HasNoFindings());
}

}  // namespace
}  // namespace incoherent
