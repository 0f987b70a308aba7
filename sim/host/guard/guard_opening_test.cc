// Which guards a MappedMemory gives: of which ranges, and next to which others.

#include <ostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/mapped_memory.h"
#include "incoherent/testing.h"
#include "sim/host/guard/any_guard.h"
#include "sim/host/guard/particle.h"

namespace incoherent {
namespace {

using testing::HasSubstr;

constexpr uint32_t kNonCoherent = SmallDeviceTypes::kNonCoherent;

class GuardOpeningTest : public DeviceTest {
 protected:
  MappedMemory Make(uint64_t size = 256) {
    return *MappedMemory::Allocate(device(), kNonCoherent, size);
  }
};

// --- Ranges.

struct RangeRow {
  const char* name;
  ByteRange range;
  absl::StatusCode bytes;      // of uint8_t[]
  absl::StatusCode particle;   // of Particle
  absl::StatusCode particles;  // of Particle[]
};

void PrintTo(const RangeRow& row, std::ostream* out) { *out << row.name; }

constexpr absl::StatusCode kOk = absl::StatusCode::kOk;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kOutside = absl::StatusCode::kOutOfRange;

// Of a memory of 200 bytes; a Particle has 32, aligned to 8.
const RangeRow kRanges[] = {
    {"OneObject", {32, 32}, kOk, kOk, kOk},
    {"SeveralObjects", {0, 96}, kOk, kInvalid, kOk},
    {"HalfAnObject", {0, 48}, kOk, kInvalid, kInvalid},
    {"NoByte", {8, 0}, kInvalid, kInvalid, kInvalid},
    {"NotAligned", {12, 32}, kOk, kInvalid, kInvalid},
    {"ToTheEnd", {168, 32}, kOk, kOk, kOk},
    {"BeyondTheEnd", {176, 32}, kOutside, kOutside, kOutside},
    {"NoByteBehindTheEnd", {200, 0}, kInvalid, kInvalid, kInvalid},
    {"FarBeyondTheEnd", {~uint64_t{0}, 32}, kOutside, kOutside, kOutside},
    {"TheSumWraps", {8, ~uint64_t{0} - 7}, kOutside, kOutside, kOutside},
    {"WholeSize", {0, kWholeSize}, kOutside, kOutside, kOutside},
};

class GuardRangeTest : public DeviceTest,
                       public testing::WithParamInterface<RangeRow> {};

TEST_P(GuardRangeTest, IsCheckedAgainstTheMemoryAndTheType) {
  const MappedMemory memory =
      *MappedMemory::Allocate(device(), kNonCoherent, 200);
  const RangeRow& row = GetParam();
  EXPECT_EQ(memory.Write<uint8_t[]>(row.range).status().code(), row.bytes);
  EXPECT_EQ(memory.Write<Particle>(row.range).status().code(), row.particle);
  EXPECT_EQ(memory.Write<Particle[]>(row.range).status().code(), row.particles);
  EXPECT_EQ(memory.ReadWrite<Particle>(row.range).status().code(),
            row.particle);
  EXPECT_EQ(memory.Read<Particle[]>(row.range).status().code(), row.particles);
  EXPECT_THAT(device(), HasNoFindings());
}

INSTANTIATE_TEST_SUITE_P(Ranges, GuardRangeTest, testing::ValuesIn(kRanges),
                         [](const testing::TestParamInfo<RangeRow>& info) {
                           return std::string(info.param.name);
                         });

struct alignas(256) Page {
  uint8_t bytes[256];
};

// The mapped address counts, not the offset: mappings are aligned to 64.
TEST_F(GuardOpeningTest, AlignmentIsTheMappedAddresss) {
  const MappedMemory spacer = Make(64);
  const MappedMemory memory = Make(1024);
  Memory& plain = const_cast<MappedMemory&>(memory).memory();
  const uint64_t address = device().MappingOf(plain.id())->address;
  for (uint64_t offset = 0; offset < 512; offset += 64) {
    EXPECT_EQ(memory.Write<Page>({offset, 256}).status().code(),
              (address + offset) % 256 == 0 ? kOk : kInvalid)
        << offset;
  }
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(GuardOpeningTest, ErrorsSayWhatToDoInOneLine) {
  const MappedMemory memory = Make(256);
  EXPECT_EQ(memory.Write<uint8_t[]>({250, 7}).status().message(),
            "7 bytes from byte 250 on are not inside the memory's 256");
  EXPECT_EQ(memory.Write<Particle>({0, 64}).status().message(),
            "the range has 64 bytes, and one object of the type has 32; give "
            "it as many, or name an array: T[]");
  EXPECT_EQ(memory.Write<Particle[]>({0, 40}).status().message(),
            "the range has 40 bytes; give it a multiple of an element's 32, "
            "and one at least");
  EXPECT_THAT(std::string(memory.Write<Particle>({4, 32}).status().message()),
              HasSubstr("aligned to 8 bytes; begin the range at a multiple"));
}

// --- Guards that are open together.

struct PairRow {
  const char* name;
  GuardAccess first, second;
  ByteRange range;  // of the second; the first has [64, 128)
  bool refused;
};

void PrintTo(const PairRow& row, std::ostream* out) { *out << row.name; }

constexpr GuardAccess kRead = GuardAccess::kRead;
constexpr GuardAccess kWrite = GuardAccess::kWrite;
constexpr GuardAccess kReadWrite = GuardAccess::kReadWrite;

const PairRow kPairs[] = {
    {"ReadsMayOverlap", kRead, kRead, {64, 64}, false},
    {"ReadAndWrite", kRead, kWrite, {64, 64}, true},
    {"WriteAndRead", kWrite, kRead, {64, 64}, true},
    {"WriteAndWrite", kWrite, kWrite, {64, 64}, true},
    {"ReadWriteAndRead", kReadWrite, kRead, {64, 64}, true},
    {"ReadAndReadWrite", kRead, kReadWrite, {64, 64}, true},
    {"OneByteShared", kWrite, kWrite, {127, 8}, true},
    {"FirstByteShared", kWrite, kWrite, {0, 65}, true},
    {"Inside", kWrite, kRead, {90, 4}, true},
    {"Around", kRead, kWrite, {0, 256}, true},
    {"Behind", kReadWrite, kReadWrite, {128, 64}, false},
    {"Before", kReadWrite, kReadWrite, {0, 64}, false},
};

class GuardPairTest : public DeviceTest,
                      public testing::WithParamInterface<PairRow> {};

TEST_P(GuardPairTest, IsRefusedIfTheyOverlapAndOneWrites) {
  const PairRow& row = GetParam();
  const MappedMemory memory =
      *MappedMemory::Allocate(device(), SmallDeviceTypes::kCoherent, 256);
  const auto first = AnyGuard::Open(memory, row.first, {64, 64});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = AnyGuard::Open(memory, row.second, row.range);
  EXPECT_EQ(second.status().code(),
            row.refused ? absl::StatusCode::kFailedPrecondition : kOk);
  if (!row.refused) {
    EXPECT_THAT(device(), HasNoFindings());
    return;
  }
  EXPECT_THAT(device(), HasFinding(HazardKind::kInvalidUsage, row.range));
  EXPECT_THAT(device(), HasFindingThat("overlap the open guard of "
                                       "memory0[64, 128)"));
  EXPECT_EQ(device().findings().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Pairs, GuardPairTest, testing::ValuesIn(kPairs),
                         [](const testing::TestParamInfo<PairRow>& info) {
                           return std::string(info.param.name);
                         });

TEST_F(GuardOpeningTest, ARefusedGuardLeavesTheFirstOneGood) {
  const MappedMemory memory = Make();
  auto first = *memory.Write<uint32_t[]>({0, 64});
  EXPECT_FALSE(memory.Write<uint32_t[]>({0, 64}).ok());
  EXPECT_TRUE(first.Store(0, 7).ok());
  EXPECT_TRUE(first.Close().ok());
  EXPECT_TRUE(memory.Write<uint32_t[]>({0, 64}).ok());
  EXPECT_EQ(device().findings().size(), 1u);
}

}  // namespace
}  // namespace incoherent
