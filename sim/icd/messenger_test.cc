#include "sim/icd/messenger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Heard {
  VkDebugUtilsMessageSeverityFlagsEXT severity;
  VkDebugUtilsMessageTypeFlagsEXT type;
  std::string name;
  int32_t number;
  std::string message;
  std::vector<std::string> objects;  // "type handle name"
  std::vector<std::string> labels;
};

VKAPI_ATTR VkBool32 VKAPI_CALL
Hear(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
     VkDebugUtilsMessageTypeFlagsEXT type,
     const VkDebugUtilsMessengerCallbackDataEXT* data, void* user_data) {
  Heard heard = {severity,
                 type,
                 data->pMessageIdName,
                 data->messageIdNumber,
                 data->pMessage,
                 {},
                 {}};
  for (uint32_t i = 0; i < data->objectCount; ++i) {
    const VkDebugUtilsObjectNameInfoEXT& object = data->pObjects[i];
    heard.objects.push_back(
        std::to_string(object.objectType) + " " +
        std::to_string(object.objectHandle) + " " +
        (object.pObjectName == nullptr ? "-" : object.pObjectName));
  }
  for (uint32_t i = 0; i < data->cmdBufLabelCount; ++i) {
    heard.labels.push_back(data->pCmdBufLabels[i].pLabelName);
  }
  static_cast<std::vector<Heard>*>(user_data)->push_back(heard);
  return VK_TRUE;
}

const VkInstance kInstance = reinterpret_cast<VkInstance>(0x10);
const VkInstance kOther = reinterpret_cast<VkInstance>(0x20);

class MessengerTest : public ::testing::Test {
 protected:
  ~MessengerTest() override {
    ForgetMessengersOf(kInstance);
    ForgetMessengersOf(kOther);
  }

  VkDebugUtilsMessengerCreateInfoEXT Info() {
    VkDebugUtilsMessengerCreateInfoEXT info = {};
    info.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
    info.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT |
                           VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT |
                       VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT;
    info.pfnUserCallback = Hear;
    info.pUserData = &heard_;
    return info;
  }
  VkDebugUtilsMessengerEXT Listen(
      const VkDebugUtilsMessengerCreateInfoEXT& info,
      VkInstance instance = kInstance) {
    const VkDebugUtilsMessengerEXT messenger = NewMessengerHandle();
    RememberMessenger(instance, messenger, info);
    return messenger;
  }

  std::vector<Heard> heard_;
};

Finding Lost() {
  Finding finding;
  finding.kind = HazardKind::kLostHostWrite;
  finding.message = "never flushed";
  finding.label = "upload";
  finding.fix = "vkFlushMappedMemoryRanges(...)";
  finding.memory = FindingMemory{7, 1, 64, "staging"};
  finding.resource = FindingResource{"VkBuffer", "", 0, 64, 9};
  return finding;
}

TEST_F(MessengerTest, HearsWhatAFindingSays) {
  Listen(Info());
  TellMessengers(Lost());
  ASSERT_THAT(heard_, SizeIs(1));
  const Heard& heard = heard_[0];
  EXPECT_EQ(heard.severity, VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT);
  EXPECT_EQ(heard.type, VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT);
  EXPECT_EQ(heard.name, "lost-host-write");
  EXPECT_THAT(heard.message, HasSubstr("lost-host-write: never flushed"));
  EXPECT_THAT(heard.message,
              HasSubstr("\n  fix: vkFlushMappedMemoryRanges(...)"));
  EXPECT_THAT(
      heard.objects,
      ElementsAre(std::to_string(VK_OBJECT_TYPE_DEVICE_MEMORY) + " 7 staging",
                  std::to_string(VK_OBJECT_TYPE_BUFFER) + " 9 -"));
  EXPECT_THAT(heard.labels, ElementsAre("upload"));
}

TEST_F(MessengerTest, AVuidIsTheName) {
  Listen(Info());
  Finding finding;
  finding.vuid = "VUID-vkUnmapMemory-memory-00689";
  TellMessengers(finding);
  TellMessengers(finding);
  TellMessengers(Lost());
  ASSERT_THAT(heard_, SizeIs(3));
  EXPECT_EQ(heard_[0].name, finding.vuid);
  EXPECT_EQ(heard_[0].number, heard_[1].number);
  EXPECT_NE(heard_[0].number, heard_[2].number);
  EXPECT_THAT(heard_[0].objects, IsEmpty());
  EXPECT_THAT(heard_[0].labels, IsEmpty());
}

TEST_F(MessengerTest, HearsOnlyWhatItAskedFor) {
  VkDebugUtilsMessengerCreateInfoEXT info = Info();
  info.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  Listen(info);
  Finding warning = Lost();
  warning.severity = Severity::kWarning;
  TellMessengers(warning);
  EXPECT_THAT(heard_, IsEmpty());
  TellMessengers(Lost());
  EXPECT_THAT(heard_, SizeIs(1));
  info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
  Listen(info);
  TellMessengers(Lost());
  EXPECT_THAT(heard_, SizeIs(2));
}

TEST_F(MessengerTest, TheForgottenHearNothing) {
  const VkDebugUtilsMessengerEXT first = Listen(Info());
  Listen(Info());
  Listen(Info(), kOther);
  TellMessengers(Lost());
  EXPECT_THAT(heard_, SizeIs(3));
  ForgetMessenger(kOther, first);
  ForgetMessenger(kInstance, first);
  TellMessengers(Lost());
  EXPECT_THAT(heard_, SizeIs(5));
  ForgetMessengersOf(kInstance);
  TellMessengers(Lost());
  EXPECT_THAT(heard_, SizeIs(6));
}

// A callback may itself make and destroy messengers.
VKAPI_ATTR VkBool32 VKAPI_CALL ForgetAll(
    VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
    const VkDebugUtilsMessengerCallbackDataEXT*, void* user_data) {
  ForgetMessengersOf(kInstance);
  ++*static_cast<int*>(user_data);
  return VK_FALSE;
}

TEST_F(MessengerTest, CallbacksAreCalledWithoutLocks) {
  int calls = 0;
  VkDebugUtilsMessengerCreateInfoEXT info = Info();
  info.pfnUserCallback = ForgetAll;
  info.pUserData = &calls;
  Listen(info);
  TellMessengers(Lost());
  TellMessengers(Lost());
  EXPECT_EQ(calls, 1);
}

TEST_F(MessengerTest, AHoldKeepsThemUntilTheOutermostEnds) {
  Listen(Info());
  {
    const MessengerHold outer;
    {
      const MessengerHold inner;
      TellMessengers(Lost());
    }
    EXPECT_THAT(heard_, IsEmpty());
  }
  EXPECT_THAT(heard_, SizeIs(1));
  { const MessengerHold nothing_held; }
  EXPECT_THAT(heard_, SizeIs(1));
}

TEST_F(MessengerTest, AFailedInstanceIsExplainedToItsChain) {
  const VkDebugUtilsMessengerCreateInfoEXT second = Info();
  VkDebugUtilsMessengerCreateInfoEXT first = Info();
  first.pNext = &second;
  VkInstanceCreateInfo info = {};
  info.pNext = &first;
  TellCreationMessengers(info.pNext, "no such profile");
  ASSERT_THAT(heard_, SizeIs(2));
  EXPECT_EQ(heard_[0].message, "no such profile");
  EXPECT_EQ(heard_[0].type, VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT);
  TellCreationMessengers(nullptr, "nobody hears it");
  EXPECT_THAT(heard_, SizeIs(2));
}

}  // namespace
}  // namespace incoherent
