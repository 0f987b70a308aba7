// The rules of VkMappedMemoryRange, and what a call that breaks one does.

#include <string>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kFlush[] = "vkFlushMappedMemoryRanges";
constexpr char kInvalidate[] = "vkInvalidateMappedMemoryRanges";
constexpr char kNotMapped[] = "VUID-VkMappedMemoryRange-memory-00684";
constexpr char kOutside[] = "VUID-VkMappedMemoryRange-size-00685";
constexpr char kBeginsOutside[] = "VUID-VkMappedMemoryRange-size-00686";
constexpr char kOffset[] = "VUID-VkMappedMemoryRange-offset-00687";
constexpr char kMappingEnd[] = "VUID-VkMappedMemoryRange-size-01389";
constexpr char kSizeRule[] = "VUID-VkMappedMemoryRange-size-01390";

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

// Atoms of 64 bytes.
class MappedRangeTest : public VulkanTest {
 protected:
  MappedRangeTest() : app_(WithProfile("arm-mali-g78")), m_(app_, kSize) {}

  // A mapping of [offset, offset + size) of memory whose host bytes are all
  // new and whose device bytes are all old.
  void MapDirty(VkDeviceSize offset, VkDeviceSize size) {
    Write(MapInStep(app_, m_, kOld), kNew);
    m_.Unmap();
    m_.Map(offset, size);
  }

  // The device's bytes if only [offset, offset + size) was flushed.
  static Bytes OnlyNewIn(VkDeviceSize offset, VkDeviceSize size) {
    return Patched(kOld, offset, Slice(kNew, offset, size));
  }

  VulkanApp app_;
  AppMemory m_;
};

TEST_F(MappedRangeTest, FlushOfUnmappedMemoryDoesNothing) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Unmap();
  m_.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kNotMapped)));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, InvalidateOfUnmappedMemoryDoesNothing) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Unmap();
  m_.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kInvalidate, kNotMapped)));
  EXPECT_THAT(Read(m_.Map(), kSize), SameBytes(kNew));
}

TEST_F(MappedRangeTest, FlushOfMemoryThatWasNeverMapped) {
  app_.DeviceWrite(m_, 0, kOld);
  m_.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kNotMapped)));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, FlushOfUnmappedCoherentMemory) {
  AppMemory coherent(app_, kSize, MemoryKind::kCoherent);
  coherent.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kNotMapped)));
}

TEST_F(MappedRangeTest, RangeBeyondTheMapping) {
  MapDirty(0, 1024);
  m_.Flush(512, 1024);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOutside,
                                              "offset 0x200, size 0x400")));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(512, 512)));
}

TEST_F(MappedRangeTest, RangeBeforeTheMapping) {
  MapDirty(1024, 1024);
  m_.Flush(0, 64);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kFlush, kOutside, "[0x400, 0x800)")));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, RangeBeyondTheMemory) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(4032, 128);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOutside)));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(4032, 64)));
}

TEST_F(MappedRangeTest, RangeThatWrapsAround) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(2048, VK_WHOLE_SIZE - 2047);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOutside)));
  EXPECT_THAT(app_.DeviceBytes(m_, 0, 2048), SameBytes(Slice(kOld, 0, 2048)));
}

TEST_F(MappedRangeTest, OffsetFarOutside) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(VK_WHOLE_SIZE - 63, 64);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOutside)));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, WholeSizeFromBeforeTheMapping) {
  MapDirty(1024, VK_WHOLE_SIZE);
  m_.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kBeginsOutside,
                                              "offset 0x0, size "
                                              "VK_WHOLE_SIZE")));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(1024, 3072)));
}

TEST_F(MappedRangeTest, WholeSizeFromTheEndOfTheMapping) {
  MapDirty(0, 1024);
  m_.Flush(1024, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kBeginsOutside)));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, MisalignedOffset) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(32, 128);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kFlush, kOffset, "offset 0x20, size 0x80")));
  // Only the whole atom that was surely meant.
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(64, 64)));
}

TEST_F(MappedRangeTest, MisalignedOffsetOfAnInvalidate) {
  const uint8_t* p = MapInStep(app_, m_, kOld);
  app_.DeviceWrite(m_, 0, kNew);
  m_.Invalidate(1, 255);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kInvalidate, kOffset)));
  EXPECT_THAT(Read(p, kSize), SameBytes(OnlyNewIn(64, 192)));
}

TEST_F(MappedRangeTest, MisalignedOffsetInCoherentMemory) {
  AppMemory coherent(app_, kSize, MemoryKind::kCoherent);
  coherent.Map();
  coherent.Flush(1, 64);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOffset)));
}

TEST_F(MappedRangeTest, MisalignedSize) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(64, 100);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kSizeRule,
                                              "offset 0x40, size "
                                              "0x64")));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(64, 64)));
}

TEST_F(MappedRangeTest, SizeBelowAnAtomFlushesNothing) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(0, 4);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kSizeRule)));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, WholeSizeOfAMappingThatEndsOffTheGrid) {
  MapDirty(0, 1000);
  m_.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kMappingEnd, "0x3e8")));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(0, 960)));
}

TEST_F(MappedRangeTest, AMappingThatBeginsAndEndsOffTheGrid) {
  MapDirty(100, 1000);
  m_.Flush(128, 960);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(128, 960)));
}

TEST_F(MappedRangeTest, EmptyRangeIsAllowedAndDoesNothing) {
  MapDirty(0, VK_WHOLE_SIZE);
  m_.Flush(64, 0);
  m_.Invalidate(64, 0);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MappedRangeTest, WholeSizeMeansTheMapping) {
  MapDirty(1024, 1024);
  m_.Flush(1536, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(1536, 512)));
}

TEST_F(MappedRangeTest, OverlappingRangesInOneCall) {
  MapDirty(0, VK_WHOLE_SIZE);
  const VkMappedMemoryRange ranges[] = {m_.Range(0, 256), m_.Range(128, 256),
                                        m_.Range(0, 256)};
  Require(vkFlushMappedMemoryRanges(app_.device(), 3, ranges), kFlush);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(0, 384)));
}

TEST_F(MappedRangeTest, OneBadRangeDoesNotSpoilTheOthers) {
  MapDirty(0, VK_WHOLE_SIZE);
  const VkMappedMemoryRange ranges[] = {m_.Range(0, 64), m_.Range(130, 64),
                                        m_.Range(256, 64)};
  EXPECT_EQ(vkFlushMappedMemoryRanges(app_.device(), 3, ranges), VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOffset, "0x82")));
  Bytes expected = Patched(kOld, 0, Slice(kNew, 0, 64));
  expected = Patched(expected, 256, Slice(kNew, 256, 64));
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(expected));
}

// https://github.com/jgbit/vuda/issues/18: a multiple of the atom, *or* the end
// of the memory.
TEST_F(MappedRangeTest, MayEndWithTheMemoryInsteadOfAnAtom) {
  AppMemory odd(app_, 2000);
  uint8_t* p = MapInStep(app_, odd, Slice(kOld, 0, 2000));
  Write(p, Slice(kNew, 0, 2000));
  odd.Flush(0, 2000);
  EXPECT_THAT(app_.DeviceBytes(odd), SameBytes(Slice(kNew, 0, 2000)));
  app_.DeviceWrite(odd, 0, Slice(kOld, 0, 2000));
  odd.Invalidate(1984, 16);
  odd.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, 2000), SameBytes(Slice(kOld, 0, 2000)));
}

TEST_F(MappedRangeTest, AtomsAreCountedFromTheMemoryNotTheMapping) {
  MapDirty(32, VK_WHOLE_SIZE);
  m_.Flush(32, 64);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOffset)));
  m_.Flush(64, 64);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(OnlyNewIn(64, 64)));
}

TEST_F(MappedRangeTest, ALoopIsToldOnceAndTwoPlacesTwice) {
  m_.Map();
  for (int i = 0; i < 100; ++i) m_.Flush(1, 64);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOffset)));
  m_.Flush(1, 64);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOffset)));
}

TEST_F(MappedRangeTest, TheFindingNamesTheMemory) {
  m_.Map();
  m_.Flush(3, 64);
  const std::string type =
      std::to_string(app_.TypeOf(MemoryKind::kNonCoherent));
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kFlush, kOffset,
                                  ", type " + type + ", 0x1000 bytes)")));
}

// The same offsets under the larger atom.
TEST_F(MappedRangeTest, AtomsOf256Bytes) {
  VulkanApp app(WithProfile("strict"));
  AppMemory m(app, kSize);
  m.Map();
  m.Flush(64, 256);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kOffset, "(256)")));
  m.Flush(256, 64);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kSizeRule, "(256)")));
  m.Flush(256, 256);
  AppMemory odd(app, 2000);
  odd.Map();
  odd.Flush(0, 2000);
  EXPECT_THAT(Findings(), IsEmpty());
  odd.Flush(0, 1984);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kFlush, kSizeRule, "0x7c0")));
}

TEST_F(MappedRangeTest, AtomsOfOneByteAllowAnything) {
  VulkanApp app(WithProfile("qcom-adreno-618"));
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, kNew);
  m.Flush(3, 7);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(OnlyNewIn(3, 7)));
}

}  // namespace
}  // namespace incoherent
