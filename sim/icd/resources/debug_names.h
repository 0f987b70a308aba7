#ifndef INCOHERENT_SIM_ICD_RESOURCES_DEBUG_NAMES_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DEBUG_NAMES_H_

// DebugNames: what the application calls its objects
// (vkSetDebugUtilsObjectNameEXT, vkDebugMarkerSetObjectNameEXT).
//
// A name lives until the object gets another, or none, or is destroyed: who
// sees a handle created or destroyed forgets the name, as handles come again.
// From any thread.
//
//   names.Set(VK_OBJECT_TYPE_BUFFER, handle, "staging");
//   names.Of(VK_OBJECT_TYPE_BUFFER, handle);   // "staging"

#include <vulkan/vulkan.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace incoherent {

class DebugNames {
 public:
  // An empty name is none.
  void Set(VkObjectType type, uint64_t handle, absl::string_view name);
  void Forget(VkObjectType type, uint64_t handle);

  // Empty if it has none.
  std::string Of(VkObjectType type, uint64_t handle) const;

 private:
  using Key = std::pair<int, uint64_t>;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Key, std::string> names_ ABSL_GUARDED_BY(mutex_);
};

// The object type that VK_EXT_debug_marker means; UNKNOWN for one that cannot
// be named by it.
VkObjectType ToObjectType(VkDebugReportObjectTypeEXT type);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DEBUG_NAMES_H_
