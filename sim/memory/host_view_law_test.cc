// What HostView promises for every program over every object.

#include <algorithm>
#include <cstdint>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/memory/host_view.h"
#include "tests/host_view_program.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

ReferenceMemory ReferenceOf(const ObjectShape& object) {
  return ReferenceMemory(object.size, object.atom_size,
                         object.write_back == WriteBack::kWholeAtom
                             ? ReferenceMemory::kWholeAtoms
                             : ReferenceMemory::kDirtyBytes);
}

uint64_t Do(const HostViewStep& step, ReferenceMemory& memory) {
  const uint64_t offset = step.range.offset;
  const uint64_t size = step.range.size;
  for (size_t i = 0; i < step.values.size(); ++i) {
    if (step.kind == HostViewStep::kHostStore) {
      memory.HostStore(offset + i, step.values[i]);
    } else {
      memory.DeviceStore(offset + i, step.values[i]);
    }
  }
  if (step.kind == HostViewStep::kFlush) return memory.Flush(offset, size);
  if (step.kind == HostViewStep::kInvalidate)
    return memory.Invalidate(offset, size);
  if (step.kind == HostViewStep::kWriteBack) memory.Flush(offset, size);
  if (step.kind == HostViewStep::kRefill) memory.Refill(offset, size);
  return 0;
}

void AssertSame(const ObjectShape& object, GuardedHostView& model,
                const ReferenceMemory& reference) {
  Bytes loaded(object.size);
  model.host().Load(0, absl::MakeSpan(loaded));
  for (uint64_t byte = 0; byte < object.size; ++byte) {
    RC_ASSERT(loaded[byte] == reference.HostLoad(byte));
    RC_ASSERT(model.device()[byte] == reference.DeviceLoad(byte));
    RC_ASSERT(model.host().HasDirtyByte({byte, 1}) == reference.IsDirty(byte));
    RC_ASSERT(model.host().HasStaleByte({byte, 1}) == reference.IsStale(byte));
  }
  RC_ASSERT(model.GuardsHold());
}

void AssertEqualsReference(const ObjectShape& object,
                           const HostViewProgram& program,
                           StoreThrough through) {
  GuardedHostView model(object, through);
  ReferenceMemory reference = ReferenceOf(object);
  uint64_t written = 0;
  uint64_t discarded = 0;
  for (const HostViewStep& step : program) {
    const uint64_t count = model.Do(step);
    RC_ASSERT(count == Do(step, reference));
    AssertSame(object, model, reference);
    if (step.kind == HostViewStep::kFlush) written += count;
    if (step.kind == HostViewStep::kInvalidate) discarded += count;
  }
  RC_CLASSIFY(written != 0, "bytes written back");
  RC_CLASSIFY(discarded != 0, "host writes discarded");
  RC_CLASSIFY(object.size % object.atom_size != 0, "odd object");
}

RC_GTEST_PROP(HostViewLaw, EqualsTheReferenceThroughStore, ()) {
  const ObjectShape object = *ArbitraryObject();
  const HostViewProgram program = *ArbitraryProgram(object);
  AssertEqualsReference(object, program, StoreThrough::kStore);
}

RC_GTEST_PROP(HostViewLaw, EqualsTheReferenceThroughAPointer, ()) {
  const ObjectShape object = *ArbitraryObject();
  const HostViewProgram program = *ArbitraryProgram(object);
  AssertEqualsReference(object, WithFreshValues(program, object),
                        StoreThrough::kPointer);
}

// A flush or an invalidate of some atoms.
HostViewStep SynchronizationOf(const ObjectShape& object, uint64_t first_atom,
                               uint64_t last_atom) {
  const uint64_t begin = first_atom * object.atom_size;
  const uint64_t end = std::min(object.size, last_atom * object.atom_size);
  return {*rc::gen::element(HostViewStep::kFlush, HostViewStep::kInvalidate),
          ByteRange::Between(begin, end),
          {}};
}

RC_GTEST_PROP(HostViewLaw, SynchronizationOfDisjointAtomsCommutes, ()) {
  const ObjectShape object = *ArbitraryObject(/*least_atoms=*/2);
  const HostViewProgram program = *ArbitraryProgram(object);
  const auto border = *rc::gen::inRange<uint64_t>(1, object.atom_count());
  const HostViewStep low = SynchronizationOf(object, 0, border);
  const HostViewStep high =
      SynchronizationOf(object, border, object.atom_count());
  GuardedHostView one(object, StoreThrough::kStore);
  GuardedHostView other(object, StoreThrough::kStore);
  one.DoAll(program);
  other.DoAll(program);
  const uint64_t low_first = one.Do(low);
  const uint64_t high_second = one.Do(high);
  RC_ASSERT(other.Do(high) == high_second);
  RC_ASSERT(other.Do(low) == low_first);
  RC_ASSERT(one.view() == other.view());
  RC_ASSERT(one.synced() == other.synced());
  RC_ASSERT(one.device() == other.device());
  RC_CLASSIFY(low.kind != high.kind, "flush and invalidate");
}

RC_GTEST_PROP(HostViewLaw, FlushChangesDirtyAtomsOfItsRangeOnly, ()) {
  const ObjectShape object = *ArbitraryObject();
  const HostViewProgram program = *ArbitraryProgram(object);
  const ByteRange range = *ArbitraryRange(object.size);
  GuardedHostView model(object, StoreThrough::kStore);
  model.DoAll(program);
  const Bytes view(model.view().begin(), model.view().end());
  const Bytes device(model.device().begin(), model.device().end());
  Bytes dirty(object.size);
  for (uint64_t byte = 0; byte < object.size; ++byte) {
    const ByteRange atom = model.host().atoms().AtomAt(byte);
    const bool touched = !Intersect(atom, range).empty();
    dirty[byte] = touched && model.host().HasDirtyByte(atom);
  }
  model.host().Flush(range);
  for (uint64_t byte = 0; byte < object.size; ++byte) {
    RC_ASSERT(model.view()[byte] == view[byte]);
    RC_ASSERT(dirty[byte] || model.device()[byte] == device[byte]);
  }
  RC_ASSERT(model.GuardsHold());
}

RC_GTEST_PROP(HostViewLaw, FlushAndInvalidateOfAllBringAllInStep, ()) {
  const ObjectShape object = *ArbitraryObject();
  GuardedHostView model(object, StoreThrough::kStore);
  model.DoAll(*ArbitraryProgram(object));
  model.host().Flush(object.all());
  RC_ASSERT(!model.host().HasDirtyByte(object.all()));
  RC_ASSERT(model.host().Invalidate(object.all()) == 0u);
  RC_ASSERT(!model.host().HasStaleByte(object.all()));
  RC_ASSERT(model.view() == model.synced());
  RC_ASSERT(model.synced() == model.device());
}

}  // namespace
}  // namespace incoherent
