#include "sim/icd/resources/debug_names.h"

namespace incoherent {

void DebugNames::Set(VkObjectType type, uint64_t handle,
                     absl::string_view name) {
  if (name.empty()) {
    Forget(type, handle);
    return;
  }
  absl::WriterMutexLock lock(&mutex_);
  names_[{type, handle}] = std::string(name);
}

void DebugNames::Forget(VkObjectType type, uint64_t handle) {
  {
    // Nearly always there is none, and then nobody needs to wait.
    absl::ReaderMutexLock lock(&mutex_);
    if (!names_.contains({type, handle})) return;
  }
  absl::WriterMutexLock lock(&mutex_);
  names_.erase({type, handle});
}

std::string DebugNames::Of(VkObjectType type, uint64_t handle) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = names_.find({type, handle});
  return found == names_.end() ? "" : found->second;
}

VkObjectType ToObjectType(VkDebugReportObjectTypeEXT type) {
  // The older list has the same order up to command pools, where surfaces
  // begin.
  if (type > VK_DEBUG_REPORT_OBJECT_TYPE_UNKNOWN_EXT &&
      type <= VK_DEBUG_REPORT_OBJECT_TYPE_COMMAND_POOL_EXT) {
    return static_cast<VkObjectType>(type);
  }
  switch (type) {
    case VK_DEBUG_REPORT_OBJECT_TYPE_SURFACE_KHR_EXT:
      return VK_OBJECT_TYPE_SURFACE_KHR;
    case VK_DEBUG_REPORT_OBJECT_TYPE_SWAPCHAIN_KHR_EXT:
      return VK_OBJECT_TYPE_SWAPCHAIN_KHR;
    default:
      return VK_OBJECT_TYPE_UNKNOWN;
  }
}

}  // namespace incoherent
