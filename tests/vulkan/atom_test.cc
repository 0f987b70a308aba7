// How far a flush reaches: atoms, and nothing else.

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

// Which atoms arrive is told by the atom size alone.
class AtomTest : public VulkanTest,
                 public ::testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Profiles, AtomTest,
                         ::testing::Values("arm-mali-g78", "strict",
                                           "broadcom-stb-vc6-620",
                                           "qcom-adreno-618"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST_P(AtomTest, UploadOfFreshMemoryArrives) {
  VulkanApp app(WithProfile(GetParam()));
  AppMemory m(app, kSize);
  app.DeviceWrite(m, 0, kOld);
  Write(m.Map(), kNew);
  m.Flush(0, kSize);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_P(AtomTest, PartialFlushEndsAtTheAtomBorder) {
  VulkanApp app(WithProfile(GetParam()));
  const VkDeviceSize atom = app.atom();
  for (const auto& [first, count] :
       std::vector<std::pair<VkDeviceSize, VkDeviceSize>>{
           {0, 1}, {1, 1}, {2, 3}, {5, 1}}) {
    AppMemory m(app, kSize);
    Write(MapInStep(app, m, kOld), kNew);
    m.Flush(first * atom, count * atom);
    EXPECT_EQ(
        app.DeviceBytes(m),
        Patched(kOld, first * atom, Slice(kNew, first * atom, count * atom)));
  }
}

TEST_P(AtomTest, ByteTakesItsWholeAtomAlong) {
  VulkanApp app(WithProfile(GetParam()));
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);  // the host does not look
  p[2 * atom] = 0x5a;
  m.Flush(0, VK_WHOLE_SIZE);
  Bytes clobbered = Slice(kOld, 2 * atom, atom);
  clobbered[0] = 0x5a;
  EXPECT_THAT(app.DeviceBytes(m),
              SameBytes(Patched(kNew, 2 * atom, clobbered)));
}

TEST_P(AtomTest, TailAtomEndsWithTheMemory) {
  VulkanApp app(WithProfile(GetParam()));
  constexpr VkDeviceSize kOddSize = 1000;
  AppMemory m(app, kOddSize);
  Write(MapInStep(app, m, Slice(kOld, 0, kOddSize)), Slice(kNew, 0, kOddSize));
  const VkDeviceSize tail = 3 * 256;
  m.Flush(tail, kOddSize - tail);
  EXPECT_THAT(app.DeviceBytes(m),
              SameBytes(Patched(Slice(kOld, 0, kOddSize), tail,
                                Slice(kNew, tail, kOddSize - tail))));
}

TEST_P(AtomTest, MemorySmallerThanAnAtom) {
  VulkanApp app(WithProfile(GetParam()));
  for (VkDeviceSize size : {1, 4, 12, 60}) {
    AppMemory m(app, size);
    uint8_t* p = m.Map();
    Write(p, Numbered(size, 3));
    m.Flush(0, size);
    EXPECT_THAT(app.DeviceBytes(m), SameBytes(Numbered(size, 3)));
    Write(p, Numbered(size, 4));
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app.DeviceBytes(m), SameBytes(Numbered(size, 4)));
  }
}

class WriteBackTest : public VulkanTest {
 protected:
  static IcdEnvironment ByteWise() {
    ProfileFile profile;
    profile.write_back = "byte";
    return WithProfile(profile.Save("byte_wise"));
  }
};

TEST_F(WriteBackTest, ByteWiseSparesTheNeighbours) {
  VulkanApp app(ByteWise());
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);
  p[128] = static_cast<uint8_t>(~kOld[128]);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(Patched(kNew, 128, {p[128]})));
}

TEST_F(WriteBackTest, ByteWiseUploadOfFreshMemoryArrives) {
  VulkanApp app(ByteWise());
  AppMemory m(app, kSize);
  app.Run([&](Commands& rec) { rec.Fill(m, 0, kSize, 0xaa); });
  std::memset(m.Map(), 0, kSize);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(Filled(kSize, 0)));
}

// What the device wrote to other atoms survives any flush.
TEST_F(WriteBackTest, CleanAtomsAreLeftAlone) {
  VulkanApp app;
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p + 3 * atom, Slice(kNew, 3 * atom, atom));
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, 3 * atom, 0xd1);
    rec.Fill(m, 4 * atom, kSize - 4 * atom, 0xd2);
    rec.BarrierToHost();
  });
  m.Flush(0, VK_WHOLE_SIZE);
  Bytes expected = Filled(kSize, 0xd2);
  expected = Patched(expected, 0, Filled(3 * atom, 0xd1));
  EXPECT_THAT(
      app.DeviceBytes(m),
      SameBytes(Patched(expected, 3 * atom, Slice(kNew, 3 * atom, atom))));
}

}  // namespace
}  // namespace incoherent
