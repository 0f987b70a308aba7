// What each eviction policy promises for every program over every object.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/memory/eviction.h"
#include "tests/host_view_program.h"

namespace incoherent {
namespace {

rc::Gen<EvictionPolicy> ArbitraryPolicy() {
  using Kind = EvictionPolicy::Kind;
  return rc::gen::construct<EvictionPolicy>(
      rc::gen::element(Kind::kLazy, Kind::kEager, Kind::kRandom),
      rc::gen::arbitrary<uint64_t>());
}

RC_GTEST_PROP(EvictorLaw, EagerAfterEachStepIsCoherentMemory, ()) {
  const ObjectShape object = *ArbitraryObject();
  const auto through =
      *rc::gen::element(StoreThrough::kStore, StoreThrough::kPointer);
  std::mt19937_64 coins;
  Evictor evictor({EvictionPolicy::Kind::kEager, 0}, coins);
  GuardedHostView model(object, through);
  Bytes coherent(object.size, 0);
  for (const HostViewStep& step : *ArbitraryProgram(object)) {
    model.Do(step);
    std::copy(step.values.begin(), step.values.end(),
              coherent.begin() + step.range.offset);
    evictor.Run(model.host(), object.all());
    RC_ASSERT(model.view() == absl::MakeSpan(coherent));
    RC_ASSERT(model.device() == absl::MakeSpan(coherent));
  }
}

RC_GTEST_PROP(EvictorLaw, TheSameSeedIsTheSameRun, ()) {
  const ObjectShape object = *ArbitraryObject();
  const EvictionPolicy policy = {EvictionPolicy::Kind::kRandom,
                                 *rc::gen::arbitrary<uint64_t>()};
  std::mt19937_64 coins(policy.seed);
  std::mt19937_64 same_coins(policy.seed);
  Evictor evictor(policy, coins);
  Evictor same_evictor(policy, same_coins);
  GuardedHostView model(object, StoreThrough::kStore);
  GuardedHostView same_model(object, StoreThrough::kStore);
  for (const HostViewStep& step : *ArbitraryProgram(object)) {
    RC_ASSERT(model.Do(step) == same_model.Do(step));
    evictor.Run(model.host(), object.all());
    same_evictor.Run(same_model.host(), object.all());
    RC_ASSERT(model.view() == same_model.view());
    RC_ASSERT(model.device() == same_model.device());
  }
}

// Whatever is done and evicted, a byte holds a value that someone wrote there.
RC_GTEST_PROP(EvictorLaw, NoValueComesOutOfThinAir, ()) {
  const ObjectShape object = *ArbitraryObject();
  const EvictionPolicy policy = *ArbitraryPolicy();
  std::mt19937_64 coins(policy.seed);
  Evictor evictor(policy, coins);
  GuardedHostView model(object, StoreThrough::kStore);
  Bytes newest(object.size, 0);  // fresh values: 1, 2, 3, ...
  for (const HostViewStep& step :
       WithFreshValues(*ArbitraryProgram(object), object)) {
    model.Do(step);
    std::copy(step.values.begin(), step.values.end(),
              newest.begin() + step.range.offset);
    evictor.Run(model.host(), object.all());
    for (uint64_t byte = 0; byte < object.size; ++byte) {
      RC_ASSERT(model.view()[byte] <= newest[byte]);
      RC_ASSERT(model.device()[byte] <= newest[byte]);
    }
  }
}

// --------------------------------------------------- correct programs

// One side reads or writes bytes of one atom.
struct Access {
  bool by_device, is_store;
  uint64_t atom;
  ByteRange range;  // inside the atom
  uint8_t value;
  bool flushes_all;  // what the hand-over to the device flushes
};

void showValue(const Access& access, std::ostream& out) {
  out << (access.by_device ? "device " : "host ")
      << (access.is_store ? "store [" : "load [") << access.range.offset << ", "
      << access.range.end() << ")" << (access.flushes_all ? " flush all" : "");
}

rc::Gen<Access> ArbitraryAccess(const ObjectShape& object) {
  return rc::gen::exec([object] {
    const auto atom = *rc::gen::inRange<uint64_t>(0, object.atom_count());
    const ByteRange bytes =
        AtomGrid(object.atom_size, object.size).AtomAt(atom * object.atom_size);
    ByteRange range = *ArbitraryRange(bytes.size);
    range.offset += bytes.offset;
    return Access{*rc::gen::arbitrary<bool>(),
                  *rc::gen::arbitrary<bool>(),
                  atom,
                  range,
                  *rc::gen::inRange<uint8_t>(0, 4),
                  *rc::gen::arbitrary<bool>()};
  });
}

// Runs a program in which each atom changes hands by a flush or an invalidate,
// and in which no atom is in two hands at once.
class CorrectRun {
 public:
  CorrectRun(const ObjectShape& object, StoreThrough through, Evictor evictor)
      : object_(object),
        model_(object, through),
        evictor_(evictor),
        coherent_(object.size, 0),
        device_owns_(object.atom_count(), false) {}

  void Do(const Access& access) {
    HandOver(access);
    evictor_.Run(model_.host(), object_.all());
    if (access.is_store) {
      Store(access);
    } else {
      AssertLoad(access);
    }
    evictor_.Run(model_.host(), object_.all());
  }

 private:
  void HandOver(const Access& access) {
    if (device_owns_[access.atom] == access.by_device) return;
    const ByteRange atom =
        model_.host().atoms().AtomAt(access.atom * object_.atom_size);
    if (access.by_device) {
      model_.host().Flush(access.flushes_all ? object_.all() : atom);
    } else {
      model_.host().Invalidate(atom);
    }
    device_owns_[access.atom] = access.by_device;
  }

  void Store(const Access& access) {
    const Bytes values(access.range.size, access.value);
    std::copy(values.begin(), values.end(),
              coherent_.begin() + access.range.offset);
    if (access.by_device) {
      model_.DeviceStore(access.range.offset, values);
    } else {
      model_.HostStore(access.range.offset, values);
    }
  }

  void AssertLoad(const Access& access) {
    const auto& seen = access.by_device ? model_.device() : model_.view();
    for (uint64_t byte = access.range.offset; byte < access.range.end();
         ++byte) {
      RC_ASSERT(seen[byte] == coherent_[byte]);
    }
  }

  ObjectShape object_;
  GuardedHostView model_;
  Evictor evictor_;
  Bytes coherent_;
  std::vector<bool> device_owns_;
};

RC_GTEST_PROP(EvictorLaw, CorrectProgramsSeeCoherentMemoryUnderEveryPolicy,
              ()) {
  const ObjectShape object = *ArbitraryObject();
  const EvictionPolicy policy = *ArbitraryPolicy();
  const auto through =
      *rc::gen::element(StoreThrough::kStore, StoreThrough::kPointer);
  const auto program =
      *rc::gen::container<std::vector<Access>>(ArbitraryAccess(object));
  std::mt19937_64 coins(policy.seed);
  CorrectRun run(object, through, Evictor(policy, coins));
  for (const Access& access : program) run.Do(access);
  RC_TAG(policy.kind == EvictionPolicy::Kind::kRandom ? "random"
                                                      : policy.ToString());
}

}  // namespace
}  // namespace incoherent
