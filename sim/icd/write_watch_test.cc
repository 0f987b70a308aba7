#include "sim/icd/write_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "sim/icd/host_pages.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WriteWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!WriteWatch::IsAvailable()) {
      GTEST_SKIP() << "the kernel has no PAGEMAP_SCAN or no UFFD_FEATURE_"
                      "WP_ASYNC (Linux 6.7)";
    }
    pages_ = *HostPages::Noise(kSize);
    watch_ = WriteWatch(pages_.bytes());
  }
  void Touch(uint64_t offset) {
    volatile uint8_t* byte = pages_.bytes().data() + offset;
    *byte = *byte;
  }

  const uint64_t kPage = HostPages::PageSize();
  const uint64_t kSize = 3000 * HostPages::PageSize() + 17;
  HostPages pages_;
  WriteWatch watch_;
};

TEST_F(WriteWatchTest, NothingIsWrittenAtFirst) {
  EXPECT_THAT(watch_.TakeWritten({0, kSize}), IsEmpty());
}

TEST_F(WriteWatchTest, ReadsDoNotCount) {
  std::vector<uint8_t> copy(kSize);
  std::memcpy(copy.data(), pages_.bytes().data(), kSize);
  EXPECT_THAT(watch_.TakeWritten({0, kSize}), IsEmpty());
}

TEST_F(WriteWatchTest, AStoreOfTheSameValueCounts) {
  Touch(5 * kPage + 1);
  EXPECT_THAT(watch_.TakeWritten({0, kSize}),
              ElementsAre(ByteRange{5 * kPage, kPage}));
}

TEST_F(WriteWatchTest, TakenPagesAreCleanAndSeenAgainWhenWrittenAgain) {
  Touch(0);
  Touch(kSize - 1);
  EXPECT_THAT(watch_.TakeWritten({kSize - 1, 1}),
              ElementsAre(ByteRange{3000 * kPage, kPage}));
  EXPECT_THAT(watch_.TakeWritten({kSize - 1, 1}), IsEmpty());
  EXPECT_THAT(watch_.TakeWritten({0, kSize}), ElementsAre(ByteRange{0, kPage}));
  Touch(0);
  EXPECT_THAT(watch_.TakeWritten({1, 1}), ElementsAre(ByteRange{0, kPage}));
}

TEST_F(WriteWatchTest, MoreRunsThanOneScanReturns) {
  for (uint64_t page = 0; page < 3000; page += 2) Touch(page * kPage);
  EXPECT_EQ(watch_.TakeWritten({0, kSize}).size(), 1500u);
  EXPECT_THAT(watch_.TakeWritten({0, kSize}), IsEmpty());
}

TEST_F(WriteWatchTest, WritesOfTheKernelCount) {
  const int zeros = open("/dev/zero", O_RDONLY);
  ASSERT_EQ(read(zeros, pages_.bytes().data() + 7 * kPage, 100), 100);
  close(zeros);
  EXPECT_THAT(watch_.TakeWritten({0, kSize}),
              ElementsAre(ByteRange{7 * kPage, kPage}));
}

TEST_F(WriteWatchTest, AnInertWatchSeesNothing) {
  Touch(0);
  EXPECT_THAT(WriteWatch().TakeWritten({0, kSize}), IsEmpty());
}

}  // namespace
}  // namespace incoherent
