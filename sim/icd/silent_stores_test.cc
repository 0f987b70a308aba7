#include "sim/icd/silent_stores.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "sim/icd/host_pages.h"
#include "sim/icd/write_watch.h"

namespace incoherent {
namespace {

constexpr uint64_t kAtom = 64;

// Two pages of zeros in a host view; the device has counted to 9 in atoms 0
// and 1 meanwhile.
class SilentStoresTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!WriteWatch::IsAvailable()) {
      GTEST_SKIP() << "the kernel has no PAGEMAP_SCAN or no UFFD_FEATURE_"
                      "WP_ASYNC (Linux 6.7)";
    }
    view_ = *HostPages::Noise(kSize);
    std::memset(view_.bytes().data(), 0, kSize);
    host_.emplace(HostView::Bytes{view_.bytes(), absl::MakeSpan(synced_),
                                  absl::MakeSpan(device_)},
                  AtomGrid(kAtom, kSize), WriteBack::kWholeAtom);
    watch_ = WriteWatch(view_.bytes());
    std::memset(device_.data(), 9, 2 * kAtom);
  }

  void HostStores(uint64_t offset, uint8_t value) {
    volatile uint8_t* byte = view_.bytes().data() + offset;
    *byte = value;
  }
  // What the kernel saw so far was the host.
  void Note(const ByteRange& range) {
    stores_.Note(*host_, watch_.TakeWritten(range));
  }
  void Invalidate(const ByteRange& range) {
    Note(range);
    host_->Invalidate(range);
    watch_.TakeWritten(range);  // our own stores
    stores_.Forget(*host_, range);
  }
  void Flush(const ByteRange& range) {
    Note(range);
    stores_.Mark(*host_, range);
    host_->Flush(range);
  }

  const uint64_t kSize = 2 * HostPages::PageSize();
  HostPages view_;
  std::vector<uint8_t> synced_ = std::vector<uint8_t>(kSize);
  std::vector<uint8_t> device_ = std::vector<uint8_t>(kSize);
  absl::optional<HostView> host_;
  WriteWatch watch_;
  SilentStores stores_;
};

TEST_F(SilentStoresTest, AFlushWithoutAStoreLeavesTheDevice) {
  Flush({0, kSize});
  EXPECT_EQ(device_[0], 9);
}

TEST_F(SilentStoresTest, ASilentStoreReachesTheDevice) {
  HostStores(0, 0);
  Flush({0, kAtom});
  EXPECT_EQ(device_[0], 0);
  EXPECT_EQ(device_[kAtom], 9) << "only what was flushed";
}

TEST_F(SilentStoresTest, WhatIsFlushedLaterOfThePageReachesItThen) {
  HostStores(kAtom, 0);
  Flush({2 * kAtom, kAtom});
  EXPECT_EQ(device_[kAtom], 9);
  Flush({kAtom, kAtom});
  EXPECT_EQ(device_[kAtom], 0);
}

TEST_F(SilentStoresTest, ServesOnce) {
  HostStores(0, 0);
  Flush({0, kAtom});
  device_[0] = 7;
  Flush({0, kAtom});
  EXPECT_EQ(device_[0], 7);
}

TEST_F(SilentStoresTest, AChangeExplainsTheWrite) {
  HostStores(8 * kAtom, 5);
  Flush({0, kSize});
  EXPECT_EQ(device_[8 * kAtom], 5);
  EXPECT_EQ(device_[0], 9) << "the device's newer bytes beside it stay";
  Flush({0, kSize});
  EXPECT_EQ(device_[0], 9);
}

TEST_F(SilentStoresTest, AFlushOfAllSparesWhatTheDeviceWroteBesideIt) {
  HostStores(8 * kAtom, 0);
  Flush({0, kSize});
  EXPECT_EQ(device_[0], 9);
}

TEST_F(SilentStoresTest, AFlushOfAllReachesAPageThatTheDeviceWroteAllOf) {
  std::memset(device_.data(), 9, kSize);
  HostStores(8 * kAtom, 0);
  Flush({0, kSize});
  EXPECT_EQ(device_[0], 0);
  EXPECT_EQ(device_[HostPages::PageSize()], 9);
}

TEST_F(SilentStoresTest, AWriteThatWasExplainedIsNotNoted) {
  HostStores(0, 5);
  Invalidate({0, kAtom});
  Flush({kAtom, kAtom});
  EXPECT_EQ(device_[kAtom], 9);
}

TEST_F(SilentStoresTest, OtherPagesAreNotTouched) {
  HostStores(HostPages::PageSize(), 0);
  Flush({0, kSize});
  EXPECT_EQ(device_[0], 9);
}

TEST_F(SilentStoresTest, AnInvalidateMakesUpForTheStore) {
  HostStores(0, 0);
  Invalidate({0, kAtom});
  device_[0] = 7;
  Flush({0, kAtom});
  EXPECT_EQ(device_[0], 7);
}

TEST_F(SilentStoresTest, AnInvalidateBesideItDoesNot) {
  HostStores(0, 0);
  Invalidate({kAtom, kAtom});
  Flush({0, kAtom});
  EXPECT_EQ(device_[0], 0);
}

}  // namespace
}  // namespace incoherent
