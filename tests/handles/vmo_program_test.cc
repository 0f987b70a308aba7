// Small programs of two parties, each with one step missing or misplaced, and
// each with a twin that is right. All are run by two parties of one process, by
// two processes, and by two programs.
//
// The bug loses bytes for real, and is found with both names, by both sides.
// The twin is silent and loses nothing.

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/vmo.h"
#include "tests/handles/vmo_party.h"
#include "tests/handles/vmo_process.h"

namespace incoherent {
namespace {

using Call = VmoStep::Call;

constexpr uint64_t kSize = 16;

struct Turn {
  char party;  // p: the producer; c: the consumer
  VmoStep step;
  std::string answer;  // of a read
};

struct Program {
  std::string name;
  std::vector<Turn> turns;
  std::string findings;  // a line each
};

Turn Write(char party, uint32_t offset, uint32_t size, uint32_t value) {
  return {party, {Call::kWrite, offset, size, value}, ""};
}
Turn Read(char party, uint32_t offset, const std::string& bytes) {
  return {
      party, {Call::kRead, offset, static_cast<uint32_t>(bytes.size())}, bytes};
}
Turn Release(char party, uint32_t offset = 0, uint32_t size = kSize) {
  return {party, {Call::kRelease, offset, size}, ""};
}
Turn Acquire(char party, uint32_t offset = 0, uint32_t size = kSize) {
  return {party, {Call::kAcquire, offset, size}, ""};
}
Turn Raise(char party) { return {party, {Call::kRaise}, ""}; }
Turn Wait(char party) { return {party, {Call::kWait}, ""}; }
Turn RaiseOrders(char party) { return {party, {Call::kRaiseOrders}, ""}; }
Turn WaitOrders(char party) { return {party, {Call::kWaitOrders}, ""}; }

const std::string kOld4(4, 0);
const std::string kOld8(8, 0);

const Program kPrograms[] = {
    {"NoRelease",
     {Write('p', 0, 4, 'x'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, kOld4)},
     "lost-host-write: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: ReleaseWrites by producer\n"},
    {"NoReleaseFixed",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, "xxxx")},
     ""},

    {"NoAcquire",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'),
      Read('c', 0, kOld4)},
     "stale-host-read: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: AcquireWrites by consumer\n"},
    {"NoAcquireFixed",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, "xxxx")},
     ""},

    {"ReleaseBeforeTheWrite",
     {Release('p'), Write('p', 0, 4, 'x'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, kOld4)},
     "lost-host-write: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: ReleaseWrites by producer\n"},
    {"ReleaseBeforeTheWriteFixed",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, "xxxx"), Write('p', 0, 4, 'y'), Release('p'), Raise('p'),
      Wait('c'), Acquire('c'), Read('c', 0, "yyyy")},
     ""},

    {"AcquireBeforeTheSignal",
     {Acquire('c'), Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'),
      Read('c', 0, kOld4)},
     "stale-host-read: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: AcquireWrites by consumer\n"},
    {"AcquireBeforeTheSignalFixed",
     {Acquire('c'), Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'),
      Acquire('c'), Read('c', 0, "xxxx")},
     ""},

    {"SecondFrameNotAcquired",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, "xxxx"), Write('p', 0, 4, 'y'), Release('p'), Raise('p'),
      Wait('c'), Read('c', 0, "xxxx")},
     "stale-host-read: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: AcquireWrites by consumer\n"},
    {"SecondFrameNotAcquiredFixed",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'), Acquire('c'),
      Read('c', 0, "xxxx"), Write('p', 0, 4, 'y'), Release('p'), Raise('p'),
      Wait('c'), Acquire('c'), Read('c', 0, "yyyy")},
     ""},

    {"PartialSliceReleased",
     {Write('p', 0, 8, 'x'), Release('p', 0, 4), Raise('p'), Wait('c'),
      Acquire('c'), Read('c', 0, "xxxx" + kOld4)},
     "lost-host-write: vmo \"frames\"[4, 8): 'producer: write [0, 8)', then "
     "'consumer: read [0, 8)'; missing: ReleaseWrites by producer\n"},
    {"PartialSliceReleasedFixed",
     {Write('p', 0, 8, 'x'), Release('p', 0, 4), Release('p', 4, 4), Raise('p'),
      Wait('c'), Acquire('c'), Read('c', 0, "xxxxxxxx")},
     ""},

    {"WrongSliceAcquired",
     {Write('p', 0, 8, 'x'), Release('p'), Raise('p'), Wait('c'),
      Acquire('c', 8, 8), Read('c', 0, kOld8)},
     "stale-host-read: vmo \"frames\"[0, 8): 'producer: write [0, 8)', then "
     "'consumer: read [0, 8)'; missing: AcquireWrites by consumer\n"},
    {"WrongSliceAcquiredFixed",
     {Write('p', 0, 8, 'x'), Release('p'), Raise('p'), Wait('c'),
      Acquire('c', 0, 8), Read('c', 0, "xxxxxxxx")},
     ""},

    {"SignalThatOrdersNothing",
     {Write('p', 0, 4, 'x'), Raise('p'), Wait('c'), Read('c', 0, kOld4)},
     "lost-host-write: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: ReleaseWrites by producer\n"},
    {"SignalThatOrdersNothingFixed",
     {Write('p', 0, 4, 'x'), RaiseOrders('p'), WaitOrders('c'),
      Read('c', 0, "xxxx")},
     ""},

    {"WriteAfterTheOrderingSignal",
     {RaiseOrders('p'), Write('p', 0, 4, 'x'), WaitOrders('c'),
      Read('c', 0, kOld4)},
     "lost-host-write: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: read [0, 4)'; missing: ReleaseWrites by producer\n"},
    {"WriteAfterTheOrderingSignalFixed",
     {Write('p', 0, 4, 'x'), RaiseOrders('p'), WaitOrders('c'),
      Read('c', 0, "xxxx"), RaiseOrders('c'), WaitOrders('p'),
      Write('p', 0, 4, 'y'), RaiseOrders('p'), WaitOrders('c'),
      Read('c', 0, "yyyy")},
     ""},

    // The last read gives the producer's bytes, though the consumer wrote last.
    {"TwoWriters",
     {Write('p', 0, 4, 'x'), Write('c', 0, 4, 'y'), Release('c'), Release('p'),
      Acquire('c'), Read('c', 0, "xxxx")},
     "atom-clobber: vmo \"frames\"[0, 4): 'producer: write [0, 4)', then "
     "'consumer: write [0, 4)'; missing: ReleaseWrites by producer\n"},
    {"TwoWritersFixed",
     {Write('p', 0, 4, 'x'), Release('p'), Raise('p'), Wait('c'), Acquire('c'),
      Write('c', 0, 4, 'y'), Release('c'), Raise('c'), Wait('p'), Acquire('p'),
      Read('p', 0, "yyyy"), Read('c', 0, "yyyy")},
     ""},
};

enum class Where { kOneProcess, kFork, kExec };

class VmoProgramTest
    : public testing::TestWithParam<std::tuple<Program, Where>> {
 protected:
  VmoProgramTest() : vmo_(MakeVmo()) {
    const Where where = std::get<Where>(GetParam());
    if (where == Where::kOneProcess) {
      here_.emplace_back(new LocalVmoParty(vmo_, "producer"));
      here_.emplace_back(new LocalVmoParty(vmo_, "consumer"));
      return;
    }
    child_ = where == Where::kFork ? VmoProcess::Fork(vmo_, "consumer")
                                   : VmoProcess::Exec(vmo_, "consumer");
    here_.emplace_back(new LocalVmoParty(vmo_, "producer"));
  }

  VmoParty& PartyOf(char name) {
    if (name == 'p') return *here_[0];
    return child_ ? child_->party() : *here_[1];
  }

 private:
  static Vmo MakeVmo() {
    VmoOptions options;
    options.size = kSize;
    options.name = "frames";
    return *Vmo::Create(options);
  }

  Vmo vmo_;
  std::unique_ptr<VmoProcess> child_;
  std::vector<std::unique_ptr<VmoParty>> here_;
};

TEST_P(VmoProgramTest, ReadsAndFindsWhatItSays) {
  const Program& program = std::get<Program>(GetParam());
  for (const Turn& turn : program.turns) {
    ASSERT_EQ(PartyOf(turn.party).Do(turn.step), turn.answer);
  }
  for (const char name : {'p', 'c'}) {
    EXPECT_EQ(PartyOf(name).Do({Call::kFindings}), program.findings);
    EXPECT_EQ(PartyOf(name).Do({Call::kOwnFindings}), program.findings);
  }
}

std::string NameOf(
    const testing::TestParamInfo<std::tuple<Program, Where>>& info) {
  static constexpr const char* kWhere[] = {"InOneProcess", "OverFork",
                                           "OverExec"};
  return std::get<Program>(info.param).name +
         kWhere[static_cast<int>(std::get<Where>(info.param))];
}

INSTANTIATE_TEST_SUITE_P(Vmo, VmoProgramTest,
                         testing::Combine(testing::ValuesIn(kPrograms),
                                          testing::Values(Where::kOneProcess,
                                                          Where::kFork,
                                                          Where::kExec)),
                         NameOf);

}  // namespace
}  // namespace incoherent
