// What an Allocator promises for all programs.

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sim/host/allocator/allocator_program.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {

void showValue(const AllocatorStep& step, std::ostream& out) {
  static constexpr const char* kNames[] = {
      "create", "map", "unmap", "free", "flush", "invalidate", "use", "fail"};
  out << kNames[static_cast<int>(step.kind)] << " " << int{step.which}
      << " offset " << step.offset << " size " << step.size << " type "
      << int{step.type} << " alignment " << step.alignment
      << (step.mapped ? " mapped" : "") << (step.dedicated ? " dedicated" : "");
}

namespace {

using Kind = AllocatorStep::Kind;

rc::Gen<AllocatorStep> ArbitraryStep() {
  return rc::gen::exec([] {
    AllocatorStep step;
    step.kind = *rc::gen::weightedElement<Kind>({{4, Kind::kCreate},
                                                 {6, Kind::kMap},
                                                 {6, Kind::kUnmap},
                                                 {3, Kind::kFree},
                                                 {2, Kind::kFlush},
                                                 {2, Kind::kInvalidate},
                                                 {6, Kind::kUsePointer},
                                                 {1, Kind::kFailNextMap}});
    // Mostly one of the first: they live through the most.
    step.which =
        *rc::gen::weightedOneOf<uint8_t>({{3, rc::gen::inRange<uint8_t>(0, 3)},
                                          {1, rc::gen::arbitrary<uint8_t>()}});
    step.offset = *rc::gen::weightedOneOf<uint64_t>(
        {{6, rc::gen::inRange<uint64_t>(0, 200)},
         {1, rc::gen::arbitrary<uint64_t>()}});
    step.size = *rc::gen::weightedOneOf<uint64_t>(
        {{6, rc::gen::inRange<uint64_t>(0, 400)},
         {1, rc::gen::inRange<uint64_t>(900, 1200)},
         {1, rc::gen::just(kWholeSize)}});
    step.type = *rc::gen::inRange<uint8_t>(0, 3);
    step.alignment = *rc::gen::weightedElement<uint64_t>(
        {{6, 1}, {2, 16}, {2, 256}, {1, 4096}, {1, 3}, {1, 0}});
    step.mapped = *rc::gen::arbitrary<bool>();
    step.dedicated = *rc::gen::inRange(0, 6) == 0;
    return step;
  });
}

// Counts, places, pointers, findings: see AllocatorProgram.
RC_GTEST_PROP(AllocatorLaw, AgreesWithTheReferenceAfterEachCall, ()) {
  const auto atom = uint64_t{1} << *rc::gen::inRange(0, 9);
  const auto align_to_atoms = *rc::gen::arbitrary<bool>();
  const auto steps =
      *rc::gen::container<std::vector<AllocatorStep>>(ArbitraryStep());
  AllocatorProgram program(atom, align_to_atoms);
  for (const AllocatorStep& step : steps) {
    const std::string mismatch = program.Run(step);
    if (!mismatch.empty()) RC_FAIL(mismatch);
  }
  const std::string mismatch = program.Finish();
  if (!mismatch.empty()) RC_FAIL(mismatch);
}

// The device sees exactly the bytes of the atoms that the range touches.
RC_GTEST_PROP(AllocatorLaw, FlushCarriesTheAtomsOfItsBytesAndNoOthers, ()) {
  const auto atom = uint64_t{1} << *rc::gen::inRange(0, 9);
  const auto before = *rc::gen::inRange<uint64_t>(1, 300);
  const auto size = *rc::gen::inRange<uint64_t>(1, 300);
  const auto from = *rc::gen::inRange<uint64_t>(0, size);
  const auto count = *rc::gen::inRange<uint64_t>(1, size - from + 1);
  const bool dedicated = *rc::gen::arbitrary<bool>();

  DeviceOptions options = SmallDevice();
  options.memory.limits.non_coherent_atom_size = atom;
  Device device(options);
  const QueueId queue = device.AddQueue();
  Allocator allocator(device, SmallBlocks(*rc::gen::arbitrary<bool>()));
  AllocationCreateInfo info = Mapped(Named("flushed", size));
  info.dedicated = dedicated;
  const Allocation neighbour = *allocator.Create(Named("before", before));
  const Allocation flushed = *allocator.Create(info);
  const AllocationInfo where = *allocator.InfoOf(flushed);
  const uint64_t whole = device.InfoOf(where.memory).size;
  const Allocation copy =
      *allocator.Create(Dedicated(Named("copy", whole, kLocalType)));
  const MemoryId target = allocator.InfoOf(copy)->memory;

  RC_ASSERT(device.Store(where.memory, 0, TestBytes(whole, 1)).ok());
  RC_ASSERT(device.Flush(where.memory).ok());
  RC_ASSERT(device.Store(where.memory, 0, TestBytes(whole, 2)).ok());
  RC_ASSERT(allocator.FlushAllocation(flushed, from, count).ok());
  CommandBuffer commands = device.NewCommandBuffer();
  RC_ASSERT(
      commands.Copy({where.memory, {0, whole}}, {target, {0, whole}}).ok());
  RC_ASSERT(device.Submit(queue, {{{}, {&commands}, {}}}).ok());
  RC_ASSERT(device.WaitIdle(queue).ok());

  for (uint64_t at = 0; at < whole; ++at) {
    bool touched = false;
    for (uint64_t i = 0; i < count; ++i) {
      touched |= (where.offset + from + i) / atom == at / atom;
    }
    RC_ASSERT(int{device.DeviceDomain(target, at).value} == (touched ? 2 : 1));
  }
  for (const Allocation& each : {neighbour, flushed, copy}) {
    RC_ASSERT(allocator.Free(each).ok());
  }
}

}  // namespace
}  // namespace incoherent
