#include "sim/icd/command_table.h"

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "sim/icd/commands.h"
#include "sim/icd/icd_interface.h"
#include "sim/icd/messenger_commands.h"
#include "sim/icd/queue_commands.h"
#include "sim/icd/recording/recording_commands.h"
#include "sim/icd/resources/descriptor_commands.h"
#include "sim/icd/resources/resource_commands.h"

namespace incoherent {
namespace {

constexpr CommandScope kGlobal = CommandScope::kGlobal;
constexpr CommandScope kInstance = CommandScope::kInstance;
constexpr CommandScope kPhysical = CommandScope::kPhysicalDevice;
constexpr CommandScope kDevice = CommandScope::kDevice;
constexpr InterceptWhen kAlways = InterceptWhen::kDownstreamHasIt;
constexpr InterceptWhen kMap2 = InterceptWhen::kMapMemory2Enabled;
constexpr InterceptWhen kImport = InterceptWhen::kImportEnabled;

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
};

#undef PROMOTED
#undef COMMAND

using CommandIndex =
    absl::flat_hash_map<absl::string_view, const InterceptedCommand*>;

// The tables of all parts of the ICD; no command is in two of them.
CommandIndex AllCommands() {
  CommandIndex index;
  for (const absl::Span<const InterceptedCommand> table : {
           absl::MakeConstSpan(kCommands),
           MessengerCommands(),
           SubmitCommands(),
           FenceCommands(),
           SemaphoreCommands(),
           SwapchainCommands(),
           ResourceCommands(),
           RenderTargetCommands(),
           DebugNameCommands(),
           CommandBufferCommands(),
           CopyCommands(),
           ClearCommands(),
           BarrierCommands(),
           RenderPassCommands(),
           DrawCommands(),
           IndirectCommands(),
           DispatchCommands(),
           DescriptorCommands(),
           DescriptorBindCommands(),
           PipelineCommands(),
       }) {
    for (const InterceptedCommand& command : table) {
      index.emplace(command.name, &command);
    }
  }
  return index;
}

}  // namespace

const InterceptedCommand* FindIntercepted(absl::string_view name) {
  static const auto* const commands = new CommandIndex(AllCommands());
  const auto found = commands->find(name);
  return found == commands->end() ? nullptr : found->second;
}

}  // namespace incoherent
