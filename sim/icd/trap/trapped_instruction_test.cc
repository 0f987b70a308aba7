// What each kind of instruction is recorded as, with real faults.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <immintrin.h>
#include <sys/mman.h>

#include <cstring>
#include <vector>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kPage = TrappedRegion::kPage;

using TrappedInstructionTest = TrapFixture;

TEST_F(TrappedInstructionTest, LoadsOfEachSizeAreExactAndGetTheirValue) {
  GuardAll();
  EXPECT_EQ(Load<uint8_t>(3), Expected<uint8_t>(3));
  EXPECT_EQ(Load<uint16_t>(10), Expected<uint16_t>(10));
  EXPECT_EQ(Load<uint32_t>(4092), Expected<uint32_t>(4092));
  EXPECT_EQ(Load<uint64_t>(4096), Expected<uint64_t>(4096));
  EXPECT_THAT(Take(), ElementsAre(Reads(3, 1), Reads(10, 2), Reads(4092, 4),
                                  Reads(4096, 8)));
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(TrappedInstructionTest, StoresOfEachSizeAreExactAndArrive) {
  GuardAll();
  At<uint8_t>(0) = 0x11;
  At<uint16_t>(2) = 0x2222;
  At<uint32_t>(8188) = 0x33333333;
  At<uint64_t>(4096) = 0x4444444444444444;
  EXPECT_THAT(Take(), ElementsAre(Writes(0, 1), Writes(2, 2), Writes(8188, 4),
                                  Writes(4096, 8)));
  EXPECT_EQ(region_.alias()[0], 0x11);
  EXPECT_EQ(region_.alias()[3], 0x22);
  EXPECT_EQ(region_.alias()[8191], 0x33);
  EXPECT_EQ(region_.alias()[4103], 0x44);
}

TEST_F(TrappedInstructionTest, VectorsOf16Bytes) {
  GuardAll();
  __m128i value;
  const auto* from = reinterpret_cast<const __m128i*>(region_.view() + 40);
  asm volatile("movdqu %1, %0" : "=x"(value) : "m"(*from));
  auto* to = reinterpret_cast<__m128i*>(region_.view() + 100);
  asm volatile("movdqu %1, %0" : "=m"(*to) : "x"(value));
  EXPECT_THAT(Take(), ElementsAre(Reads(40, 16), Writes(100, 16)));
  EXPECT_EQ(std::memcmp(region_.alias() + 40, region_.alias() + 100, 16), 0);
}

__attribute__((target("avx2"))) void CopyVector32(const uint8_t* from,
                                                  uint8_t* to) {
  _mm256_storeu_si256(
      reinterpret_cast<__m256i*>(to),
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

TEST_F(TrappedInstructionTest, VectorsOf32Bytes) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2";
  GuardAll();
  uint8_t bytes[32];
  CopyVector32(region_.view() + 4080, bytes);
  CopyVector32(bytes, region_.view() + 200);
  EXPECT_THAT(Take(), ElementsAre(Reads(4080, 32), Writes(200, 32)));
  EXPECT_EQ(bytes[31], TrappedRegion::Pattern(4111));
}

__attribute__((target("avx2"))) void MaskedVectors(uint8_t* bytes) {
  const __m256i middle = _mm256_setr_epi32(0, 0, -1, 0, -1, -1, 0, 0);
  const __m256i loaded =
      _mm256_maskload_epi32(reinterpret_cast<int*>(bytes), middle);
  _mm256_maskstore_epi32(reinterpret_cast<int*>(bytes + 64), middle, loaded);
}

TEST_F(TrappedInstructionTest, AvxMasksCountWithTheirLanes) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2";
  GuardAll();
  MaskedVectors(region_.view() + 128);
  EXPECT_THAT(Take(), ElementsAre(Reads(136, 16), Writes(200, 16)));
}

// Without AVX-512 the compiler keeps nothing in k1.
void LoadMasked(const uint8_t* bytes, uint32_t mask) {
  asm volatile(
      "kmovd %1, %%k1\n"
      "vmovdqu8 (%0), %%ymm0%{%%k1%}%{z%}\n" ::"r"(bytes),
      "r"(mask)
      : "memory", "xmm0");
}

int AddBroadcast(const uint8_t* bytes) {
  int sums[16] = {};
  asm volatile(
      "vpxord %%zmm0, %%zmm0, %%zmm0\n"
      "vpaddd (%0)%{1to16%}, %%zmm0, %%zmm0\n"
      "vmovdqu32 %%zmm0, (%1)\n"
      "vzeroupper\n" ::"r"(bytes),
      "r"(sums)
      : "memory", "xmm0");
  return sums[15];
}

TEST_F(TrappedInstructionTest, Avx512MasksAndBroadcastsCountWithTheirLanes) {
  if (!__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl")) {
    GTEST_SKIP() << "no AVX-512";
  }
  GuardAll();
  LoadMasked(region_.view() + 64, 0x0000'0ff0);
  EXPECT_EQ(AddBroadcast(region_.view() + 256), Expected<int>(256));
  EXPECT_THAT(Take(), ElementsAre(Reads(68, 8), Reads(256, 4)));
}

void GatherPages(const uint8_t* bytes, int (&values)[8]) {
  const int at[8] = {0, 4096, 8192, 12288, 16384, 20480, 24576, 28672};
  asm volatile(
      "vpcmpeqd %%ymm1, %%ymm1, %%ymm1\n"
      "vmovdqu (%1), %%ymm2\n"
      "vpgatherdd %%ymm1, (%0,%%ymm2,1), %%ymm0\n"
      "vmovdqu %%ymm0, (%2)\n"
      "vzeroupper\n" ::"r"(bytes),
      "r"(at), "r"(values)
      : "memory", "xmm0", "xmm1", "xmm2");
}

TEST_F(TrappedInstructionTest, AGatherIsSeenOnEachPage) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2";
  GuardAll();
  int values[8];
  GatherPages(region_.view(), values);
  const std::vector<TrappedAccess> seen = Take();
  EXPECT_EQ(seen.size(), 8u);
  for (const TrappedAccess& access : seen) {
    EXPECT_EQ(access.offset % kPage, 0u);
    EXPECT_TRUE(access.is_read && access.is_guilty);
  }
  EXPECT_EQ(values[7], static_cast<int>(Expected<uint32_t>(28672)));
  EXPECT_FALSE(region_.IsOpen(7));
}

TEST_F(TrappedInstructionTest, ReadModifyWriteIsBoth) {
  GuardAll();
  At<uint32_t>(12) += 5;
  EXPECT_THAT(Take(), ::testing::Contains(Writes(12, 4)));
  auto* word = reinterpret_cast<uint64_t*>(region_.view() + 64);
  asm volatile("addq $1, %0" : "+m"(*word));
  __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
  uint64_t old = Expected<uint64_t>(64) + 2;
  EXPECT_TRUE(__atomic_compare_exchange_n(word, &old, 9, false,
                                          __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
  EXPECT_THAT(Take(),
              ElementsAre(Modifies(64, 8), Modifies(64, 8), Modifies(64, 8)));
  EXPECT_EQ(region_.alias()[64], 9);
}

TEST_F(TrappedInstructionTest, OperandsByBaseIndexAndDisplacement) {
  GuardAll();
  uint8_t value = 0;
  asm volatile("movb -3(%1,%2,4), %0"
               : "=r"(value)
               : "r"(region_.view() + 100), "r"(int64_t{-5}));
  EXPECT_THAT(Take(), ElementsAre(Reads(77, 1)));
  EXPECT_EQ(value, TrappedRegion::Pattern(77));
}

TEST_F(TrappedInstructionTest, BitStringsAreSeenWhereTheyFault) {
  GuardAll();
  asm volatile("btsq %1, (%0)" ::"r"(region_.view()), "r"(int64_t{8 * 4096})
               : "memory", "cc");
  const std::vector<TrappedAccess> seen = Take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].offset, 4096u);
}

TEST_F(TrappedInstructionTest, AnInstructionThatCallsThroughTheRegion) {
  static bool was_called = false;
  was_called = false;
  void (*function)() = [] { was_called = true; };
  std::memcpy(region_.alias() + 8, &function, sizeof(function));
  GuardAll();
  asm volatile("call *(%0)" ::"r"(region_.view() + 8)
               : "memory", "cc", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
                 "r10", "r11");
  EXPECT_TRUE(was_called);
  EXPECT_THAT(Take(), ElementsAre(Reads(8, 8)));
}

TEST_F(TrappedInstructionTest, RepMovsIsOneAccessAcrossPages) {
  GuardAll();
  std::vector<uint8_t> copy(3 * kPage);
  RepMovs(copy.data(), region_.view() + 100, copy.size());
  EXPECT_THAT(Take(), ElementsAre(Reads(100, 3 * kPage)));
  EXPECT_EQ(std::memcmp(copy.data(), region_.alias() + 100, copy.size()), 0);
  std::fill(copy.begin(), copy.end(), 0xee);
  RepMovs(region_.view() + 5, copy.data(), copy.size());
  EXPECT_THAT(Take(), ElementsAre(Writes(5, 3 * kPage)));
  EXPECT_EQ(std::memcmp(copy.data(), region_.alias() + 5, copy.size()), 0);
  EXPECT_EQ(region_.alias()[5 + 3 * kPage],
            TrappedRegion::Pattern(5 + 3 * kPage));
}

TEST_F(TrappedInstructionTest, RepStosBackwards) {
  GuardAll();
  void* to = region_.view() + 2 * kPage;
  uint64_t count = 700;
  asm volatile("std; rep stosq; cld"
               : "+D"(to), "+c"(count)
               : "a"(0x5a5a5a5a5a5a5a5a)
               : "memory");
  EXPECT_THAT(Take(), ElementsAre(Writes(2 * kPage - 699 * 8, 700 * 8)));
  EXPECT_EQ(region_.alias()[2 * kPage + 7], 0x5a);
  EXPECT_EQ(region_.alias()[2 * kPage - 699 * 8], 0x5a);
  EXPECT_EQ(region_.alias()[2 * kPage - 699 * 8 - 1],
            TrappedRegion::Pattern(2 * kPage - 699 * 8 - 1));
}

TEST_F(TrappedInstructionTest, RepCmpsEndsWhereTheBytesDiffer) {
  std::vector<uint8_t> other(region_.alias(), region_.alias() + 2 * kPage);
  other[5000] ^= 1;
  GuardAll();
  const uint8_t* a = region_.view();
  const uint8_t* b = other.data();
  uint64_t count = other.size();
  asm volatile("repe cmpsb" : "+S"(a), "+D"(b), "+c"(count)::"memory", "cc");
  EXPECT_EQ(a, region_.view() + 5001);
  EXPECT_THAT(Take(), ElementsAre(Reads(0, 5001)));
}

TEST_F(TrappedInstructionTest, RepScasFindsItsByte) {
  std::memset(region_.alias(), 1, kPage);
  region_.alias()[77] = 0;
  GuardAll();
  const uint8_t* at = region_.view() + 7;
  uint64_t count = ~uint64_t{0};
  asm volatile("repne scasb" : "+D"(at), "+c"(count) : "a"(0) : "memory", "cc");
  EXPECT_EQ(at, region_.view() + 78);
  EXPECT_THAT(Take(), ElementsAre(Reads(7, 71)));
}

TEST_F(TrappedInstructionTest, RepWithANarrowAddressIsSteppedElementByElement) {
  void* low = mmap(nullptr, kPage, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  ASSERT_NE(low, MAP_FAILED);
  {
    absl::StatusOr<AccessTrap> trap =
        AccessTrap::Watch({static_cast<uint8_t*>(low), kPage});
    ASSERT_TRUE(trap.ok());
    trap->Guard({{0, kPage}});
    void* to = low;
    uint64_t count = 300;
    asm volatile("addr32 rep stosb"
                 : "+D"(to), "+c"(count)
                 : "a"(7)
                 : "memory");
    EXPECT_THAT(trap->Take(), ElementsAre(Writes(0, 300)));
  }
  EXPECT_EQ(static_cast<uint8_t*>(low)[299], 7);
  EXPECT_EQ(static_cast<uint8_t*>(low)[300], 0);
  munmap(low, kPage);
}

TEST_F(TrappedInstructionTest, AStringInstructionIsClippedToTheRegion) {
  // Two neighbours, one watched.
  region_.trap() = *AccessTrap::Watch({region_.view() + kPage, kPage});
  region_.trap().Guard({{0, kPage}});
  std::vector<uint8_t> copy(3 * kPage);
  RepMovs(copy.data(), region_.view(), copy.size());
  EXPECT_THAT(Take(), ElementsAre(Reads(0, kPage)));
  EXPECT_EQ(std::memcmp(copy.data(), region_.alias(), copy.size()), 0);
}

TEST_F(TrappedInstructionTest, OneInstructionInTwoRegions) {
  TrappedRegion other(4);
  GuardAll();
  other.trap().Guard({{0, other.size()}});
  RepMovs(other.view() + 10, region_.view() + 4000, 500);
  EXPECT_THAT(Take(), ElementsAre(Reads(4000, 500)));
  EXPECT_THAT(other.trap().Take(), ElementsAre(Writes(10, 500)));
  void* to = other.view() + 4095;
  const void* from = region_.view() + 4095;
  asm volatile("movsw" : "+D"(to), "+S"(from)::"memory");
  EXPECT_THAT(Take(), ElementsAre(Reads(4095, 2)));
  EXPECT_THAT(other.trap().Take(), ElementsAre(Writes(4095, 2)));
  EXPECT_EQ(std::memcmp(other.alias() + 10, region_.alias() + 4000, 500), 0);
  EXPECT_EQ(other.alias()[4096], region_.alias()[4096]);
}

TEST_F(TrappedInstructionTest, OneStringAcrossTwoRegions) {
  // Neighbours; the second one's pages come to be touched on the way.
  absl::StatusOr<AccessTrap> second =
      AccessTrap::Watch({region_.view() + 4 * kPage, 4 * kPage});
  ASSERT_TRUE(second.ok());
  region_.trap() = *AccessTrap::Watch({region_.view(), 4 * kPage});
  region_.trap().Guard({{0, 4 * kPage}});
  second->Guard({{0, 4 * kPage}});
  std::vector<uint8_t> copy(4 * kPage);
  RepMovs(copy.data(), region_.view() + 2 * kPage, copy.size());
  EXPECT_THAT(Take(), ElementsAre(Reads(2 * kPage, 2 * kPage)));
  EXPECT_THAT(second->Take(), ElementsAre(Reads(0, 2 * kPage)));
  EXPECT_EQ(std::memcmp(copy.data(), region_.alias() + 2 * kPage, copy.size()),
            0);
}

TEST_F(TrappedInstructionTest, AMoveWithinOnePage) {
  GuardAll();
  RepMovs(region_.view() + 1000, region_.view() + 10, 40);
  EXPECT_THAT(Take(),
              ::testing::UnorderedElementsAre(Reads(10, 40), Writes(1000, 40)));
  EXPECT_EQ(std::memcmp(region_.alias() + 1000, region_.alias() + 10, 40), 0);
  RepMovs(region_.view() + 2000, region_.view() + 2010, 100);  // they overlap
  EXPECT_THAT(Take(), ::testing::UnorderedElementsAre(Reads(2010, 100),
                                                      Writes(2000, 100)));
}

// The bytes that a list of accesses reads, hulls of overlapping ones merged.
std::vector<bool> BytesRead(const std::vector<TrappedAccess>& accesses,
                            uint64_t size) {
  std::vector<bool> read(size);
  for (const TrappedAccess& access : accesses) {
    for (uint64_t i = 0; i < access.size && access.is_read; ++i) {
      read[access.offset + i] = true;
    }
  }
  return read;
}

TEST_F(TrappedInstructionTest, LibraryCopiesReadExactlyTheirRange) {
  for (const uint64_t size :
       {1,   2,   3,   5,   8,   13,   31,   32,   33,   64,
        100, 127, 255, 256, 600, 1500, 2047, 4096, 5000, 12000}) {
    GuardAll();
    std::vector<uint8_t> copy(size);
    void* (*volatile copy_bytes)(void*, const void*, size_t) = std::memcpy;
    copy_bytes(copy.data(), region_.view() + 4001, size);
    EXPECT_EQ(std::memcmp(copy.data(), region_.alias() + 4001, size), 0);
    const std::vector<TrappedAccess> seen = Take();
    std::vector<bool> expected(region_.size());
    std::fill_n(expected.begin() + 4001, size, true);
    // Beyond the patience nothing is seen.
    if (seen.size() < AccessTrap::kGuiltyPatience) {
      EXPECT_EQ(BytesRead(seen, region_.size()), expected) << size;
    } else {
      EXPECT_TRUE(seen.back().gave_up);
    }
  }
}

TEST_F(TrappedInstructionTest, LibraryComparisonsStayInTheirRange) {
  for (const uint64_t size : {1,  2,  3,  4,  7,  8,   15,  16,  17,  31,
                              32, 33, 63, 64, 65, 127, 128, 200, 256, 1000}) {
    GuardAll();
    std::vector<uint8_t> copy(region_.alias() + 96,
                              region_.alias() + 96 + size);
    int (*volatile compare)(const void*, const void*, size_t) = std::memcmp;
    EXPECT_EQ(compare(copy.data(), region_.view() + 96, size), 0);
    const std::vector<bool> read = BytesRead(Take(), region_.size());
    std::vector<bool> expected(region_.size());
    std::fill_n(expected.begin() + 96, size, true);
    EXPECT_EQ(read, expected) << size;
  }
}

}  // namespace
}  // namespace incoherent
