// What guards promise for every program: that they are nothing but their
// expansion by hand. Invalidate on entry, loads and stores, flush on exit; each
// exactly where it says, of exactly these bytes, and nothing else, so that
// values, memory and findings are the same under any policy and seed.

#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "incoherent/mapped_memory.h"
#include "rapidcheck/gtest.h"
#include "sim/host/guard/any_guard.h"

namespace incoherent {
namespace {

constexpr uint64_t kAtom = 64;
constexpr uint64_t kSize = 160;  // two atoms and a half

struct Setting {
  EvictionPolicy policy;
  uint32_t type;
  bool report_useless_sync;
};

struct Step {
  enum Kind {
    kOpen,
    kLoad,
    kStore,
    kCopyTo,
    kFill,
    kClose,
    kDeviceFill,
    kDeviceRead,   // a copy out of the mapped memory
    kDeviceWrite,  // a copy into it
    kWait,
  } kind;
  GuardAccess access;
  ByteRange range;
  uint64_t pick;  // which guard, which element
  uint8_t value;
  bool barrier;  // around a device command, and to the host behind it
  bool wait;     // for it
};
using Program = std::vector<Step>;

// --- Making programs.

rc::Gen<ByteRange> ArbitraryRange() {
  return rc::gen::exec([] {
    // Half of them whole atoms.
    if (*rc::gen::arbitrary<bool>()) {
      const auto atom = *rc::gen::inRange<uint64_t>(0, 3);
      return ByteRange{atom * kAtom, std::min(kAtom, kSize - atom * kAtom)};
    }
    const auto begin = *rc::gen::inRange<uint64_t>(0, kSize);
    const auto size = *rc::gen::inRange<uint64_t>(1, 40);
    return ByteRange{begin, std::min(size, kSize - begin)};
  });
}

rc::Gen<Step> ArbitraryStep() {
  return rc::gen::exec([] {
    Step step = {};
    step.kind = *rc::gen::element(
        Step::kOpen, Step::kOpen, Step::kLoad, Step::kLoad, Step::kStore,
        Step::kStore, Step::kCopyTo, Step::kFill, Step::kClose, Step::kClose,
        Step::kDeviceFill, Step::kDeviceRead, Step::kDeviceWrite, Step::kWait,
        Step::kWait);
    step.access = *rc::gen::element(GuardAccess::kRead, GuardAccess::kWrite,
                                    GuardAccess::kReadWrite);
    step.range = *ArbitraryRange();
    step.pick = *rc::gen::inRange<uint64_t>(0, 1000);
    step.value = *rc::gen::inRange<uint8_t>(1, 255);
    step.barrier = *rc::gen::inRange(0, 6) != 0;
    step.wait = *rc::gen::inRange(0, 3) != 0;
    return step;
  });
}

rc::Gen<Setting> ArbitrarySetting() {
  return rc::gen::exec([] {
    Setting setting = {};
    setting.policy.kind = *rc::gen::element(EvictionPolicy::Kind::kLazy,
                                            EvictionPolicy::Kind::kEager,
                                            EvictionPolicy::Kind::kRandom);
    setting.policy.seed = *rc::gen::inRange<uint64_t>(0, 1000);
    setting.type = *rc::gen::weightedElement<uint32_t>(
        {{3, SmallDeviceTypes::kNonCoherent},
         {1, SmallDeviceTypes::kCoherent}});
    setting.report_useless_sync = *rc::gen::arbitrary<bool>();
    return setting;
  });
}

void showValue(const Setting& setting, std::ostream& out) {
  out << setting.policy.ToString() << ", type " << setting.type
      << (setting.report_useless_sync ? ", lint" : "");
}

void showValue(const Step& step, std::ostream& out) {
  constexpr const char* kNames[] = {
      "open",  "load",        "store",       "copy",         "fill",
      "close", "device fill", "device read", "device write", "wait"};
  constexpr const char* kAccesses[] = {"read", "write", "read-write"};
  out << kNames[step.kind] << " " << kAccesses[static_cast<int>(step.access)]
      << " [" << step.range.offset << ", " << step.range.end() << ") pick "
      << step.pick << " value " << int{step.value}
      << (step.barrier ? "" : " no barrier") << (step.wait ? "" : " no wait");
}

// --- Two ways to do the same.

DeviceOptions OptionsOf(const Setting& setting) {
  DeviceOptions options = SmallDevice(setting.policy);
  options.report_useless_sync = setting.report_useless_sync;
  return options;
}

using Bytes = std::vector<uint8_t>;

class ByGuards {
 public:
  explicit ByGuards(const Setting& setting)
      : device_(OptionsOf(setting)),
        memory_(*MappedMemory::Allocate(device_, setting.type, kSize)) {}

  Device& device() { return device_; }
  MemoryId memory() { return memory_.memory().id(); }

  void Open(GuardAccess access, const ByteRange& range) {
    guards_.push_back(*AnyGuard::Open(memory_, access, range));
  }
  void Load(size_t guard, uint64_t at, Bytes* seen) {
    seen->push_back(guards_[guard].Get(at));
  }
  void CopyTo(size_t guard, uint64_t at, uint64_t size, Bytes* seen) {
    Bytes bytes(size);
    RC_ASSERT(guards_[guard].CopyTo(absl::MakeSpan(bytes), at).ok());
    seen->insert(seen->end(), bytes.begin(), bytes.end());
  }
  void Store(size_t guard, uint64_t at, uint8_t value) {
    guards_[guard].Set(at, value);
  }
  void Fill(size_t guard, uint8_t value) {
    RC_ASSERT(guards_[guard].Fill(value).ok());
  }
  // By its destructor.
  void Close(size_t guard) { guards_.erase(guards_.begin() + guard); }

 private:
  Device device_;
  MappedMemory memory_;
  std::vector<AnyGuard> guards_;
};

class ByHand {
 public:
  explicit ByHand(const Setting& setting)
      : device_(OptionsOf(setting)),
        non_coherent_(setting.type == SmallDeviceTypes::kNonCoherent) {
    AllocateRequest request;
    request.type_index = setting.type;
    request.size = kSize;
    memory_ = *device_.Allocate(request);
    RC_ASSERT(device_.Map(memory_).ok());
  }

  Device& device() { return device_; }
  MemoryId memory() { return memory_; }

  void Open(GuardAccess access, const ByteRange& range) {
    guards_.push_back({access, range});
    if (access == GuardAccess::kWrite || !non_coherent_) return;
    const ByteRange atoms = AtomsOf(range);
    RC_ASSERT(device_.Invalidate(memory_, atoms.offset, atoms.size).ok());
  }
  void Load(size_t guard, uint64_t at, Bytes* seen) {
    CopyTo(guard, at, 1, seen);
  }
  void CopyTo(size_t guard, uint64_t at, uint64_t size, Bytes* seen) {
    const auto bytes =
        device_.Load(memory_, guards_[guard].range.offset + at, size);
    RC_ASSERT(bytes.ok());
    for (const Byte& byte : *bytes) seen->push_back(byte.value);
  }
  void Store(size_t guard, uint64_t at, uint8_t value) {
    RC_ASSERT(
        device_.Store(memory_, guards_[guard].range.offset + at, {value}).ok());
  }
  void Fill(size_t guard, uint8_t value) {
    const ByteRange range = guards_[guard].range;
    RC_ASSERT(
        device_.Store(memory_, range.offset, Bytes(range.size, value)).ok());
  }
  void Close(size_t guard) {
    const Held closed = guards_[guard];
    guards_.erase(guards_.begin() + guard);
    if (closed.access == GuardAccess::kRead || !non_coherent_) return;
    const ByteRange atoms = AtomsOf(closed.range);
    RC_ASSERT(device_.Flush(memory_, atoms.offset, atoms.size).ok());
  }

 private:
  struct Held {
    GuardAccess access;
    ByteRange range;
  };

  static ByteRange AtomsOf(const ByteRange& range) {
    uint64_t begin = range.offset, end = range.offset + range.size;
    while (begin % kAtom != 0) --begin;
    while (end % kAtom != 0 && end != kSize) ++end;
    return {begin, end - begin};
  }

  Device device_;
  bool non_coherent_;
  MemoryId memory_;
  std::vector<Held> guards_;
};

// --- Running a program in one of the two ways.

struct Outcome {
  Bytes seen;    // by the host
  Bytes memory;  // in the device domain in the end
  std::vector<DeviceFinding> findings;
};

template <typename Way>
class Runner {
 public:
  explicit Runner(const Setting& setting)
      : way_(setting), queue_(way_.device().AddQueue()) {
    AllocateRequest request;
    request.type_index = SmallDeviceTypes::kDeviceLocal;
    request.size = kSize;
    local_ = *way_.device().Allocate(request);
  }

  Outcome Run(const Program& program) {
    // Contents that are defined: what is undefined is found at most reads.
    Do({Step::kDeviceFill, {}, {0, kSize}, 0, 1, true, true});
    for (const Step& step : program) Do(step);
    while (!open_.empty()) Close(0);
    RC_ASSERT(way_.device().WaitIdle().ok());
    for (uint64_t at = 0; at < kSize; ++at) {
      outcome_.memory.push_back(
          way_.device().DeviceDomain(way_.memory(), at).value);
    }
    outcome_.findings = way_.device().findings();
    return outcome_;
  }

 private:
  struct Guard {
    GuardAccess access;
    ByteRange range;
  };

  void Do(const Step& step) {
    switch (step.kind) {
      case Step::kOpen:
        return Open(step);
      case Step::kClose:
        if (!open_.empty()) Close(step.pick % open_.size());
        return;
      case Step::kLoad:
      case Step::kStore:
      case Step::kCopyTo:
      case Step::kFill:
        if (!open_.empty()) Access(step);
        return;
      case Step::kWait:
        RC_ASSERT(way_.device().WaitIdle().ok());
        return;
      default:
        return Submit(step);
    }
  }

  // Only what is allowed: what is refused has tests of its own.
  void Open(const Step& step) {
    for (const Guard& other : open_) {
      const bool both_read = step.access == GuardAccess::kRead &&
                             other.access == GuardAccess::kRead;
      const bool apart = step.range.end() <= other.range.offset ||
                         other.range.end() <= step.range.offset;
      if (!both_read && !apart) return;
    }
    open_.push_back({step.access, step.range});
    way_.Open(step.access, step.range);
  }

  void Close(size_t guard) {
    open_.erase(open_.begin() + guard);
    way_.Close(guard);
  }

  void Access(const Step& step) {
    const size_t guard = step.pick % open_.size();
    const uint64_t size = open_[guard].range.size;
    const uint64_t at = step.pick / 7 % size;
    const bool reads = open_[guard].access != GuardAccess::kWrite;
    const bool writes = open_[guard].access != GuardAccess::kRead;
    if (step.kind == Step::kLoad && reads) way_.Load(guard, at, &outcome_.seen);
    if (step.kind == Step::kCopyTo && reads) {
      way_.CopyTo(guard, at, size - at, &outcome_.seen);
    }
    if (step.kind == Step::kStore && writes) way_.Store(guard, at, step.value);
    if (step.kind == Step::kFill && writes) way_.Fill(guard, step.value);
  }

  void Submit(const Step& step) {
    const MemoryRange mapped = {way_.memory(), step.range};
    const MemoryRange local = {local_, step.range};
    MemoryBarrier all;
    all.source = {kStageAllCommands, kAccessMemoryRead | kAccessMemoryWrite};
    all.destination = all.source;
    CommandBuffer commands = way_.device().NewCommandBuffer();
    absl::Status status;
    if (step.barrier) status.Update(commands.PipelineBarrier2({all}));
    status.Update(
        step.kind == Step::kDeviceFill   ? commands.Fill(mapped, step.value)
        : step.kind == Step::kDeviceRead ? commands.Copy(mapped, local)
                                         : commands.Copy(local, mapped));
    if (step.barrier) {
      status.Update(commands.PipelineBarrier2({ToHostBarrier()}));
    }
    status.Update(way_.device().Submit(queue_, {{{}, {&commands}, {}}}));
    if (step.wait) status.Update(way_.device().WaitIdle());
    RC_ASSERT(status.ok());
  }

  Way way_;
  QueueId queue_;
  MemoryId local_;
  std::vector<Guard> open_;
  Outcome outcome_;
};

void ExpectSame(const std::vector<DeviceFinding>& guards,
                const std::vector<DeviceFinding>& hand) {
  RC_ASSERT(guards.size() == hand.size());
  for (size_t i = 0; i < guards.size(); ++i) {
    RC_ASSERT(guards[i].message == hand[i].message);
    RC_ASSERT(guards[i].vuid == hand[i].vuid);
    RC_ASSERT(guards[i].hazard == hand[i].hazard);
  }
}

RC_GTEST_PROP(GuardLaw, AProgramWithGuardsIsItsExpansionByHand, ()) {
  const Setting setting = *ArbitrarySetting();
  const Program program = *rc::gen::container<Program>(ArbitraryStep());
  const Outcome guards = Runner<ByGuards>(setting).Run(program);
  const Outcome hand = Runner<ByHand>(setting).Run(program);
  RC_ASSERT(guards.seen == hand.seen);
  RC_ASSERT(guards.memory == hand.memory);
  ExpectSame(guards.findings, hand.findings);
  std::set<HazardKind> kinds;
  for (const DeviceFinding& finding : guards.findings) {
    kinds.insert(finding.hazard.kind);
  }
  RC_TAG(absl::StrCat(kinds.size(), " kinds of findings"));
  RC_CLASSIFY(!guards.seen.empty(), "something is read");
}

// Each flush and each invalidate that has nothing to do is told, so that these
// are all that there were.
RC_GTEST_PROP(GuardLaw, ReadAndWriteDoHalfOfWhatReadWriteDoes, ()) {
  Setting setting = *ArbitrarySetting();
  setting.type = SmallDeviceTypes::kNonCoherent;
  setting.report_useless_sync = true;
  ByGuards way(setting);
  std::vector<std::string> expected;
  const auto expect = [&](const char* operation, const ByteRange& atoms) {
    expected.push_back(absl::StrCat("'", operation, " memory0[", atoms.offset,
                                    ", ", atoms.end(), ")'"));
  };
  const auto accesses =
      *rc::gen::container<std::vector<GuardAccess>>(rc::gen::element(
          GuardAccess::kRead, GuardAccess::kWrite, GuardAccess::kReadWrite));
  for (const GuardAccess access : accesses) {
    const auto atom = *rc::gen::inRange<uint64_t>(0, 3);
    const ByteRange atoms = {atom * kAtom,
                             std::min(kAtom, kSize - atom * kAtom)};
    const auto begin = *rc::gen::inRange<uint64_t>(0, atoms.size);
    const auto size = *rc::gen::inRange<uint64_t>(1, atoms.size - begin + 1);
    if (access != GuardAccess::kWrite) expect("invalidate", atoms);
    if (access != GuardAccess::kRead) expect("flush", atoms);
    way.Open(access, {atoms.offset + begin, size});
    way.Close(0);
  }
  const std::vector<DeviceFinding> findings = way.device().findings();
  RC_ASSERT(findings.size() == expected.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    RC_ASSERT(findings[i].hazard.kind == HazardKind::kUselessSync);
    RC_ASSERT(findings[i].message.find(expected[i]) != std::string::npos);
  }
}

}  // namespace
}  // namespace incoherent
