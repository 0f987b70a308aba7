#include "sim/icd/imported_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <utility>

#include "sim/icd/host_pages.h"

namespace incoherent {
namespace {

using ::testing::HasSubstr;

// Pages of the application.
class ImportedPagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    pages_ =
        static_cast<uint8_t*>(mmap(nullptr, 8 * kPage, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(pages_, MAP_FAILED);
    std::memset(pages_, 1, 8 * kPage);
  }
  void TearDown() override { munmap(pages_, 8 * kPage); }

  ImportedPages Adopt(uint64_t first, uint64_t count) {
    absl::StatusOr<ImportedPages> adopted =
        ImportedPages::Adopt(pages_ + first * kPage, count * kPage, kPage);
    EXPECT_TRUE(adopted.ok()) << adopted.status();
    return *std::move(adopted);
  }

  const uint64_t kPage = HostPages::PageSize();
  uint8_t* pages_ = nullptr;
};

TEST_F(ImportedPagesTest, BeginWithTheApplicationsContents) {
  pages_[2 * kPage + 3] = 42;
  const ImportedPages import = Adopt(2, 3);
  ASSERT_EQ(import.device().size(), 3 * kPage);
  EXPECT_EQ(import.device()[3], 42);
  EXPECT_EQ(import.synced()[3], 42);
  EXPECT_EQ(import.device()[3 * kPage - 1], 1);
}

TEST_F(ImportedPagesTest, AreApartFromTheApplications) {
  const ImportedPages import = Adopt(0, 1);
  import.device()[0] = 9;
  EXPECT_EQ(pages_[0], 1);
  EXPECT_EQ(import.synced()[0], 1);
}

TEST_F(ImportedPagesTest, AreSharedByImportsThatMeet) {
  const ImportedPages low = Adopt(0, 4);
  low.device()[3 * kPage] = 7;
  pages_[3 * kPage] = 5;  // not flushed: no import changes the payload
  const ImportedPages high = Adopt(3, 4);
  EXPECT_EQ(high.device()[0], 7);
  EXPECT_EQ(high.synced()[0], 1);
  high.device()[1] = 8;
  EXPECT_EQ(low.device()[3 * kPage + 1], 8);
  const ImportedPages all = Adopt(0, 8);
  EXPECT_EQ(all.device()[3 * kPage + 1], 8);
  EXPECT_EQ(all.device()[7 * kPage], 1);
}

TEST_F(ImportedPagesTest, AreForgottenWithTheLastImport) {
  {
    const ImportedPages first = Adopt(0, 2);
    const ImportedPages second = Adopt(1, 2);
    first.device()[kPage] = 7;
  }
  EXPECT_EQ(Adopt(1, 1).device()[0], 1);
}

TEST_F(ImportedPagesTest, MovesLeaveNothingBehind) {
  ImportedPages import = Adopt(0, 1);
  ImportedPages other = std::move(import);
  EXPECT_EQ(other.device()[0], 1);
  import = ImportedPages();
  EXPECT_EQ(other.device()[0], 1);
}

TEST_F(ImportedPagesTest, AlignTheDevicesBytes) {
  const absl::StatusOr<ImportedPages> import =
      ImportedPages::Adopt(pages_, kPage, 65536);
  ASSERT_TRUE(import.ok());
  EXPECT_EQ(reinterpret_cast<uint64_t>(import->device().data()) % 65536, 0u);
}

TEST_F(ImportedPagesTest, RefuseWhatCannotBeRead) {
  ASSERT_EQ(mprotect(pages_ + kPage, kPage, PROT_NONE), 0);
  const absl::StatusOr<ImportedPages> import =
      ImportedPages::Adopt(pages_, 3 * kPage, kPage);
  EXPECT_THAT(std::string(import.status().message()),
              HasSubstr("cannot be read"));
  ASSERT_EQ(mprotect(pages_ + kPage, kPage, PROT_READ | PROT_WRITE), 0);
  EXPECT_EQ(Adopt(0, 3).device()[kPage], 1);
}

}  // namespace
}  // namespace incoherent
