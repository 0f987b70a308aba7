// Laws of the Vmo: of its slices, of its counts, and of every program of a few
// parties.

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

// --- Slices and counts

ByteRange ArbitraryPart(uint64_t size) {
  const auto begin = *rc::gen::inRange<uint64_t>(0, size + 1);
  const auto end = *rc::gen::inRange<uint64_t>(begin, size + 1);
  return ByteRange::Between(begin, end);
}

SliceBounds BoundsOf(const ByteRange& range) {
  return {range.offset, range.end()};
}

// A mapping of fresh memory with bytes 1, 2, 3, ...
Mapping NumberedMapping(size_t size) {
  Mapping mapping = MapAs(MakeVmo(size), "me");
  TestBytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i + 1);
  mapping.Write(bytes);
  return mapping;
}

RC_GTEST_PROP(VmoSliceLaw, ASliceOfASliceIsTheSliceOfTheSum, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 100);
  Mapping mapping = NumberedMapping(size);
  const ByteRange outer = ArbitraryPart(size);
  const ByteRange inner = ArbitraryPart(outer.size);
  const ByteRange sum = {outer.offset + inner.offset, inner.size};
  const auto slice = mapping.Slice(BoundsOf(outer));
  const auto nested = slice->Slice(BoundsOf(inner));
  const auto direct = mapping.Slice(BoundsOf(sum));
  RC_ASSERT(nested->len() == direct->len());
  RC_ASSERT(ReadBytes(*nested, 0, size) == ReadBytes(*direct, 0, size));
}

RC_GTEST_PROP(VmoSliceLaw, AMutableSliceOfASliceWritesTheSum, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 100);
  Mapping mapping = NumberedMapping(size);
  const ByteRange outer = ArbitraryPart(size);
  const ByteRange inner = ArbitraryPart(outer.size);
  TestBytes expected = ReadBytes(mapping, 0, size);
  std::fill_n(expected.begin() + outer.offset + inner.offset, inner.size, 0xff);
  {
    auto slice = mapping.SliceMut(BoundsOf(outer));
    slice->SliceMut(BoundsOf(inner))->Write(TestBytes(size, 0xff));
  }
  RC_ASSERT(ReadBytes(mapping, 0, size) == expected);
}

RC_GTEST_PROP(VmoSliceLaw, BothHalvesOfASplitAreTheWhole, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 100);
  Mapping mapping = NumberedMapping(size);
  const TestBytes whole = ReadBytes(mapping, 0, size);
  const auto index = *rc::gen::inRange<size_t>(0, size + 1);
  {
    const auto halves = mapping.SplitAt(index);
    TestBytes joined = ReadBytes(halves->first, 0, size);
    const TestBytes second = ReadBytes(halves->second, 0, size);
    RC_ASSERT(joined.size() == index);
    joined.insert(joined.end(), second.begin(), second.end());
    RC_ASSERT(joined == whole);
  }
  auto halves = mapping.SplitAtMut(index);
  RC_ASSERT(halves->first.Write(TestBytes(size, 1)) +
                halves->second.Write(TestBytes(size, 2)) ==
            size);
}

RC_GTEST_PROP(VmoCountLaw, CountsAreWhatThereIsBehindTheOffset, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 50);
  const auto offset = *rc::gen::oneOf(rc::gen::inRange<size_t>(0, 60),
                                      rc::gen::arbitrary<size_t>());
  const auto asked = *rc::gen::inRange<size_t>(0, 60);
  Mapping mapping = NumberedMapping(size);
  TestBytes bytes(asked, 0xee);
  const auto read = mapping.ReadAt(offset, absl::MakeSpan(bytes));
  const auto written = mapping.WriteAt(offset, bytes);
  RC_ASSERT(read.ok() == (offset <= size));
  RC_ASSERT(written.ok() == (offset <= size));
  if (offset > size) return;
  RC_ASSERT(*read == std::min(asked, size - offset));
  RC_ASSERT(*written == std::min(asked, size - offset));
}

// --- Programs

constexpr uint64_t kSize = 6;
constexpr int kParties = 3;

enum class Act { kWrite, kRead, kRelease, kAcquire };

struct Step {
  int party;
  Act act;
  ByteRange range;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  static constexpr const char* kNames[] = {"write", "read", "release",
                                           "acquire"};
  return out << "party " << step.party << ": "
             << kNames[static_cast<int>(step.act)] << " [" << step.range.offset
             << ", " << step.range.end() << ")";
}

// A number below `limit`, as likely as any other however small the test.
uint64_t Below(uint64_t limit) {
  return *rc::gen::resize(rc::kNominalSize,
                          rc::gen::inRange<uint64_t>(0, limit));
}

Step ArbitraryStep() {
  const int party = static_cast<int>(Below(kParties));
  const Act act = static_cast<Act>(Below(4));
  const uint64_t begin = Below(kSize);
  const ByteRange part = {begin, 1 + Below(kSize - begin)};
  // Whole buffers are released and acquired often.
  const bool whole = act == Act::kRelease || act == Act::kAcquire;
  return {party, act, whole && Below(3) != 0 ? ByteRange{0, kSize} : part};
}

// Half of all programs hand most of their writes over as they must.
std::vector<Step> MakeProgram() {
  const bool careful = Below(2) == 0;
  std::vector<Step> program;
  for (uint64_t left = Below(20); left > 0; --left) {
    const Step step = ArbitraryStep();
    program.push_back(step);
    if (step.act != Act::kWrite || !careful || Below(8) == 0) continue;
    program.push_back({step.party, Act::kRelease, {0, kSize}});
    for (int party = 0; party < kParties; ++party) {
      program.push_back({party, Act::kAcquire, {0, kSize}});
    }
  }
  return program;
}

rc::Gen<std::vector<Step>> ArbitraryProgram() {
  return rc::gen::exec(MakeProgram);
}

// A program as it runs under a policy, beside coherent memory: one plain array.
// Each write has a value of its own.
class Run {
 public:
  explicit Run(const std::string& policy) : vmo_(MakeVmo(kSize)) {
    for (int party = 0; party < kParties; ++party) {
      parties_.push_back(
          MapAs(vmo_, std::string(1, static_cast<char>('a' + party)), policy));
    }
  }

  void Do(const Step& step) {
    Mapping& party = parties_[step.party];
    switch (step.act) {
      case Act::kWrite: {
        const TestBytes bytes(step.range.size, ++value_);
        std::copy(bytes.begin(), bytes.end(),
                  coherent_.begin() + step.range.offset);
        RC_ASSERT(party.WriteAt(step.range.offset, bytes).ok());
        break;
      }
      case Act::kRead:
        seen_ = ReadBytes(party, step.range.offset, step.range.size);
        seen_range_ = step.range;
        if (!LooksCoherent(step.range)) ++surprises_;
        break;
      case Act::kRelease:
        RC_ASSERT(party.SliceMut(BoundsOf(step.range))->ReleaseWrites().ok());
        break;
      case Act::kAcquire:
        RC_ASSERT(party.Slice(BoundsOf(step.range))->AcquireWrites().ok());
        break;
    }
  }

  // Of the last read.
  bool LooksCoherent(const ByteRange& range) const {
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      if (seen_[at - seen_range_.offset] != coherent_[at]) return false;
    }
    return true;
  }
  bool LooksWrongEverywhere(const ByteRange& range) const {
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      if (seen_[at - seen_range_.offset] == coherent_[at]) return false;
    }
    return true;
  }

  const Vmo& vmo() const { return vmo_; }
  int surprises() const { return surprises_; }

 private:
  Vmo vmo_;
  std::vector<Mapping> parties_;
  TestBytes coherent_ = TestBytes(kSize, 0);
  TestBytes seen_;
  ByteRange seen_range_;
  uint8_t value_ = 0;
  int surprises_ = 0;
};

const char* const kPolicies[] = {"lazy",     "eager",    "random:1",
                                 "random:2", "random:3", "random:4"};

RC_GTEST_PROP(VmoProgramLaw, APolicyChangesNoFinding, ()) {
  const std::vector<Step> program = *ArbitraryProgram();
  std::vector<std::string> findings;
  for (const char* const policy : kPolicies) {
    Run run(policy);
    for (const Step& step : program) run.Do(step);
    const auto here = MessagesOf(run.vmo().findings());
    if (policy == kPolicies[0]) findings = here;
    RC_ASSERT(here == findings);
  }
}

RC_GTEST_PROP(VmoProgramLaw, ASilentProgramIsCoherentUnderEveryPolicy, ()) {
  const std::vector<Step> program = *ArbitraryProgram();
  bool silent = true;
  for (const char* const policy : kPolicies) {
    Run run(policy);
    for (const Step& step : program) {
      run.Do(step);
      // Up to its first finding, every program is a silent one.
      silent = run.vmo().findings().empty();
      if (!silent) break;
      RC_ASSERT(run.surprises() == 0);
    }
  }
  RC_CLASSIFY(silent, "silent to the end");
}

RC_GTEST_PROP(VmoProgramLaw, WhatAReadIsFoundForIsWrongUnderLazy, ()) {
  Run run("lazy");
  size_t known = 0;
  std::set<HazardKind> kinds;
  for (const Step& step : *ArbitraryProgram()) {
    run.Do(step);
    const std::vector<DeviceFinding> findings = run.vmo().findings();
    for (; known < findings.size(); ++known) {
      const Hazard& hazard = findings[known].hazard;
      if (hazard.kind == HazardKind::kAtomClobber) continue;
      RC_ASSERT(step.act == Act::kRead);
      RC_ASSERT(run.LooksWrongEverywhere(hazard.range));
      kinds.insert(hazard.kind);
    }
  }
  RC_CLASSIFY(kinds.count(HazardKind::kLostHostWrite) == 1, "lost");
  RC_CLASSIFY(kinds.count(HazardKind::kStaleHostRead) == 1, "stale");
}

// The party whose write it is: 'a' is 0. Messages begin with "kind: vmo
// "frames"[..): 'a: write".
int PartyIn(const std::string& message) {
  return message[message.find(": '") + 3] - 'a';
}

// Of two writes without a release between, the earlier may win in the end.
RC_GTEST_PROP(VmoProgramLaw, AClobberLetsTheEarlierWriteWinUnderLazy, ()) {
  Run run("lazy");
  for (const Step& step : *ArbitraryProgram()) {
    run.Do(step);
    for (const DeviceFinding& finding : run.vmo().findings()) {
      if (finding.hazard.kind != HazardKind::kAtomClobber) continue;
      const int earlier = PartyIn(finding.message);
      const int third = kParties - earlier - step.party;
      run.Do({step.party, Act::kRelease, {0, kSize}});
      run.Do({earlier, Act::kRelease, {0, kSize}});
      run.Do({third, Act::kRelease, {0, kSize}});
      run.Do({third, Act::kAcquire, {0, kSize}});
      run.Do({third, Act::kRead, finding.hazard.range});
      RC_ASSERT(run.LooksWrongEverywhere(finding.hazard.range));
      RC_CLASSIFY(true, "clobbered");
      return;
    }
  }
}

}  // namespace
}  // namespace incoherent
