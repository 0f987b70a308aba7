// Below Khronos' validation layer: a correct program is silent there, too, and
// the layer now sees the rules that matter only to memory that is not coherent.

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr char kLayer[] = "VK_LAYER_KHRONOS_validation";
constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

bool IsInstalled() {
  uint32_t count = 0;
  vkEnumerateInstanceLayerProperties(&count, nullptr);
  std::vector<VkLayerProperties> layers(count);
  vkEnumerateInstanceLayerProperties(&count, layers.data());
  return std::any_of(layers.begin(), layers.end(),
                     [](const VkLayerProperties& layer) {
                       return std::strcmp(layer.layerName, kLayer) == 0;
                     });
}

class ValidationLayerTest : public VulkanTest {
 protected:
  void SetUp() override {
    VulkanTest::SetUp();
    if (!IsInstalled()) GTEST_SKIP() << "no " << kLayer;
    // It tells its messages there.
    ::testing::internal::CaptureStdout();
    captured_ = true;
  }
  void TearDown() override {
    if (captured_) LayersMessages();
    VulkanTest::TearDown();
  }

  static IcdEnvironment Validated(const std::string& profile) {
    IcdEnvironment environment = WithProfile(profile);
    environment.layers = kLayer;
    return environment;
  }

  std::string LayersMessages() {
    captured_ = false;
    return ::testing::internal::GetCapturedStdout();
  }

 private:
  bool captured_ = false;
};

TEST_F(ValidationLayerTest, CorrectProgramIsSilent) {
  for (const char* profile : {"strict", "arm-mali-g78", "nvidia-rtx-4090"}) {
    VulkanApp app(Validated(profile));
    AppMemory m(app, kSize);
    uint8_t* p = MapInStep(app, m, kOld);
    EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
    Write(p, kNew);
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
    m.Unmap();
  }
  EXPECT_EQ(LayersMessages(), "");
}

TEST_F(ValidationLayerTest, MissingFlushIsStillLost) {
  VulkanApp app(Validated("strict"));
  AppMemory m(app, kSize);
  Write(MapInStep(app, m, kOld), kNew);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kOld));
}

TEST_F(ValidationLayerTest, BothTellOfAMisalignedFlush) {
  VulkanApp app(Validated("strict"));
  AppMemory m(app, kSize);
  m.Map();
  const VkMappedMemoryRange range = m.Range(64, 256);
  vkFlushMappedMemoryRanges(app.device(), 1, &range);
  constexpr char kRule[] = "VUID-VkMappedMemoryRange-offset-00687";
  EXPECT_THAT(LayersMessages(), ::testing::HasSubstr(kRule));
  EXPECT_THAT(Findings(), ::testing::ElementsAre(
                              Reports("vkFlushMappedMemoryRanges", kRule)));
}

}  // namespace
}  // namespace incoherent
