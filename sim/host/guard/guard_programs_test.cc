// Small programs with guards, in pairs: a wrong build that does one thing
// wrong, and its right twin.
//
// The wrong one has exactly the findings that the table says, under every
// policy; under some policy what it sees is wrong as well, mostly under the
// lazy one. The right one is silent and sees the right value under each.

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/mapped_memory.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

constexpr uint8_t kValue = 7;  // what every right program sees
constexpr ByteRange kFirstAtom = {0, 64};

enum class Build { kWrong, kRight };

void ExpectOk(const absl::Status& status) {
  EXPECT_TRUE(status.ok()) << status;
}

// A device, and memory on both sides.
struct Stage {
  explicit Stage(const EvictionPolicy& policy,
                 uint32_t type = SmallDeviceTypes::kNonCoherent)
      : device(SmallDevice(policy)),
        queue(device.AddQueue()),
        mapped(*MappedMemory::Allocate(device, type, 256)),
        local(*Memory::Allocate(device, SmallDeviceTypes::kDeviceLocal, 256)) {}

  FenceId Submit(const CommandBuffer& commands) {
    const FenceId fence = device.AddFence();
    ExpectOk(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
    return fence;
  }
  FenceId SubmitFill(const ByteRange& range, uint8_t value,
                     bool barrier = true) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Fill(mapped->memory().bytes(range), value));
    if (barrier) ExpectOk(commands.PipelineBarrier2({ToHostBarrier()}));
    return Submit(commands);
  }
  // To the same bytes of `local`.
  FenceId SubmitCopy(const Memory& from, const ByteRange& range) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Copy(from.bytes(range), local.bytes(range)));
    return Submit(commands);
  }
  FenceId SubmitCopy(const ByteRange& range) {
    return SubmitCopy(mapped->memory(), range);
  }
  void Wait(FenceId fence) { ExpectOk(device.WaitForFence(fence)); }
  uint8_t Copied(uint64_t at) {
    return device.DeviceDomain(local.id(), at).value;
  }

  Device device;
  QueueId queue;
  absl::optional<MappedMemory> mapped;
  Memory local;
};

struct Expected {
  HazardKind kind;
  ByteRange bytes;
};

struct Program {
  const char* name;
  std::vector<Expected> findings;  // of the wrong build
  const char* text;                // of one of them
  uint8_t lazy;                    // what the wrong build sees without luck
  std::function<uint8_t(Stage&, Build)> run;
  uint32_t type = SmallDeviceTypes::kNonCoherent;
};

void PrintTo(const Program& program, std::ostream* out) {
  *out << program.name;
}

// --- What the document calls unsafe.

uint8_t UninitializedContent(Stage& stage, Build build) {
  if (build == Build::kRight) {
    (*stage.mapped->Write<uint8_t[]>(kFirstAtom))[12] = kValue;
  }
  return (*stage.mapped->ReadWrite<uint8_t[]>(kFirstAtom))[12];
}

uint8_t GuardOpenedBeforeTheWait(Stage& stage, Build build) {
  const FenceId fence = stage.SubmitFill(kFirstAtom, kValue);
  if (build == Build::kRight) stage.Wait(fence);
  auto guard = *stage.mapped->Read<uint8_t[]>(kFirstAtom);
  if (build == Build::kWrong) stage.Wait(fence);
  return guard[0];
}

uint8_t ReadBeforeTheWait(Stage& stage, Build build) {
  const FenceId fence = stage.SubmitFill(kFirstAtom, kValue);
  if (build == Build::kRight) stage.Wait(fence);
  const uint8_t seen = (*stage.mapped->Read<uint8_t[]>(kFirstAtom))[0];
  if (build == Build::kWrong) stage.Wait(fence);
  return seen;
}

uint8_t StoreBeforeTheWait(Stage& stage, Build build) {
  (*stage.mapped->Write<uint8_t[]>({0, 4}))[0] = kValue;
  const FenceId fence = stage.SubmitCopy({0, 4});
  if (build == Build::kRight) stage.Wait(fence);
  // Often, to give the caches a chance to let the device see it.
  for (int i = 0; i < 16; ++i) {
    (*stage.mapped->Write<uint8_t[]>({0, 4}))[0] = 1;
  }
  if (build == Build::kWrong) stage.Wait(fence);
  return stage.Copied(0);
}

uint8_t GuardClosedAfterTheSubmit(Stage& stage, Build build) {
  auto guard = *stage.mapped->Write<uint8_t[]>(kFirstAtom);
  guard[0] = kValue;
  if (build == Build::kRight) ExpectOk(guard.Close());
  const FenceId fence = stage.SubmitCopy({0, 1});
  if (build == Build::kWrong) ExpectOk(guard.Close());
  stage.Wait(fence);
  return stage.Copied(0);
}

uint8_t NoBarrierToTheHost(Stage& stage, Build build) {
  stage.Wait(stage.SubmitFill(kFirstAtom, kValue,
                              /*barrier=*/build == Build::kRight));
  return (*stage.mapped->Read<uint8_t[]>(kFirstAtom))[0];
}

// A guard invalidates on entry, once.
uint8_t GuardKeptOverAnotherDeviceWrite(Stage& stage, Build build) {
  stage.Wait(stage.SubmitFill(kFirstAtom, 1));
  auto guard = *stage.mapped->Read<uint8_t[]>(kFirstAtom);
  EXPECT_EQ(guard[0], 1);
  stage.Wait(stage.SubmitFill(kFirstAtom, kValue));
  if (build == Build::kRight) {
    guard = *stage.mapped->Read<uint8_t[]>(kFirstAtom);
  }
  return guard[0];
}

// --- Shared atoms.

// The device's half of the atom is [32, 64).
uint8_t WriteGuardOverAHalfWrittenAtom(Stage& stage, Build build) {
  stage.Wait(stage.SubmitFill({32, 32}, kValue));
  if (build == Build::kRight) {
    ExpectOk(stage.mapped->ReadWrite<uint8_t[]>({0, 32})->Fill(1));
  } else {
    ExpectOk(stage.mapped->Write<uint8_t[]>({0, 32})->Fill(1));
  }
  stage.Wait(stage.Submit(stage.device.NewCommandBuffer()));
  return stage.device.DeviceDomain(stage.mapped->memory().id(), 40).value;
}

uint8_t SecondGuardDiscards(Stage& stage, Build build) {
  const uint64_t second_begins = build == Build::kRight ? 64 : 32;
  {
    auto first = *stage.mapped->Write<uint8_t[]>({0, 32});
    first[0] = kValue;
    auto second = *stage.mapped->ReadWrite<uint8_t[]>({second_begins, 32});
    second[0] = 1;
  }
  stage.Wait(stage.SubmitCopy({0, 1}));
  return stage.Copied(0);
}

// --- Misuse of the handles.

uint8_t DoubleGuard(Stage& stage, Build build) {
  auto first = *stage.mapped->Write<uint8_t[]>({0, 16});
  first[0] = 1;
  if (build == Build::kRight) ExpectOk(first.Close());
  auto second = stage.mapped->Write<uint8_t[]>({0, 8});
  if (second.ok()) (*second)[0] = kValue;
  second = absl::UnknownError("closed");
  if (build == Build::kWrong) ExpectOk(first.Close());
  stage.Wait(stage.SubmitCopy({0, 1}));
  return stage.Copied(0);
}

uint8_t MovedFromGuard(Stage& stage, Build build) {
  auto first = *stage.mapped->Write<uint8_t[]>({0, 16});
  first[0] = 1;
  auto second = std::move(first);
  (build == Build::kRight ? second : first)[0] = kValue;
  ExpectOk(second.Close());
  stage.Wait(stage.SubmitCopy({0, 1}));
  return stage.Copied(0);
}

uint8_t StoreThroughAClosedGuard(Stage& stage, Build build) {
  auto guard = *stage.mapped->Write<uint8_t[]>({0, 16});
  guard[0] = 1;
  if (build == Build::kWrong) ExpectOk(guard.Close());
  guard[0] = kValue;
  if (build == Build::kRight) ExpectOk(guard.Close());
  stage.Wait(stage.SubmitCopy({0, 1}));
  return stage.Copied(0);
}

uint8_t IndexBehindTheEnd(Stage& stage, Build build) {
  {
    auto guard = *stage.mapped->Write<uint32_t[]>({0, 16});
    ExpectOk(guard.Fill(1));
    guard[build == Build::kRight ? 3 : 4] = kValue;
  }
  stage.Wait(stage.SubmitCopy({0, 32}));
  return stage.Copied(12);
}

uint8_t UnmapUnderAGuard(Stage& stage, Build build) {
  auto guard = *stage.mapped->Write<uint8_t[]>({0, 16});
  guard[0] = kValue;
  if (build == Build::kRight) ExpectOk(guard.Close());
  const absl::StatusOr<Memory> plain = std::move(*stage.mapped).Unmap();
  if (!plain.ok()) return 0;
  stage.Wait(stage.SubmitCopy(*plain, {0, 1}));
  return stage.Copied(0);
}

uint8_t MemoryDestroyedUnderAGuard(Stage& stage, Build build) {
  auto guard = *stage.mapped->Write<uint8_t[]>({0, 16});
  guard[0] = kValue;
  if (build == Build::kRight) {
    ExpectOk(guard.Close());
    stage.Wait(stage.SubmitCopy({0, 1}));
  }
  stage.mapped.reset();
  return stage.Copied(0);
}

uint8_t MovedFromMemory(Stage& stage, Build build) {
  MappedMemory moved = std::move(*stage.mapped);
  {
    auto guard = (build == Build::kRight ? moved : *stage.mapped)
                     .Write<uint8_t[]>({0, 16});
    if (guard.ok()) (*guard)[0] = kValue;
  }
  if (build == Build::kRight) {
    stage.Wait(stage.SubmitCopy(moved.memory(), {0, 1}));
  }
  return stage.Copied(0);
}

const std::vector<Program>& Programs() {
  using Kind = HazardKind;
  static const auto* const kPrograms = new std::vector<Program>{
      {"UninitializedContent",
       {{Kind::kInvalidUsage, {12, 1}}},
       "the contents of memory0[12, 13) are undefined",
       0,
       UninitializedContent},
      {"GuardOpenedBeforeTheWait",
       {{Kind::kStaleHostRead, {0, 1}}},
       "missing: invalidate",
       0,
       GuardOpenedBeforeTheWait},
      {"ReadBeforeTheWait",
       {{Kind::kInFlightAccess, {0, 1}}},
       "host load memory0[0, 1)",
       0,
       ReadBeforeTheWait},
      {"StoreBeforeTheWait",
       {{Kind::kInFlightAccess, {0, 1}}},
       "host store memory0[0, 1)",
       kValue,
       StoreBeforeTheWait},
      {"StoreIntoCoherentMemoryBeforeTheWait",
       {{Kind::kInFlightAccess, {0, 1}}},
       "host store memory0[0, 1)",
       kValue,
       StoreBeforeTheWait,
       SmallDeviceTypes::kCoherent},
      {"GuardClosedAfterTheSubmit",
       {{Kind::kLostHostWrite, {0, 1}}, {Kind::kInFlightAccess, {0, 1}}},
       "missing: flush",
       0,
       GuardClosedAfterTheSubmit},
      {"NoBarrierToTheHost",
       {{Kind::kMissingHostBarrier, {0, 1}}},
       "barrier",
       0,
       NoBarrierToTheHost},
      {"NoBarrierToTheHostOfCoherentMemory",
       {{Kind::kMissingHostBarrier, {0, 1}}},
       "barrier",
       0,
       NoBarrierToTheHost,
       SmallDeviceTypes::kCoherent},
      {"GuardKeptOverAnotherDeviceWrite",
       {{Kind::kStaleHostRead, {0, 1}}},
       "missing: invalidate",
       1,
       GuardKeptOverAnotherDeviceWrite},
      {"WriteGuardOverAHalfWrittenAtom",
       {{Kind::kAtomClobber, {32, 32}}},
       "'fill memory0[32, 64) with 7', then 'host store memory0[0, 32)'",
       0,
       WriteGuardOverAHalfWrittenAtom},
      {"SecondGuardDiscards",
       {{Kind::kDiscardedHostWrite, {0, 1}}},
       "invalidate memory0[0, 64)",
       0,
       SecondGuardDiscards},
      {"DoubleGuard",
       {{Kind::kInvalidUsage, {0, 8}}},
       "a guard of memory0[0, 8) would overlap the open guard of memory0[0, "
       "16)",
       1,
       DoubleGuard},
      {"MovedFromGuard",
       {{Kind::kInvalidUsage, {0, 16}}},
       "the guard of memory0[0, 16) was moved from",
       1,
       MovedFromGuard},
      {"StoreThroughAClosedGuard",
       {{Kind::kInvalidUsage, {0, 16}}},
       "the guard of memory0[0, 16) is closed",
       1,
       StoreThroughAClosedGuard},
      {"IndexBehindTheEnd",
       {{Kind::kInvalidUsage, {0, 16}}},
       "memory0[0, 16) has 4 elements, counted from 0, and no element 4",
       1,
       IndexBehindTheEnd},
      {"UnmapUnderAGuard",
       {{Kind::kInvalidUsage, {0, 16}}},
       "the guard of memory0[0, 16) is open",
       0,
       UnmapUnderAGuard},
      {"MemoryDestroyedUnderAGuard",
       {{Kind::kInvalidUsage, {0, 16}}},
       "the guard of memory0[0, 16) is open",
       0,
       MemoryDestroyedUnderAGuard},
      {"MovedFromMemory",
       {{Kind::kInvalidUsage, {0, 256}}},
       "this MappedMemory (memory0[0, 256)) was moved from",
       0,
       MovedFromMemory},
  };
  return *kPrograms;
}

class GuardProgramsTest : public testing::TestWithParam<Program> {
 protected:
  static std::vector<EvictionPolicy> Policies() {
    std::vector<EvictionPolicy> policies = {{EvictionPolicy::Kind::kLazy, 0},
                                            {EvictionPolicy::Kind::kEager, 0}};
    for (uint64_t seed = 0; seed < 50; ++seed) {
      policies.push_back({EvictionPolicy::Kind::kRandom, seed});
    }
    return policies;
  }
};

TEST_P(GuardProgramsTest, TheWrongBuildIsFoundOutUnderEveryPolicy) {
  const Program& program = GetParam();
  std::vector<HazardKind> kinds;
  for (const Expected& expected : program.findings) {
    kinds.push_back(expected.kind);
  }
  for (const EvictionPolicy& policy : Policies()) {
    SCOPED_TRACE(policy.ToString());
    Stage stage(policy, program.type);
    program.run(stage, Build::kWrong);
    EXPECT_THAT(stage.device, HasOnlyFindings(kinds));
    for (const Expected& expected : program.findings) {
      EXPECT_THAT(stage.device, HasFinding(expected.kind, expected.bytes));
    }
    EXPECT_THAT(stage.device, HasFindingThat(program.text));
  }
}

TEST_P(GuardProgramsTest, TheWrongBuildSeesWhatItShouldNotUnderSomePolicy) {
  bool wrong = false;
  for (const EvictionPolicy& policy : Policies()) {
    Stage stage(policy, GetParam().type);
    const uint8_t seen = GetParam().run(stage, Build::kWrong);
    wrong = wrong || seen != kValue;
    if (policy.kind == EvictionPolicy::Kind::kLazy) {
      EXPECT_EQ(seen, GetParam().lazy);
    }
  }
  EXPECT_TRUE(wrong);
}

TEST_P(GuardProgramsTest, TheRightBuildIsSilentAndRightUnderEveryPolicy) {
  for (const EvictionPolicy& policy : Policies()) {
    SCOPED_TRACE(policy.ToString());
    Stage stage(policy, GetParam().type);
    EXPECT_EQ(GetParam().run(stage, Build::kRight), kValue);
    EXPECT_THAT(stage.device, HasNoFindings());
  }
}

INSTANTIATE_TEST_SUITE_P(Pairs, GuardProgramsTest,
                         testing::ValuesIn(Programs()),
                         [](const testing::TestParamInfo<Program>& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace incoherent
