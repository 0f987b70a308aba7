// The programs of the corpus (corpus_program.h): which kinds of findings they
// lead to.

#include <map>

#include "tests/vulkan/corpus_program.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/host_import.h"

namespace incoherent {
namespace {

using Expectations = std::vector<ExpectedFinding>;

ExpectedFinding LostSomewhere() {
  return Some(HazardKind::kLostHostWrite, MissingStep::kFlush);
}
ExpectedFinding StaleSomewhere() {
  return Some(HazardKind::kStaleHostRead, MissingStep::kInvalidate);
}
ExpectedFinding DiscardedSomewhere() {
  return Some(HazardKind::kDiscardedHostWrite, MissingStep::kFlush);
}
ExpectedFinding ClobberedDirtyBytes() {
  return Some(HazardKind::kAtomClobber, MissingStep::kFlush);
}
ExpectedFinding InFlightSomewhere() {
  return Some(HazardKind::kInFlightAccess, MissingStep::kWait);
}

// What a program leads to besides the rules that it breaks; most lead to just
// the one that their file is about.
std::map<std::string, Expectations> Exceptions() {
  const ExpectedFinding lost = LostSomewhere();
  const ExpectedFinding stale = StaleSomewhere();
  const ExpectedFinding discarded = DiscardedSomewhere();
  const ExpectedFinding clobber = ClobberedDirtyBytes();
  return {
      {"UpdateAndGetData", {lost, clobber, stale}},
      {"CastAndCopy", {lost, stale, clobber.IfSeen()}},
      {"UsedInPlace", {lost, clobber.IfSeen()}},
      {"ClearedCounters", {lost, discarded, clobber.IfSeen()}},
      {"InvalidateAfterMemset", {discarded.IfSeen(), stale}},
      {"RoundedOverTheNeighbour", {discarded}},
      {"BeyondTheMemory", {lost.IfSeen()}},
      {"TwoWordsOfOneAtom", {InFlightSomewhere()}},
      {"InvalidateOfASharedAtom", {clobber, discarded}},
      {"NeighboursInOneAtom", {clobber}},
      // Pages that are read through another pointer than the mapping.
      {"DownloadIntoImport", {stale.IfSeen()}},
      {"InvalidateOfUnmappedImport", {stale.IfSeen()}},
      {"MappingOfTheDataSize", {stale.IfSeen()}},
  };
}

FindingProgram ToFindingProgram(const CorpusProgram& program,
                                const Expectations& expected) {
  FindingProgram result = {"Corpus" + program.name, program.link, program.run,
                           expected};
  for (const std::string& rule : program.broken_rules) {
    result.expected.push_back(BrokenRule(rule));
  }
  if (program.damage == Damage::kNone) result.sees = Sees::kRightBytes;
  if (program.imports_host_pointers) result.request = HostImportDevice();
  return result;
}

}  // namespace

std::vector<FindingProgram> CorpusFindingPrograms() {
  const std::map<std::string, Expectations> exceptions = Exceptions();
  std::vector<FindingProgram> all;
  const auto add = [&](const std::vector<CorpusProgram>& programs,
                       const ExpectedFinding& usual) {
    for (const CorpusProgram& program : programs) {
      const auto exception = exceptions.find(program.name);
      all.push_back(ToFindingProgram(program, exception == exceptions.end()
                                                  ? Expectations{usual}
                                                  : exception->second));
    }
  };
  add(UploadPrograms(), LostSomewhere());
  add(ReadbackPrograms(), StaleSomewhere());
  add(RangePrograms(), LostSomewhere());
  add(SharingPrograms(), ClobberedDirtyBytes());
  return all;
}

}  // namespace incoherent
