#include "sim/icd/command_table.h"

#include <algorithm>
#include <iterator>

#include "sim/icd/commands.h"
#include "sim/icd/icd_interface.h"

namespace incoherent {
namespace {

constexpr CommandScope kGlobal = CommandScope::kGlobal;
constexpr CommandScope kInstance = CommandScope::kInstance;
constexpr CommandScope kPhysical = CommandScope::kPhysicalDevice;
constexpr CommandScope kDevice = CommandScope::kDevice;
constexpr InterceptWhen kAlways = InterceptWhen::kDownstreamHasIt;
constexpr InterceptWhen kMap2 = InterceptWhen::kMapMemory2Enabled;
constexpr InterceptWhen kImport = InterceptWhen::kImportEnabled;
constexpr InterceptWhen kRandom = InterceptWhen::kEvictionIsRandom;

#define COMMAND(scope, when, name) \
  { "vk" #name, scope, when, reinterpret_cast<PFN_vkVoidFunction>(&name) }
// A command of a core version that an extension had before.
#define PROMOTED(scope, when, name)                                            \
  COMMAND(scope, when, name), {                                                \
    "vk" #name "KHR", scope, when, reinterpret_cast<PFN_vkVoidFunction>(&name) \
  }

const InterceptedCommand kCommands[] = {
    COMMAND(kGlobal, kAlways, EnumerateInstanceExtensionProperties),
    COMMAND(kGlobal, kAlways, CreateInstance),

    {"vkGetInstanceProcAddr", kGlobal, kAlways,
     reinterpret_cast<PFN_vkVoidFunction>(&vk_icdGetInstanceProcAddr)},
    COMMAND(kInstance, kAlways, DestroyInstance),
    COMMAND(kInstance, kAlways, EnumeratePhysicalDevices),
    PROMOTED(kInstance, kAlways, EnumeratePhysicalDeviceGroups),

    COMMAND(kPhysical, kAlways, CreateDevice),
    COMMAND(kPhysical, kAlways, EnumerateDeviceExtensionProperties),
    COMMAND(kPhysical, kAlways, GetPhysicalDeviceProperties),
    COMMAND(kPhysical, kAlways, GetPhysicalDeviceMemoryProperties),
    PROMOTED(kPhysical, kAlways, GetPhysicalDeviceProperties2),
    PROMOTED(kPhysical, kAlways, GetPhysicalDeviceMemoryProperties2),
    PROMOTED(kPhysical, kAlways, GetPhysicalDeviceFeatures2),
    PROMOTED(kPhysical, kAlways, GetPhysicalDeviceExternalBufferProperties),
    PROMOTED(kPhysical, kAlways, GetPhysicalDeviceImageFormatProperties2),

    COMMAND(kDevice, kAlways, GetDeviceProcAddr),
    COMMAND(kDevice, kAlways, DestroyDevice),
    COMMAND(kDevice, kAlways, CreateImage),
    COMMAND(kDevice, kAlways, DestroyImage),
    COMMAND(kDevice, kAlways, AllocateMemory),
    COMMAND(kDevice, kAlways, FreeMemory),
    COMMAND(kDevice, kAlways, MapMemory),
    COMMAND(kDevice, kAlways, UnmapMemory),
    COMMAND(kDevice, kMap2, MapMemory2KHR),
    COMMAND(kDevice, kMap2, UnmapMemory2KHR),
    COMMAND(kDevice, kAlways, FlushMappedMemoryRanges),
    COMMAND(kDevice, kAlways, InvalidateMappedMemoryRanges),
    COMMAND(kDevice, kAlways, GetDeviceMemoryCommitment),
    COMMAND(kDevice, kAlways, GetMemoryFdKHR),
    PROMOTED(kDevice, kAlways, GetDeviceGroupPeerMemoryFeatures),
    COMMAND(kDevice, kAlways, SetDeviceMemoryPriorityEXT),
    COMMAND(kDevice, kAlways, GetBufferMemoryRequirements),
    COMMAND(kDevice, kAlways, GetImageMemoryRequirements),
    PROMOTED(kDevice, kAlways, GetBufferMemoryRequirements2),
    PROMOTED(kDevice, kAlways, GetImageMemoryRequirements2),
    PROMOTED(kDevice, kAlways, GetDeviceBufferMemoryRequirements),
    PROMOTED(kDevice, kAlways, GetDeviceImageMemoryRequirements),
    COMMAND(kDevice, kAlways, GetAccelerationStructureMemoryRequirementsNV),
    COMMAND(kDevice, kAlways, GetGeneratedCommandsMemoryRequirementsNV),
    COMMAND(kDevice, kAlways, GetVideoSessionMemoryRequirementsKHR),
    COMMAND(kDevice, kImport, GetMemoryHostPointerPropertiesEXT),
    COMMAND(kDevice, kAlways, GetMemoryFdPropertiesKHR),

    // Of Vulkan 1.4, which is not offered.
    {"vkMapMemory2", kDevice, InterceptWhen::kNever, nullptr},
    {"vkUnmapMemory2", kDevice, InterceptWhen::kNever, nullptr},
    {"vkCopyMemoryToImage", kDevice, InterceptWhen::kNever, nullptr},
    {"vkCopyImageToMemory", kDevice, InterceptWhen::kNever, nullptr},
    {"vkCopyImageToImage", kDevice, InterceptWhen::kNever, nullptr},
    {"vkTransitionImageLayout", kDevice, InterceptWhen::kNever, nullptr},

    COMMAND(kDevice, kRandom, GetDeviceQueue),
    COMMAND(kDevice, kRandom, GetDeviceQueue2),
    COMMAND(kDevice, kRandom, QueueSubmit),
    PROMOTED(kDevice, kRandom, QueueSubmit2),
    COMMAND(kDevice, kRandom, QueueWaitIdle),
    COMMAND(kDevice, kRandom, DeviceWaitIdle),
    COMMAND(kDevice, kRandom, WaitForFences),
    COMMAND(kDevice, kRandom, GetFenceStatus),
    PROMOTED(kDevice, kRandom, WaitSemaphores),
};

#undef PROMOTED
#undef COMMAND

}  // namespace

const InterceptedCommand* FindIntercepted(absl::string_view name) {
  const auto* found = std::find_if(
      std::begin(kCommands), std::end(kCommands),
      [name](const InterceptedCommand& entry) { return entry.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

}  // namespace incoherent
