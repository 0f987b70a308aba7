#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_MODULE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_MODULE_H_

// ShaderModule: the code of one VkShaderModule, and what was found out about
// its entry points. From any thread.

#include <vulkan/vulkan.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/resources/shader_reflection.h"

namespace incoherent {

class ShaderModule {
 public:
  explicit ShaderModule(const VkShaderModuleCreateInfo& info)
      : words_(info.pCode, info.pCode + info.codeSize / sizeof(uint32_t)) {}

  // Of the entry point that a stage names; null if it cannot be read. A second
  // pipeline with the same stage costs nothing.
  std::shared_ptr<const ShaderReflection> Reflect(
      const VkPipelineShaderStageCreateInfo& stage) const;

 private:
  using Key = std::tuple<std::string, VkShaderStageFlagBits,
                         std::vector<SpecializationValue>>;

  const std::vector<uint32_t> words_;
  mutable absl::Mutex mutex_;
  mutable std::map<Key, std::shared_ptr<const ShaderReflection>> known_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_MODULE_H_
