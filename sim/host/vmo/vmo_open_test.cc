// Vmo::Create and Vmo::Open: what is a Vmo, and what is refused in one line.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "sim/host/vmo/vmo_header.h"
#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using absl::StatusCode;
using testing::Each;
using testing::IsEmpty;

TEST(VmoCreateTest, SizesFromOneToTheLargestAreTaken) {
  for (const uint64_t size :
       {uint64_t{1}, uint64_t{4096}, uint64_t{4097}, kVmoMaxSize}) {
    VmoOptions options;
    options.size = size;
    const auto vmo = Vmo::Create(options);
    ASSERT_TRUE(vmo.ok()) << vmo.status();
    EXPECT_EQ(vmo->size(), size);
  }
}

TEST(VmoCreateTest, OtherSizesAreRefused) {
  VmoOptions options;
  EXPECT_THAT(Vmo::Create(options).status(),
              IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: "));
  options.size = kVmoMaxSize + 1;
  EXPECT_THAT(Vmo::Create(options).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
}

TEST(VmoOpenTest, TheSameMemoryHasTheSameNameSizeAndOptions) {
  VmoOptions options;
  options.size = 64;
  options.name = "frames";
  options.resizable = true;
  const Vmo vmo = *Vmo::Create(options);
  const auto again = Vmo::Open(vmo.fd());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->name(), "frames");
  EXPECT_EQ(again->size(), 64u);
  EXPECT_TRUE(again->resizable());
}

TEST(VmoOpenTest, TheCallersDescriptorStaysTheCallers) {
  absl::optional<Vmo> vmo = MakeVmo(64);
  const int fd = dup(vmo->fd());
  const auto again = Vmo::Open(fd);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_NE(again->fd(), fd);
  EXPECT_EQ(close(fd), 0);
  vmo.reset();
  EXPECT_THAT(ReadBytes(MapAs(*again, "reader"), 0, 64), Each(0));
}

TEST(VmoOpenTest, WhatIsNoMemoryFileIsRefused) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const int null = open("/dev/null", O_RDWR);
  for (const int fd : {-1, 1 << 20, pipe_ends[0], null}) {
    EXPECT_THAT(Vmo::Open(fd).status(),
                IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_WRONG_TYPE: "));
  }
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  close(null);
}

TEST(VmoOpenTest, ADescriptorThatMayNotWriteIsDenied) {
  const Vmo vmo = MakeVmo(64);
  const int fd =
      open(absl::StrCat("/proc/self/fd/", vmo.fd()).c_str(), O_RDONLY);
  ASSERT_GE(fd, 0);
  EXPECT_THAT(Vmo::Open(fd).status(), IsRefusal(StatusCode::kPermissionDenied,
                                                "ZX_ERR_ACCESS_DENIED: "));
  close(fd);
}

// --- Files that are almost one.

// A Vmo with some operations in its log, as plain bytes.
std::string BytesOfAVmo() {
  const Vmo vmo = MakeVmo(64);
  Mapping mapping = MapAs(vmo, "writer");
  mapping.Write(TestBytes(8, 1));
  mapping.ReleaseWrites().IgnoreError();
  std::string bytes(lseek(vmo.fd(), 0, SEEK_END), 0);
  EXPECT_EQ(pread(vmo.fd(), &bytes[0], bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
  return bytes;
}

class MemoryFile {
 public:
  MemoryFile(const std::string& bytes, bool sealed)
      : fd_(memfd_create("almost", MFD_ALLOW_SEALING)) {
    EXPECT_EQ(write(fd_, bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
    if (sealed) {
      EXPECT_EQ(fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    }
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  absl::Status Open() const {
    return Vmo::Open(fd_, std::chrono::milliseconds(1)).status();
  }

 private:
  int fd_;
};

TEST(VmoOpenTest, ACopyOfAVmoIsAVmo) {
  EXPECT_EQ(MemoryFile(BytesOfAVmo(), /*sealed=*/true).Open(),
            absl::OkStatus());
}

TEST(VmoOpenTest, AFileThatMayShrinkIsRefused) {
  EXPECT_THAT(MemoryFile(BytesOfAVmo(), /*sealed=*/false).Open(),
              IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_WRONG_TYPE: "));
}

TEST(VmoOpenTest, ATruncatedFileIsRefusedAtEveryLength) {
  const std::string bytes = BytesOfAVmo();
  const size_t log = VmoLogOffset(64);
  for (size_t size = 0; size < log + 3 * sizeof(VmoLogEntry); size += 61) {
    const absl::Status status =
        MemoryFile(bytes.substr(0, size), /*sealed=*/true).Open();
    if (size < sizeof(VmoIdentity)) {
      EXPECT_THAT(status, IsRefusal(StatusCode::kInvalidArgument,
                                    "ZX_ERR_WRONG_TYPE: "));
    } else {
      EXPECT_THAT(status, IsRefusal(StatusCode::kDataLoss,
                                    "ZX_ERR_IO_DATA_INTEGRITY: "))
          << size;
    }
  }
}

template <typename Value>
std::string With(std::string bytes, size_t at, Value value) {
  bytes.replace(at, sizeof(value), reinterpret_cast<const char*>(&value),
                sizeof(value));
  return bytes;
}

struct Corruption {
  const char* name;
  size_t at;
  uint32_t value;
  StatusCode code;
  const char* message;
};

constexpr size_t EntryAt(size_t index) {
  return VmoLogOffset(64) + index * sizeof(VmoLogEntry);
}

const Corruption kCorruptions[] = {
    {"TheMagic", offsetof(VmoHeader, identity.magic), 7,
     StatusCode::kInvalidArgument, "ZX_ERR_WRONG_TYPE: "},
    {"AnotherVersion", offsetof(VmoHeader, identity.version), 2,
     StatusCode::kInvalidArgument, "ZX_ERR_WRONG_TYPE: "},
    {"AnotherEntrySize", offsetof(VmoHeader, identity.entry_size), 128,
     StatusCode::kInvalidArgument, "ZX_ERR_WRONG_TYPE: "},
    {"AnotherLock", offsetof(VmoHeader, identity.lock_size), 48,
     StatusCode::kInvalidArgument, "ZX_ERR_WRONG_TYPE: "},
    {"NoSize", offsetof(VmoHeader, identity.size), 0, StatusCode::kDataLoss,
     "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"TooLargeASize", offsetof(VmoHeader, identity.size) + 4, 1 << 20,
     StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"MoreEntriesThanTheFileHas", offsetof(VmoHeader, entries), 1 << 20,
     StatusCode::kDataLoss,
     "ZX_ERR_IO_DATA_INTEGRITY: vmo \"frames\": the log should have "},
    {"AHugeCountOfEntries", offsetof(VmoHeader, entries) + 4, ~0u,
     StatusCode::kDataLoss,
     "ZX_ERR_IO_DATA_INTEGRITY: vmo \"frames\": the log should have "},
    {"ALockOfAnotherKind",
     offsetof(VmoHeader, lock) + offsetof(pthread_mutex_t, __data.__kind), 0x20,
     StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"ALockThatNobodyGivesBack", offsetof(VmoHeader, lock), 0x3ffffff0,
     StatusCode::kDeadlineExceeded, "ZX_ERR_TIMED_OUT: "},
    {"AnEntryOfNoKind", EntryAt(1), 99, StatusCode::kDataLoss,
     "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"AnEntryOfNoParty", EntryAt(1) + offsetof(VmoLogEntry, party), 1,
     StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"AnEntryBeyondTheMapping", EntryAt(1) + offsetof(VmoLogEntry, size), 65,
     StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"AnEntryWhoseSumWraps", EntryAt(1) + offsetof(VmoLogEntry, offset) + 4,
     ~0u, StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"AMappingLargerThanTheVmo", EntryAt(0) + offsetof(VmoLogEntry, size), 65,
     StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"AMappingOfNothing", EntryAt(0) + offsetof(VmoLogEntry, size), 0,
     StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"AUseAfterDetach", EntryAt(1),
     static_cast<uint32_t>(VmoOperation::kDetach), StatusCode::kDataLoss,
     "ZX_ERR_IO_DATA_INTEGRITY: "},
    {"ARefusalForNoReason", EntryAt(2),
     static_cast<uint32_t>(VmoOperation::kRefused), StatusCode::kDataLoss,
     "ZX_ERR_IO_DATA_INTEGRITY: "},
};

class CorruptVmo : public testing::TestWithParam<Corruption> {};

TEST_P(CorruptVmo, IsRefusedInOneLine) {
  const std::string bytes =
      With(BytesOfAVmo(), GetParam().at, GetParam().value);
  EXPECT_THAT(MemoryFile(bytes, /*sealed=*/true).Open(),
              IsRefusal(GetParam().code, GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Vmo, CorruptVmo, testing::ValuesIn(kCorruptions),
                         [](const auto& info) { return info.param.name; });

TEST(VmoOpenTest, ALogThatIsSpoiledLaterIsToldFromThenOn) {
  const Vmo vmo = MakeVmo(64);
  Mapping mapping = MapAs(vmo, "writer");
  const Vmo other = *Vmo::Open(vmo.fd());
  mapping.Write(TestBytes(8, 1));
  const uint32_t no_kind = 99;
  ASSERT_EQ(pwrite(vmo.fd(), &no_kind, sizeof(no_kind), EntryAt(1)),
            static_cast<ssize_t>(sizeof(no_kind)));
  EXPECT_THAT(Mapping::CreateFromVmo(other, 64, kPermRead).status(),
              IsRefusal(StatusCode::kDataLoss, "ZX_ERR_IO_DATA_INTEGRITY: "));
  EXPECT_THAT(other.findings(), IsEmpty());
}

}  // namespace
}  // namespace incoherent
