// HostLines over host-domain bytes, against the gold standard. The two differ
// in one rule: what is invalidated while dirty is undefined here, and surely
// lost there; the law repairs it after having looked.

#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/memory/payload_bytes.h"
#include "tests/host_view_program.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

struct LinesUnderTest {
  explicit LinesUnderTest(const ObjectShape& object,
                          Contents fresh = Contents::kZeros)
      : host(object.size),
        device(object.size),
        marks(object.size),
        view(object.size),
        view_marks(object.size),
        payload({absl::MakeSpan(host), absl::MakeSpan(device),
                 absl::MakeSpan(marks)},
                false, fresh),
        atoms(object.atom_size, object.size),
        lines({absl::MakeSpan(view), absl::MakeSpan(view_marks)}, payload,
              atoms, object.write_back, fresh) {}
  LinesUnderTest(const LinesUnderTest&) = delete;

  Bytes host, device, marks, view, view_marks;
  PayloadBytes payload;
  AtomGrid atoms;
  HostLines lines;
};

// The reference's device is the host domain here: what a flush writes to.
void InvalidateBoth(const ByteRange& range, LinesUnderTest& model,
                    ReferenceMemory& reference) {
  const uint64_t size = model.payload.size();
  std::vector<bool> lost(size);
  model.atoms.ForEachAtom(range, [&](const ByteRange& atom) {
    for (uint64_t at = atom.offset; at < atom.end(); ++at) {
      lost[at] = reference.IsDirty(at);
    }
  });
  model.lines.Invalidate(range);
  reference.Invalidate(range.offset, range.size);
  for (uint64_t at = 0; at < size; ++at) {
    RC_ASSERT(model.payload.HostLoad(at).undefined == lost[at]);
    RC_ASSERT(model.payload.DeviceLoad(at).undefined == lost[at]);
    RC_ASSERT(model.lines.Load(at).undefined == lost[at]);
    if (!lost[at]) continue;
    model.payload.HostWrite(at, {reference.DeviceLoad(at)});
    model.payload.MoveToDevice({at, 1});
    model.lines.Refill({at, 1});
  }
}

void DoBoth(const HostViewStep& step, LinesUnderTest& model,
            ReferenceMemory& reference) {
  const ByteRange& range = step.range;
  const auto for_each_atom = [&](auto act) {
    model.atoms.ForEachAtom(range, act);
  };
  switch (step.kind) {
    case HostViewStep::kHostStore:
    case HostViewStep::kDeviceStore:
      for (size_t i = 0; i < step.values.size(); ++i) {
        const uint64_t at = range.offset + i;
        if (step.kind == HostViewStep::kHostStore) {
          model.lines.Store(at, {step.values[i]});
          reference.HostStore(at, step.values[i]);
        } else {
          model.payload.HostWrite(at, {step.values[i]});
          reference.DeviceStore(at, step.values[i]);
        }
      }
      return;
    case HostViewStep::kFlush:
      model.lines.Flush(range);
      reference.Flush(range.offset, range.size);
      return;
    case HostViewStep::kInvalidate:
      InvalidateBoth(range, model, reference);
      return;
    case HostViewStep::kWriteBack:
      for_each_atom([&](const ByteRange& atom) { model.lines.Evict(atom); });
      reference.Flush(range.offset, range.size);
      return;
    case HostViewStep::kRefill:
      for_each_atom([&](const ByteRange& atom) { model.lines.Refill(atom); });
      reference.Refill(range.offset, range.size);
      return;
  }
}

RC_GTEST_PROP(HostLinesLaw, EqualTheReferenceOverTheHostDomain, ()) {
  const ObjectShape object = *ArbitraryObject();
  LinesUnderTest model(object);
  ReferenceMemory reference(object.size, object.atom_size,
                            object.write_back == WriteBack::kWholeAtom
                                ? ReferenceMemory::kWholeAtoms
                                : ReferenceMemory::kDirtyBytes);
  for (const HostViewStep& step : *ArbitraryProgram(object)) {
    DoBoth(step, model, reference);
    for (uint64_t at = 0; at < object.size; ++at) {
      RC_ASSERT(model.lines.Load(at) == Byte{reference.HostLoad(at)});
      RC_ASSERT(model.payload.HostLoad(at) == Byte{reference.DeviceLoad(at)});
      RC_ASSERT(model.lines.IsDirty(at) == reference.IsDirty(at));
      RC_ASSERT(model.lines.HasStaleByte({at, 1}) == reference.IsStale(at));
    }
  }
}

// What the two domains hold, byte by byte, after random writes and moves: a
// move copies what is ahead, and equal domains have nobody ahead of the other
// with a value of its own.
RC_GTEST_PROP(PayloadBytesLaw, DomainsDifferOnlyWhereOneIsAhead, ()) {
  const ObjectShape object = *ArbitraryObject();
  LinesUnderTest model(object);
  for (const HostViewStep& step : *ArbitraryProgram(object)) {
    for (size_t i = 0; i < step.values.size(); ++i) {
      const uint64_t at = step.range.offset + i;
      step.kind == HostViewStep::kHostStore
          ? model.payload.HostWrite(at, {step.values[i]})
          : model.payload.DeviceWrite(at, {step.values[i]});
    }
    if (step.kind == HostViewStep::kFlush) {
      model.payload.MoveToDevice(step.range);
    }
    if (step.kind == HostViewStep::kInvalidate) {
      model.payload.MoveToHost(step.range);
    }
    for (uint64_t at = 0; at < object.size; ++at) {
      const PayloadBytes& payload = model.payload;
      RC_ASSERT(payload.IsHostAhead(at) || payload.IsDeviceAhead(at) ||
                payload.HostLoad(at) == payload.DeviceLoad(at));
    }
  }
  model.payload.MoveToDevice(object.all());
  model.payload.MoveToHost(object.all());
  RC_ASSERT(model.host == model.device);
}

// One step by both sides and their caches; fit for undefined bytes.
void Do(const HostViewStep& step, LinesUnderTest& model) {
  for (size_t i = 0; i < step.values.size(); ++i) {
    const uint64_t at = step.range.offset + i;
    step.kind == HostViewStep::kHostStore
        ? model.lines.Store(at, {step.values[i]})
        : model.payload.DeviceWrite(at, {step.values[i]});
  }
  if (step.kind == HostViewStep::kFlush) {
    model.lines.Flush(step.range);
    model.payload.MoveToDevice(step.range);
  } else if (step.kind == HostViewStep::kInvalidate) {
    model.payload.MoveToHost(step.range);
    model.lines.Invalidate(step.range);
  } else if (step.kind == HostViewStep::kWriteBack) {
    model.lines.Abandon();
  }
}

// Contents that are undefined from the start are as good as those that were
// made so.
RC_GTEST_PROP(PayloadBytesLaw, FreshUndefinedIsMadeUndefined, ()) {
  const ObjectShape object = *ArbitraryObject();
  LinesUnderTest fresh(object, Contents::kUndefined);
  LinesUnderTest made(object);
  made.payload.MakeUndefined(object.all());
  made.lines.Refill(object.all());
  const auto expect_equal = [&] {
    for (uint64_t at = 0; at < object.size; ++at) {
      RC_ASSERT(fresh.lines.Load(at) == made.lines.Load(at));
      RC_ASSERT(fresh.lines.IsDirty(at) == made.lines.IsDirty(at));
      RC_ASSERT(fresh.lines.HasAbandonedByte({at, 1}) ==
                made.lines.HasAbandonedByte({at, 1}));
      RC_ASSERT(fresh.payload.HostLoad(at) == made.payload.HostLoad(at));
      RC_ASSERT(fresh.payload.DeviceLoad(at) == made.payload.DeviceLoad(at));
      RC_ASSERT(fresh.payload.IsHostAhead(at) == made.payload.IsHostAhead(at));
      RC_ASSERT(fresh.payload.IsDeviceAhead(at) ==
                made.payload.IsDeviceAhead(at));
    }
  };
  expect_equal();
  for (const HostViewStep& step : *ArbitraryProgram(object)) {
    Do(step, fresh);
    Do(step, made);
    expect_equal();
  }
}

}  // namespace
}  // namespace incoherent
