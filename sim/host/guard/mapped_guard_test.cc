// Guards: their spans, what invalidates and flushes, and what they refuse.

#include "incoherent/mapped_guard.h"

#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/mapped_memory.h"
#include "incoherent/testing.h"
#include "sim/host/guard/particle.h"

namespace incoherent {
namespace {

using testing::Each;
using testing::ElementsAre;

class MappedGuardTest : public DeviceTest {
 protected:
  // Coherent memory shows at once which bytes a guard touches.
  MappedMemory Coherent() {
    return *MappedMemory::Allocate(device(), SmallDeviceTypes::kCoherent, 256);
  }
  MappedMemory NonCoherent() {
    return *MappedMemory::Allocate(device(), SmallDeviceTypes::kNonCoherent,
                                   256);
  }
  void ExpectRefusals(size_t count, const ByteRange& bytes,
                      absl::string_view text) {
    EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
    EXPECT_THAT(device(), HasFindingThat(text));
    EXPECT_EQ(device().findings().size(), count);
    for (const DeviceFinding& finding : device().findings()) {
      EXPECT_EQ(finding.hazard.range, bytes) << finding.message;
    }
  }
};

// The header's.
absl::Status MakeParticles(const MappedMemory& memory) {
  absl::StatusOr<ReadWriteGuard<Particle[]>> guard =
      memory.ReadWrite<Particle[]>({0, 4 * sizeof(Particle)});
  if (!guard.ok()) return guard.status();
  (*guard)[0] = Particle{{0, 0, 0}, 1, {}, 0, 0};
  (*guard)[0].At(&Particle::mass) += 1.f;
  return guard->Close();
}

TEST_F(MappedGuardTest, TheHeadersExampleIsRight) {
  const MappedMemory memory = NonCoherent();
  EXPECT_TRUE(MakeParticles(memory).ok());
  EXPECT_EQ(memory.Read<Particle>({0, 32})->At(&Particle::mass), 2.f);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedGuardTest, SpansAreOneAccess) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<uint16_t[]>({0, 16});
  EXPECT_TRUE(guard.Fill(7).ok());
  EXPECT_TRUE(guard.CopyFrom({1, 2, 3}, /*first=*/4).ok());
  std::vector<uint16_t> values(8);
  EXPECT_TRUE(guard.CopyTo(absl::MakeSpan(values)).ok());
  EXPECT_THAT(values, ElementsAre(7, 7, 7, 7, 1, 2, 3, 7));
  std::vector<uint16_t> last(1);
  EXPECT_TRUE(guard.CopyTo(absl::MakeSpan(last), 6).ok());
  EXPECT_THAT(last, ElementsAre(3));
  EXPECT_TRUE(guard.CopyTo({}, 8).ok());
  EXPECT_TRUE(guard.CopyFrom({}).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedGuardTest, AreRangesOfReferences) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<int[]>({0, 16});
  int next = 1;
  for (auto element : guard) element = next++;
  int sum = 0;
  for (const int element : guard) sum += element;
  EXPECT_EQ(sum, 10);
  EXPECT_EQ(std::vector<int>(guard.begin(), guard.end()),
            (std::vector<int>{1, 2, 3, 4}));
}

TEST_F(MappedGuardTest, UndefinedBytesReadAsZeroAndAreAFinding) {
  const MappedMemory memory = NonCoherent();
  auto guard = *memory.ReadWrite<uint32_t[]>({0, 64});
  EXPECT_EQ(guard[3], 0u);
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, {12, 4}));
  EXPECT_THAT(device(), HasFindingThat("are undefined"));
}

// --- Entry and exit.

TEST_F(MappedGuardTest, AGuardThatWritesFlushesItsAtomsOnExit) {
  const MappedMemory memory = NonCoherent();
  const MemoryRange bytes = memory.memory().bytes({100, 4});
  {
    auto guard = *memory.Write<uint8_t[]>({100, 4});
    ASSERT_TRUE(guard.CopyFrom({1, 2, 3, 4}).ok());
    EXPECT_THAT(DeviceBytes(bytes), Each(0));
  }
  const Memory target =
      *Memory::Allocate(device(), SmallDeviceTypes::kDeviceLocal, 64);
  ASSERT_TRUE(RunCopy(bytes, target.bytes({0, 4})).ok());
  EXPECT_THAT(DeviceBytes(target.bytes({0, 4})), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedGuardTest, AGuardThatReadsInvalidatesItsAtomsOnEntry) {
  const MappedMemory memory = NonCoherent();
  ASSERT_TRUE(RunFill(memory.memory().bytes({0, 256}), 7).ok());
  auto guard = *memory.Read<uint8_t[]>({100, 4});
  EXPECT_EQ(guard[0], 7);
  EXPECT_THAT(device(), HasNoFindings());
  // The whole atom, and not the next one.
  const MemoryId id = memory.memory().id();
  EXPECT_EQ((*device().Load(id, 64, 1))[0].value, 7);
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_NE((*device().Load(id, 128, 1))[0].value, 7);
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kStaleHostRead}));
}

struct SyncRow {
  const char* name;
  uint32_t type;
  GuardAccess access;
  std::vector<std::string> expected;
};

void PrintTo(const SyncRow& row, std::ostream* out) { *out << row.name; }

class GuardSyncTest : public DeviceTest,
                      public testing::WithParamInterface<SyncRow> {
 protected:
  static DeviceOptions Options() {
    DeviceOptions options = SmallDevice();
    options.report_useless_sync = true;
    return options;
  }
  GuardSyncTest() : DeviceTest(Options()) {}
};

// With nothing to do, each operation is a useless-sync that names it.
TEST_P(GuardSyncTest, DoesWhatItsKindSaysAndNoMore) {
  const MappedMemory memory =
      *MappedMemory::Allocate(device(), GetParam().type, 200);
  const ByteRange range = {70, 10};
  if (GetParam().access == GuardAccess::kRead) {
    EXPECT_TRUE(memory.Read<uint8_t[]>(range)->Close().ok());
  } else if (GetParam().access == GuardAccess::kWrite) {
    EXPECT_TRUE(memory.Write<uint8_t[]>(range)->Close().ok());
  } else {
    EXPECT_TRUE(memory.ReadWrite<uint8_t[]>(range)->Close().ok());
  }
  std::vector<std::string> messages;
  for (const DeviceFinding& finding : device().findings()) {
    EXPECT_EQ(finding.hazard.kind, HazardKind::kUselessSync);
    EXPECT_EQ(finding.hazard.range, (ByteRange{64, 64}));
    messages.push_back(finding.message);
  }
  ASSERT_EQ(messages.size(), GetParam().expected.size());
  for (size_t i = 0; i < messages.size(); ++i) {
    EXPECT_THAT(messages[i], testing::HasSubstr(GetParam().expected[i]));
  }
}

constexpr char kInvalidate[] = "invalidate memory0[64, 128)";
constexpr char kFlush[] = "flush memory0[64, 128)";

INSTANTIATE_TEST_SUITE_P(Kinds, GuardSyncTest,
                         testing::Values(SyncRow{"Read",
                                                 SmallDeviceTypes::kNonCoherent,
                                                 GuardAccess::kRead,
                                                 {kInvalidate}},
                                         SyncRow{"Write",
                                                 SmallDeviceTypes::kNonCoherent,
                                                 GuardAccess::kWrite,
                                                 {kFlush}},
                                         SyncRow{"ReadWrite",
                                                 SmallDeviceTypes::kNonCoherent,
                                                 GuardAccess::kReadWrite,
                                                 {kInvalidate, kFlush}},
                                         SyncRow{"CoherentRead",
                                                 SmallDeviceTypes::kCoherent,
                                                 GuardAccess::kRead,
                                                 {}},
                                         SyncRow{"CoherentWrite",
                                                 SmallDeviceTypes::kCoherent,
                                                 GuardAccess::kWrite,
                                                 {}},
                                         SyncRow{"CoherentReadWrite",
                                                 SmallDeviceTypes::kCoherent,
                                                 GuardAccess::kReadWrite,
                                                 {}}),
                         [](const testing::TestParamInfo<SyncRow>& info) {
                           return std::string(info.param.name);
                         });

// An object that ends within an atom.
TEST_F(MappedGuardTest, TheLastAtomMayBeShort) {
  const MappedMemory memory =
      *MappedMemory::Allocate(device(), SmallDeviceTypes::kNonCoherent, 200);
  auto guard = *memory.ReadWrite<uint8_t[]>({199, 1});
  guard[0] = 1;
  EXPECT_TRUE(guard.Close().ok());
  EXPECT_THAT(device(), HasNoFindings());
}

// --- What is refused.

TEST_F(MappedGuardTest, AnIndexThatThereIsNotIsAFinding) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<uint32_t[]>({16, 16});
  ASSERT_TRUE(guard.Fill(5).ok());
  EXPECT_EQ(guard[4], 0u);
  ExpectRefusals(1, {16, 16},
                 "memory0[16, 32) has 4 elements, counted from 0, and no "
                 "element 4");
  guard[~size_t{0}] = 1;
  guard[size_t{1} << 62] += 1;  // times 4 is 0
  EXPECT_EQ(guard.Load(4).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(guard.Store(4, 1).code(), absl::StatusCode::kOutOfRange);
  std::vector<uint32_t> values = {1, 2};
  EXPECT_EQ(guard.CopyTo(absl::MakeSpan(values), 3).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(guard.CopyFrom(values, 3).code(), absl::StatusCode::kOutOfRange);
  ExpectRefusals(7, {16, 16},
                 "memory0[16, 32) has 4 elements, counted from 0, and not 2 "
                 "from element 3 on");
  EXPECT_THAT(values, ElementsAre(1, 2));
  for (const uint32_t element : guard) EXPECT_EQ(element, 5u);
}

TEST_F(MappedGuardTest, AnIndexOfAnArrayMemberIsChecked) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<Particle[]>({0, 64});
  guard[1].At(&Particle::color, 4) = 1;
  ExpectRefusals(1, {48, 4}, "memory0[48, 52) has 4 elements");
  guard[2].At(&Particle::color, 4) = 1;  // the first is enough
  EXPECT_EQ(guard[2].At(&Particle::mass), 0.f);
  EXPECT_EQ(device().findings().size(), 3u);
}

TEST_F(MappedGuardTest, AClosedGuardRefusesEverything) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<uint32_t[]>({16, 16});
  guard[0] = 8;
  const auto reference = guard[0];
  EXPECT_TRUE(guard.Close().ok());
  EXPECT_EQ(guard[0], 0u);
  guard[0] = 9;
  EXPECT_EQ(guard.Load(0).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(guard.Fill(1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(guard.Close().code(), absl::StatusCode::kFailedPrecondition);
  reference = 10;
  ExpectRefusals(6, {16, 16},
                 "store through a guard: the guard of memory0[16, 32) is "
                 "closed; open another one");
  EXPECT_EQ((*memory.Read<uint32_t[]>({16, 16}))[0], 8u);
}

TEST_F(MappedGuardTest, AGuardThatWasMovedFromRefusesEverything) {
  const MappedMemory memory = Coherent();
  auto first = *memory.ReadWrite<uint32_t[]>({16, 16});
  first[0] = 8;
  const auto reference = first[0];
  auto second = std::move(first);
  EXPECT_EQ(first[0], 0u);
  first[0] = 9;
  EXPECT_EQ(first.Store(0, 9).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(first.Close().code(), absl::StatusCode::kFailedPrecondition);
  ExpectRefusals(4, {16, 16},
                 "use of a guard: the guard of memory0[16, 32) was moved from; "
                 "use the one that it was moved to");
  EXPECT_EQ(second[0], 8u);
  EXPECT_EQ(reference, 8u);
  EXPECT_TRUE(second.Close().ok());
  EXPECT_EQ(device().findings().size(), 4u);
}

TEST_F(MappedGuardTest, AnAssignmentClosesWhatWasThere) {
  const MappedMemory memory = NonCoherent();
  const Memory target =
      *Memory::Allocate(device(), SmallDeviceTypes::kDeviceLocal, 64);
  auto guard = *memory.Write<uint8_t[]>({0, 64});
  guard[0] = 1;
  guard = *memory.Write<uint8_t[]>({64, 64});
  auto& same = guard;
  guard = std::move(same);
  EXPECT_TRUE(guard.Store(0, 2).ok());
  ASSERT_TRUE(
      RunCopy(memory.memory().bytes({0, 1}), target.bytes({0, 1})).ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_THAT(DeviceBytes(target.bytes({0, 1})), ElementsAre(1));
}

TEST_F(MappedGuardTest, AReferenceMayOutliveItsGuard) {
  absl::optional<MappedMemory> memory = Coherent();
  absl::optional<ReadWriteGuard<uint32_t[]>> guard =
      *memory->ReadWrite<uint32_t[]>({0, 16});
  const auto reference = (*guard)[0];
  guard.reset();
  EXPECT_EQ(reference, 0u);
  memory.reset();
  EXPECT_EQ(reference, 0u);
  EXPECT_THAT(device(), HasFindingThat("is closed"));
  EXPECT_THAT(device(), HasFindingThat("has outlived its MappedMemory"));
}

}  // namespace
}  // namespace incoherent
