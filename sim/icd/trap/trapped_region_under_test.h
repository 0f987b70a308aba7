#ifndef INCOHERENT_SIM_ICD_TRAP_TRAPPED_REGION_UNDER_TEST_H_
#define INCOHERENT_SIM_ICD_TRAP_TRAPPED_REGION_UNDER_TEST_H_

// What the tests of the trap share.
//
// TrappedRegion: pages that are mapped twice, as the ICD maps a memory object;
// a trap watches the first mapping, the second one is always open.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <ostream>
#include <vector>

#include "sim/icd/trap/access_trap.h"

namespace incoherent {

inline void PrintTo(const TrappedAccess& access, std::ostream* out) {
  *out << "[" << access.offset << ", " << access.offset + access.size << ")"
       << (access.is_read ? " read" : "") << (access.is_write ? " write" : "")
       << (access.is_guilty ? " guilty" : "")
       << (access.gave_up ? " gave up" : "");
}

MATCHER_P2(Reads, offset, size, "") {
  return arg.offset == static_cast<uint64_t>(offset) &&
         arg.size == static_cast<uint64_t>(size) && arg.is_read &&
         !arg.is_write;
}
MATCHER_P2(Writes, offset, size, "") {
  return arg.offset == static_cast<uint64_t>(offset) &&
         arg.size == static_cast<uint64_t>(size) && !arg.is_read &&
         arg.is_write;
}
MATCHER_P2(Modifies, offset, size, "") {
  return arg.offset == static_cast<uint64_t>(offset) &&
         arg.size == static_cast<uint64_t>(size) && arg.is_read && arg.is_write;
}

class TrappedRegion {
 public:
  static constexpr uint64_t kPage = 4096;

  explicit TrappedRegion(uint64_t pages) : size_(pages * kPage) {
    const int file = memfd_create("trapped", MFD_CLOEXEC);
    INCOHERENT_CHECK(file >= 0 && ftruncate(file, size_) == 0, "memfd");
    view_ = Map(file);
    alias_ = Map(file);
    close(file);
    for (uint64_t i = 0; i < size_; ++i) alias_[i] = Pattern(i);
    absl::StatusOr<AccessTrap> trap = AccessTrap::Watch({view_, size_});
    INCOHERENT_CHECK(trap.ok(), "the region is watched");
    trap_ = *std::move(trap);
  }
  ~TrappedRegion() {
    trap_ = AccessTrap();
    munmap(view_, size_);
    munmap(alias_, size_);
  }
  TrappedRegion(const TrappedRegion&) = delete;
  TrappedRegion& operator=(const TrappedRegion&) = delete;

  static uint8_t Pattern(uint64_t offset) {
    return static_cast<uint8_t>(offset * 7 + offset / kPage + 1);
  }

  uint64_t size() const { return size_; }
  AccessTrap& trap() { return trap_; }
  // Trapped, and not.
  uint8_t* view() const { return view_; }
  uint8_t* alias() const { return alias_; }

  // Whether the kernel may read the page, which raises no signal.
  bool IsOpen(uint64_t page) const {
    int ends[2];
    INCOHERENT_CHECK(pipe(ends) == 0, "pipe");
    const bool is_open = write(ends[1], view_ + page * kPage, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return is_open;
  }

 private:
  uint8_t* Map(int file) const {
    void* bytes =
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    INCOHERENT_CHECK(bytes != MAP_FAILED, "mmap");
    return static_cast<uint8_t*>(bytes);
  }

  uint64_t size_;
  uint8_t* view_;
  uint8_t* alias_;
  AccessTrap trap_;
};

// The instruction that large copies are made of.
inline void RepMovs(void* to, const void* from, uint64_t count) {
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
}

// The value of type T that a region holds at first.
template <typename T>
T Expected(uint64_t offset) {
  uint8_t bytes[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = TrappedRegion::Pattern(offset + i);
  }
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// Of eight pages, with the accesses that tests make.
class TrapFixture : public ::testing::Test {
 protected:
  TrapFixture() : region_(8) {}

  template <typename T>
  volatile T& At(uint64_t offset) {
    return *reinterpret_cast<volatile T*>(region_.view() + offset);
  }
  template <typename T>
  T Load(uint64_t offset) {
    return At<T>(offset);
  }
  void GuardAll() { region_.trap().Guard({{0, region_.size()}}); }
  std::vector<TrappedAccess> Take() { return region_.trap().Take(); }

  TrappedRegion region_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_TRAPPED_REGION_UNDER_TEST_H_
