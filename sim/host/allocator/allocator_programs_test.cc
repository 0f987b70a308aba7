// Small programs in pairs: one that leaves out a step, and its correct twin.
//
// Of the wrong one: what is found, under every policy the same, and what the
// lazy policy shows. The right one is silent under every policy, and has the
// right bytes.

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

constexpr uint8_t kOld = 1;
constexpr uint8_t kNew = 2;

void ExpectOk(const absl::Status& status) {
  EXPECT_TRUE(status.ok()) << status;
}

// One run of a program: a device, an allocator, and what programs do to them.
class ProgramRun {
 public:
  ProgramRun(const std::string& policy, bool align_to_atoms)
      : device_(SmallDevice(*EvictionPolicy::Parse(policy))),
        queue_(device_.AddQueue()),
        allocator_(device_, SmallBlocks(align_to_atoms)),
        target_(Create(Dedicated(Named("target", kAtom, kLocalType)))) {}
  ~ProgramRun() {
    for (const Allocation& allocation : created_) {
      if (allocation != freed_) ExpectOk(allocator_.Free(allocation));
    }
  }

  Device& device() { return device_; }
  Allocator& allocator() { return allocator_; }
  // The destructor leaves it alone.
  void LeaveAlone(const Allocation& allocation) { freed_ = allocation; }

  Allocation Create(const AllocationCreateInfo& info) {
    created_.push_back(allocator_.Create(info).value());
    return created_.back();
  }
  // The second in its block, so that its offset is not 0: [64, 64 + size).
  // The device and the host agree on what it holds, kOld.
  Allocation CreateOld(const AllocationCreateInfo& info) {
    Create(Named("first in the block", kAtom));
    const Allocation allocation = Create(info);
    SetOld(allocation);
    return allocation;
  }
  void SetOld(const Allocation& allocation) {
    const uint64_t size = allocator_.InfoOf(allocation)->size;
    ExpectOk(Map(allocation).Write(TestBytes(size, kOld)));
    ExpectOk(allocator_.FlushAllocation(allocation));
    ExpectOk(allocator_.UnmapMemory(allocation));
  }

  HostPointer Map(const Allocation& allocation) {
    return allocator_.MapMemory(allocation).value();
  }
  void Unmap(const Allocation& allocation) {
    ExpectOk(allocator_.UnmapMemory(allocation));
  }
  MemoryRange Bytes(const Allocation& allocation, const ByteRange& range) {
    return allocator_.bytes(allocation, range).value();
  }

  // What a copy of the first four bytes reads.
  TestBytes Copied(const Allocation& source) {
    CommandBuffer commands = device_.NewCommandBuffer();
    ExpectOk(commands.Copy(Bytes(source, {0, 4}), Bytes(target_, {0, 4})));
    Run(commands);
    TestBytes seen;
    for (uint64_t at = 0; at < 4; ++at) {
      const MemoryId memory = allocator_.InfoOf(target_)->memory;
      seen.push_back(device_.DeviceDomain(memory, at).value);
    }
    return seen;
  }
  // The device writes kNew to all of it, and lets the host know.
  void Fill(const Allocation& target) {
    CommandBuffer commands = device_.NewCommandBuffer();
    ExpectOk(commands.Fill(Bytes(target, {0, kWholeSize}), kNew));
    ExpectOk(commands.PipelineBarrier2({ToHostBarrier()}));
    Run(commands);
  }

 private:
  void Run(const CommandBuffer& commands) {
    const FenceId fence = device_.AddFence();
    ExpectOk(device_.Submit(queue_, {{{}, {&commands}, {}}}, fence));
    ExpectOk(device_.WaitForFence(fence));
  }

  Device device_;
  QueueId queue_;
  Allocator allocator_;
  std::vector<Allocation> created_;
  Allocation freed_;
  Allocation target_;
};

struct ExpectedFinding {
  HazardKind kind;
  ByteRange range;    // of the memory object
  const char* words;  // in the message, or the VUID
};

struct Program {
  const char* name;
  std::function<TestBytes(ProgramRun&, bool right)> run;  // 4 bytes
  std::vector<ExpectedFinding> findings;                  // of the wrong one
  uint8_t lazy = kOld;  // what the wrong one sees without luck; 0: undefined
  bool wrong_aligned = true;  // the wrong one's align_to_atoms
};

void PrintTo(const Program& program, std::ostream* out) {
  *out << program.name;
}

const TestBytes kNewBytes(4, kNew);

TestBytes UploadWithoutFlush(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 256));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  if (right) ExpectOk(run.allocator().FlushAllocation(staging, 0, 4));
  const TestBytes seen = run.Copied(staging);
  run.Unmap(staging);
  return seen;
}

// The offset in the block, where the offset in the allocation is meant.
TestBytes FlushAtTheBlocksOffset(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 256));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  const uint64_t base =
      right ? 0 : run.allocator().InfoOf(staging).value().offset;
  ExpectOk(run.allocator().FlushAllocation(staging, base, 4));
  const TestBytes seen = run.Copied(staging);
  run.Unmap(staging);
  return seen;
}

// The same, where the allocation is too small for it to go unnoticed.
TestBytes FlushAtTheBlocksOffsetOutside(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 64));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  const uint64_t base =
      right ? 0 : run.allocator().InfoOf(staging).value().offset;
  run.allocator().FlushAllocation(staging, base, 4).IgnoreError();
  const TestBytes seen = run.Copied(staging);
  run.Unmap(staging);
  return seen;
}

// To the end of the allocation, from the wrong one of its bytes.
TestBytes FlushFromTheWrongByte(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 256));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  const uint64_t from = right ? 63 : 64;
  ExpectOk(run.allocator().FlushAllocation(staging, from, kWholeSize));
  const TestBytes seen = run.Copied(staging);
  run.Unmap(staging);
  return seen;
}

TestBytes FlushAfterUnmap(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 256));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  if (right) ExpectOk(run.allocator().FlushAllocation(staging));
  run.Unmap(staging);
  if (!right) run.allocator().FlushAllocation(staging).IgnoreError();
  return run.Copied(staging);
}

TestBytes UnmapTakenForAFlush(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 256));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  if (right) ExpectOk(run.allocator().FlushAllocation(staging));
  run.Unmap(staging);
  return run.Copied(staging);
}

TestBytes PointerPlusOffset(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 64));
  HostPointer pointer = run.Map(staging);
  if (!right) pointer = pointer + run.allocator().InfoOf(staging)->offset;
  pointer.Write(kNewBytes).IgnoreError();
  ExpectOk(run.allocator().FlushAllocation(staging));
  const TestBytes seen = run.Copied(staging);
  run.Unmap(staging);
  return seen;
}

TestBytes ReadbackWithoutInvalidate(ProgramRun& run, bool right) {
  const Allocation readback = run.CreateOld(Named("readback", 256));
  const HostPointer pointer = run.Map(readback);
  run.Fill(readback);
  if (right) ExpectOk(run.allocator().InvalidateAllocation(readback));
  const TestBytes seen = *pointer.Read(4);
  run.Unmap(readback);
  return seen;
}

// A new map is taken for an invalidate.
TestBytes MapTakenForAnInvalidate(ProgramRun& run, bool right) {
  const Allocation readback = run.CreateOld(Mapped(Named("readback", 256)));
  run.Fill(readback);
  const HostPointer pointer = run.Map(readback);
  if (right) ExpectOk(run.allocator().InvalidateAllocation(readback, 0, 4));
  const TestBytes seen = *pointer.Read(4);
  run.Unmap(readback);
  return seen;
}

// Two of 32 bytes, neighbours in one atom if they are packed: the device writes
// one, and the host's flush of the other overwrites it.
TestBytes FlushOfANeighbour(ProgramRun& run, bool) {
  const Allocation host = run.Create(Named("host", 32));
  const Allocation device = run.Create(Named("device", 32));
  run.SetOld(host);
  run.SetOld(device);
  const HostPointer pointer = run.Map(host);
  run.Fill(device);
  ExpectOk(pointer.Write(kNewBytes));
  ExpectOk(run.allocator().FlushAllocation(host));
  const TestBytes seen = run.Copied(device);
  run.Unmap(host);
  return seen;
}

// The host's invalidate of one discards what it has stored to the other.
TestBytes InvalidateOfANeighbour(ProgramRun& run, bool) {
  const Allocation readback = run.Create(Mapped(Named("readback", 32)));
  const Allocation upload = run.Create(Mapped(Named("upload", 32)));
  run.SetOld(upload);
  run.SetOld(readback);
  const HostPointer pointer = run.allocator().InfoOf(upload)->mapped_data;
  ExpectOk(pointer.Write(kNewBytes));
  ExpectOk(run.allocator().InvalidateAllocation(readback));
  ExpectOk(run.allocator().FlushAllocation(upload));
  return run.Copied(upload);
}

// The neighbour's mapping is not harmed by it.
TestBytes OneUnmapTooMany(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 64));
  const Allocation other = run.Create(Named("other", 64));
  const HostPointer pointer = run.Map(staging);
  run.Map(other);
  run.Unmap(other);
  if (!right) run.allocator().UnmapMemory(other).IgnoreError();
  ExpectOk(pointer.Write(kNewBytes));
  ExpectOk(run.allocator().FlushAllocation(staging));
  const TestBytes seen = run.Copied(staging);
  run.Unmap(staging);
  return seen;
}

TestBytes FreeWhileMapped(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Named("staging", 64));
  ExpectOk(run.Map(staging).Write(kNewBytes));
  ExpectOk(run.allocator().FlushAllocation(staging));
  const TestBytes seen = run.Copied(staging);
  if (right) run.Unmap(staging);
  run.allocator().Free(staging).IgnoreError();
  run.LeaveAlone(staging);
  return seen;
}

TestBytes UseAfterUnmap(ProgramRun& run, bool right) {
  const Allocation staging = run.CreateOld(Mapped(Named("staging", 64)));
  const Allocation other = run.CreateOld(Named("other", 64));
  const HostPointer pointer = run.Map(other);
  if (!right) run.Unmap(other);
  pointer.Write(kNewBytes).IgnoreError();
  ExpectOk(run.allocator().FlushAllocation(other));
  if (right) run.Unmap(other);
  EXPECT_FALSE(run.allocator().InfoOf(staging)->mapped_data.is_null());
  return run.Copied(other);
}

constexpr HazardKind kLost = HazardKind::kLostHostWrite;
constexpr HazardKind kUsage = HazardKind::kInvalidUsage;

std::vector<Program> Programs() {
  const ByteRange written = {64, 4};
  return {
      {"UploadWithoutFlush",
       UploadWithoutFlush,
       {{kLost, written, "type2-block0[64, 68)"}}},
      {"FlushAtTheBlocksOffset",
       FlushAtTheBlocksOffset,
       {{kLost, written, "type2-block0[64, 68)"}}},
      {"FlushAtTheBlocksOffsetOutside",
       FlushAtTheBlocksOffsetOutside,
       {{kUsage, {64, 64}, "do not add its offset in the memory object"},
        {kLost, written, "type2-block0[64, 68)"}}},
      {"FlushFromTheWrongByte",
       FlushFromTheWrongByte,
       {{kLost, written, "type2-block0[64, 68)"}}},
      {"FlushAfterUnmap",
       FlushAfterUnmap,
       {{kUsage, {0, 0}, "VUID-VkMappedMemoryRange-memory-00684"},
        {kLost, written, "type2-block0[64, 68)"}}},
      {"UnmapTakenForAFlush",
       UnmapTakenForAFlush,
       {{kLost, written, "type2-block0[64, 68)"}}},
      {"PointerPlusOffset",
       PointerPlusOffset,
       {{kUsage, {64, 64}, "do not add its offset"}}},
      {"ReadbackWithoutInvalidate",
       ReadbackWithoutInvalidate,
       {{HazardKind::kStaleHostRead, written, "type2-block0[64, 68)"}}},
      {"MapTakenForAnInvalidate",
       MapTakenForAnInvalidate,
       {{HazardKind::kStaleHostRead, written, "type2-block0[64, 68)"}}},
      {"FlushOfANeighbour",
       FlushOfANeighbour,
       {{HazardKind::kAtomClobber, {32, 32}, "type2-block0"}},
       kOld,
       /*wrong_aligned=*/false},
      {"InvalidateOfANeighbour",
       InvalidateOfANeighbour,
       {{HazardKind::kDiscardedHostWrite, {32, 4}, "type2-block0[32, 36)"}},
       /*lazy=*/0,
       /*wrong_aligned=*/false},
      {"OneUnmapTooMany",
       OneUnmapTooMany,
       {{kUsage, {128, 64}, "one unmap too many: 'other'"}},
       kNew},
      {"FreeWhileMapped",
       FreeWhileMapped,
       {{kUsage,
         {64, 64},
         "'staging' (type2-block0[64, 128)) is mapped still"}},
       kNew},
      {"UseAfterUnmap",
       UseAfterUnmap,
       {{kUsage, {192, 4}, "the pointer is no longer good: 'other'"}}},
  };
}

class AllocatorProgramsTest : public testing::TestWithParam<Program> {};

constexpr const char* kPolicies[] = {"lazy", "eager", "random:1", "random:2"};

TEST_P(AllocatorProgramsTest, IsFoundUnderEveryPolicy) {
  const Program& program = GetParam();
  for (const std::string policy : kPolicies) {
    SCOPED_TRACE(policy);
    ProgramRun run(policy, program.wrong_aligned);
    const TestBytes seen = program.run(run, /*right=*/false);
    if (policy == "lazy") {
      EXPECT_EQ(seen, TestBytes(4, program.lazy));
    }
    const std::vector<DeviceFinding> findings = run.device().findings();
    ASSERT_EQ(findings.size(), program.findings.size())
        << testing::PrintToString(findings);
    for (size_t i = 0; i < findings.size(); ++i) {
      const ExpectedFinding& expected = program.findings[i];
      EXPECT_EQ(findings[i].hazard.kind, expected.kind);
      EXPECT_EQ(findings[i].hazard.range, expected.range)
          << findings[i].message;
      EXPECT_THAT(findings[i].message, testing::HasSubstr(expected.words));
    }
  }
}

TEST_P(AllocatorProgramsTest, TwinIsSilentAndRightUnderEveryPolicy) {
  for (const std::string policy : kPolicies) {
    SCOPED_TRACE(policy);
    ProgramRun run(policy, /*align_to_atoms=*/true);
    EXPECT_EQ(GetParam().run(run, /*right=*/true), kNewBytes);
    EXPECT_THAT(run.device(), HasNoFindings());
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, AllocatorProgramsTest,
                         testing::ValuesIn(Programs()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace incoherent
