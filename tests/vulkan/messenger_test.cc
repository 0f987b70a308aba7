// The application's own debug messengers hear of findings, through the stock
// loader.

#include <string>
#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kUnmapped[] = "VUID-vkUnmapMemory-memory-00689";

struct Heard {
  std::string name;
  std::string message;
  std::vector<uint64_t> objects;
};

VKAPI_ATTR VkBool32 VKAPI_CALL
Hear(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
     const VkDebugUtilsMessengerCallbackDataEXT* data, void* user_data) {
  Heard heard = {data->pMessageIdName == nullptr ? "" : data->pMessageIdName,
                 data->pMessage,
                 {}};
  for (uint32_t i = 0; i < data->objectCount; ++i) {
    heard.objects.push_back(data->pObjects[i].objectHandle);
  }
  static_cast<std::vector<Heard>*>(user_data)->push_back(heard);
  return VK_FALSE;
}

VkDebugUtilsMessengerCreateInfoEXT Listening(std::vector<Heard>& heard) {
  VkDebugUtilsMessengerCreateInfoEXT info = {};
  info.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
  info.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT |
                     VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
  info.pfnUserCallback = Hear;
  info.pUserData = &heard;
  return info;
}

DeviceRequest WithDebugUtils() {
  DeviceRequest request;
  request.instance_extensions = {VK_EXT_DEBUG_UTILS_EXTENSION_NAME};
  return request;
}

class MessengerTest : public VulkanTest {
 protected:
  template <typename Function>
  Function InstanceCommand(const VulkanApp& app, const char* name) {
    return reinterpret_cast<Function>(
        vkGetInstanceProcAddr(app.instance(), name));
  }
  VkDebugUtilsMessengerEXT Create(const VulkanApp& app) {
    const VkDebugUtilsMessengerCreateInfoEXT info = Listening(heard_);
    VkDebugUtilsMessengerEXT messenger = VK_NULL_HANDLE;
    EXPECT_EQ(InstanceCommand<PFN_vkCreateDebugUtilsMessengerEXT>(
                  app, "vkCreateDebugUtilsMessengerEXT")(app.instance(), &info,
                                                         nullptr, &messenger),
              VK_SUCCESS);
    return messenger;
  }
  void Destroy(const VulkanApp& app, VkDebugUtilsMessengerEXT messenger) {
    InstanceCommand<PFN_vkDestroyDebugUtilsMessengerEXT>(
        app, "vkDestroyDebugUtilsMessengerEXT")(app.instance(), messenger,
                                                nullptr);
  }

  std::vector<Heard> heard_;
};

TEST_F(MessengerTest, HearsOfAFindingOnce) {
  VulkanApp app(IcdEnvironment(), WithDebugUtils());
  const VkDebugUtilsMessengerEXT messenger = Create(app);
  AppMemory m(app, 4096);
  for (int i = 0; i < 3; ++i) m.Unmap();
  EXPECT_THAT(Findings(), SizeIs(1));
  ASSERT_THAT(heard_, SizeIs(1));
  EXPECT_EQ(heard_[0].name, kUnmapped);
  EXPECT_THAT(heard_[0].message, HasSubstr("invalid-usage: vkUnmapMemory"));
  EXPECT_THAT(heard_[0].objects,
              ElementsAre(reinterpret_cast<uint64_t>(m.handle())));
  Destroy(app, messenger);
  m.Unmap();  // another place
  EXPECT_THAT(Findings(), SizeIs(1));
  EXPECT_THAT(heard_, SizeIs(1));
}

TEST_F(MessengerTest, HearsNothingOfACorrectProgram) {
  VulkanApp app(IcdEnvironment(), WithDebugUtils());
  const VkDebugUtilsMessengerEXT messenger = Create(app);
  AppMemory m(app, 4096);
  m.Map();
  m.Flush(0, VK_WHOLE_SIZE);
  m.Unmap();
  Destroy(app, messenger);
  EXPECT_THAT(heard_, IsEmpty());
}

// An application that leaves its messenger behind is not called later on.
TEST_F(MessengerTest, EndsWithItsInstance) {
  {
    VulkanApp app(IcdEnvironment(), WithDebugUtils());
    Create(app);
  }
  VulkanApp app;
  AppMemory(app, 4096).Unmap();
  EXPECT_THAT(Findings(), SizeIs(1));
  EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(MessengerTest, HearsWhyThereIsNoInstance) {
  WithProfile("no-such-device").Enter();
  const VkDebugUtilsMessengerCreateInfoEXT messenger = Listening(heard_);
  VkInstanceCreateInfo info = {};
  info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  info.pNext = &messenger;
  VkInstance instance = VK_NULL_HANDLE;
  EXPECT_LT(vkCreateInstance(&info, nullptr, &instance), VK_SUCCESS);
  std::string all;
  for (const Heard& heard : heard_) all += heard.message + "\n";
  EXPECT_THAT(all, HasSubstr("no-such-device"));
  EXPECT_THAT(Remarks(), SizeIs(1));
}

}  // namespace
}  // namespace incoherent
