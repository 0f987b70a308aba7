#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/icd/commands.h"
#include "sim/icd/extension_offer.h"
#include "sim/icd/finding_desk.h"
#include "sim/icd/instance.h"
#include "sim/icd/messenger.h"
#include "sim/icd/two_calls.h"
#include "sim/icd/voice.h"

namespace incoherent {
namespace {

// The setup, or one line on what keeps it from being had.
absl::StatusOr<Setup> SetUp() {
  absl::StatusOr<Setup> setup = Setup::FromEnvironment();
  if (!setup.ok()) SayOnce(setup.status().message());
  return setup;
}

void SayWhatIsSimulated(const Instance& instance) {
  if (instance.options().quiet) return;
  SayOnce(absl::StrCat("profile ", instance.profile().name,
                       ", nonCoherentAtomSize ",
                       instance.profile().memory.limits.non_coherent_atom_size,
                       ", eviction ", instance.options().eviction.ToString(),
                       ", downstream ", instance.driver().manifest_file()));
}

// Makes a listed device known; false if the profile cannot be simulated on it.
bool Recognize(Instance& instance, VkPhysicalDevice device) {
  const absl::StatusOr<PhysicalDevice*> known =
      instance.GetPhysicalDevice(device);
  if (!known.ok()) {
    SayOnce(known.status().message());
    return false;
  }
  RememberOwner(device, &instance);
  return true;
}

VkResult ListExtensions(const Setup& setup, const char* layer,
                        std::vector<VkExtensionProperties>& downstream) {
  const auto enumerate =
      reinterpret_cast<PFN_vkEnumerateInstanceExtensionProperties>(
          setup.driver->GetInstanceProcAddr(
              nullptr, "vkEnumerateInstanceExtensionProperties"));
  return CallTwice(
      [&](uint32_t* n, VkExtensionProperties* out) {
        return enumerate(layer, n, out);
      },
      downstream);
}

// The enabled extensions, less the one that the downstream may not have.
std::vector<const char*> DownstreamExtensions(const VkInstanceCreateInfo& info,
                                              const Setup& setup) {
  constexpr absl::string_view kOwn = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  std::vector<VkExtensionProperties> downstream;
  const bool known = ListExtensions(setup, nullptr, downstream) == VK_SUCCESS;
  std::vector<const char*> enabled;
  for (uint32_t i = 0; i < info.enabledExtensionCount; ++i) {
    const char* name = info.ppEnabledExtensionNames[i];
    if (name != kOwn || (known && Contains(downstream, kOwn))) {
      enabled.push_back(name);
    }
  }
  return enabled;
}

void OpenFindingDesk(const Setup& setup) {
  FindingDesk::OfThisProcess().Open(setup.options, setup.profile.name,
                                    setup.driver->manifest_file(),
                                    setup.suppressions);
}

}  // namespace

VKAPI_ATTR VkResult VKAPI_CALL EnumerateInstanceExtensionProperties(
    const char* layer, uint32_t* count, VkExtensionProperties* properties) {
  const absl::StatusOr<Setup> setup = SetUp();
  if (!setup.ok()) {
    // The loader asks here first; vkCreateInstance is what may fail.
    *count = 0;
    return VK_SUCCESS;
  }
  std::vector<VkExtensionProperties> downstream;
  const VkResult result = ListExtensions(*setup, layer, downstream);
  if (result != VK_SUCCESS) return result;
  return AnswerTwoCalls(OfferedInstanceExtensions(downstream, setup->options),
                        count, properties);
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateInstance(const VkInstanceCreateInfo* info,
               const VkAllocationCallbacks* allocator, VkInstance* instance) {
  absl::StatusOr<Setup> setup = SetUp();
  if (!setup.ok()) {
    TellCreationMessengers(info->pNext, setup.status().message());
    return VK_ERROR_INITIALIZATION_FAILED;
  }
  for (uint32_t i = 0; i < info->enabledExtensionCount; ++i) {
    if (setup->options.Hides(info->ppEnabledExtensionNames[i])) {
      return VK_ERROR_EXTENSION_NOT_PRESENT;
    }
  }
  const auto create = reinterpret_cast<PFN_vkCreateInstance>(
      setup->driver->GetInstanceProcAddr(nullptr, "vkCreateInstance"));
  const std::vector<const char*> extensions =
      DownstreamExtensions(*info, *setup);
  // Newer core versions would bring commands that the ICD does not know.
  VkInstanceCreateInfo downstream = *info;
  downstream.enabledExtensionCount = static_cast<uint32_t>(extensions.size());
  downstream.ppEnabledExtensionNames = extensions.data();
  VkApplicationInfo application = {};
  if (info->pApplicationInfo != nullptr) {
    application = *info->pApplicationInfo;
    application.apiVersion =
        std::min(application.apiVersion, kNewestApiVersion);
    downstream.pApplicationInfo = &application;
  }
  const VkResult result = create(&downstream, allocator, instance);
  if (result != VK_SUCCESS) return result;
  OpenFindingDesk(*setup);
  SayWhatIsSimulated(*Instances().Insert(
      *instance, std::make_unique<Instance>(*std::move(setup), *instance)));
  return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL
DestroyInstance(VkInstance instance, const VkAllocationCallbacks* allocator) {
  const std::unique_ptr<Instance> state = Instances().Take(instance);
  if (state == nullptr) return;
  ForgetOwner(state.get());
  ForgetMessengersOf(instance);
  state->dispatch().DestroyInstance(instance, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL EnumeratePhysicalDevices(
    VkInstance instance, uint32_t* count, VkPhysicalDevice* devices) {
  Instance* state = Instances().Find(instance);
  std::vector<VkPhysicalDevice> all;
  const VkResult result = CallTwice(
      [&](uint32_t* n, VkPhysicalDevice* out) {
        return state->dispatch().EnumeratePhysicalDevices(instance, n, out);
      },
      all);
  if (result != VK_SUCCESS) return result;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [state](VkPhysicalDevice device) {
                             return !Recognize(*state, device);
                           }),
            all.end());
  return AnswerTwoCalls(all, count, devices);
}

VKAPI_ATTR VkResult VKAPI_CALL
EnumeratePhysicalDeviceGroups(VkInstance instance, uint32_t* count,
                              VkPhysicalDeviceGroupProperties* groups) {
  Instance* state = Instances().Find(instance);
  const VkResult result =
      state->dispatch().EnumeratePhysicalDeviceGroups(instance, count, groups);
  if (groups == nullptr || result < VK_SUCCESS) return result;
  for (uint32_t i = 0; i < *count; ++i) {
    for (uint32_t j = 0; j < groups[i].physicalDeviceCount; ++j) {
      Recognize(*state, groups[i].physicalDevices[j]);
    }
  }
  return result;
}

}  // namespace incoherent
