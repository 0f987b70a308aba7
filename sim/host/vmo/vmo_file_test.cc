// VmoFile: the log grows, and a process that dies in the middle loses its own
// unfinished entry and nothing else.

#include "sim/host/vmo/vmo_file.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr std::chrono::milliseconds kTimeout{10000};

std::unique_ptr<VmoFile> MakeFile() {
  VmoIdentity identity;
  identity.size = 64;
  identity.name = ToVmoName("frames");
  return *VmoFile::Create(identity, kTimeout);
}

VmoLogEntry EntryOfSize(uint64_t size) {
  return VmoLogEntry::Of(VmoOperation::kWrite, {0, size});
}

void Append(VmoFile& file, uint64_t size) {
  ASSERT_TRUE(file.Lock().ok());
  ASSERT_TRUE(file.Prepare(EntryOfSize(size)).ok());
  file.Commit();
  file.Unlock();
}

uint64_t CountOf(VmoFile& file) {
  EXPECT_TRUE(file.Lock().ok());
  const auto count = file.EntryCount();
  file.Unlock();
  EXPECT_TRUE(count.ok()) << count.status();
  return count.value_or(0);
}

// A child that does something and is killed in it.
void KillIn(const std::function<void()>& doing) {
  const pid_t child = fork();
  if (child == 0) {
    doing();
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(VmoFileTest, KeepsEveryEntryHoweverManyThereAre) {
  const auto file = MakeFile();
  for (uint64_t size = 0; size < 5000; ++size) Append(*file, size);
  ASSERT_EQ(CountOf(*file), 5000u);
  std::vector<VmoLogEntry> entries(5000);
  ASSERT_TRUE(file->ReadEntries(0, absl::MakeSpan(entries)).ok());
  for (uint64_t size = 0; size < 5000; ++size) {
    ASSERT_EQ(entries[size].size, size);
  }
}

TEST(VmoFileTest, AnEntryCountsOnlyOnceItIsCommitted) {
  const auto file = MakeFile();
  ASSERT_TRUE(file->Lock().ok());
  ASSERT_TRUE(file->Prepare(EntryOfSize(1)).ok());
  EXPECT_EQ(*file->EntryCount(), 0u);
  file->Commit();
  EXPECT_EQ(*file->EntryCount(), 1u);
  file->Unlock();
}

TEST(VmoFileTest, WhoDiesWithTheLockLosesItsUnfinishedEntry) {
  const auto file = MakeFile();
  Append(*file, 1);
  KillIn([&file] {
    Append(*file, 2);
    file->Lock().IgnoreError();
    file->Prepare(EntryOfSize(3)).IgnoreError();
  });
  Append(*file, 4);
  ASSERT_EQ(CountOf(*file), 3u);
  std::vector<VmoLogEntry> entries(3);
  ASSERT_TRUE(file->ReadEntries(0, absl::MakeSpan(entries)).ok());
  EXPECT_EQ(entries[0].size, 1u);
  EXPECT_EQ(entries[1].size, 2u);
  EXPECT_EQ(entries[2].size, 4u);
}

TEST(VmoFileTest, TheLockSurvivesOneDeathAfterAnother) {
  const auto file = MakeFile();
  for (int death = 0; death < 5; ++death) {
    KillIn([&file] { file->Lock().IgnoreError(); });
    Append(*file, 1);
  }
  EXPECT_EQ(CountOf(*file), 5u);
}

// In a process that may not make files larger than this one is.
bool TheLogIsFullAndKeepsWhatItHas(VmoFile& file) {
  signal(SIGXFSZ, SIG_IGN);
  const auto size = static_cast<rlim_t>(lseek(file.fd(), 0, SEEK_END));
  const rlimit limit = {size, size};
  setrlimit(RLIMIT_FSIZE, &limit);
  const uint64_t room =
      (size - VmoLogOffset(file.size())) / sizeof(VmoLogEntry);
  for (uint64_t entry = 0; entry < room; ++entry) Append(file, 1);
  file.Lock().IgnoreError();
  const absl::Status full = file.Prepare(EntryOfSize(1));
  file.Unlock();
  return full.code() == absl::StatusCode::kResourceExhausted &&
         CountOf(file) == room;
}

TEST(VmoFileTest, ALogThatCannotGrowRefusesTheNextEntry) {
  const auto file = MakeFile();
  const pid_t child = fork();
  if (child == 0) _exit(TheLogIsFullAndKeepsWhatItHas(*file) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  Append(*file, 1);
}

TEST(VmoFileTest, WhoHoldsTheLockForeverIsTold) {
  VmoIdentity identity;
  identity.size = 64;
  const auto file = *VmoFile::Create(identity, std::chrono::milliseconds(1));
  ASSERT_TRUE(file->Lock().ok());
  const pid_t child = fork();
  if (child == 0) {
    _exit(file->Lock().code() == absl::StatusCode::kDeadlineExceeded ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  file->Unlock();
}

}  // namespace
}  // namespace incoherent
