#include "sim/icd/resources/shader_module.h"

#include <utility>

namespace incoherent {

std::shared_ptr<const ShaderReflection> ShaderModule::Reflect(
    const VkPipelineShaderStageCreateInfo& stage) const {
  Key key = {stage.pName, stage.stage,
             ReadSpecialization(stage.pSpecializationInfo)};
  {
    absl::MutexLock lock(&mutex_);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
  }
  absl::optional<ShaderReflection> read =
      ReflectShader(words_, std::get<0>(key), stage.stage, std::get<2>(key));
  std::shared_ptr<const ShaderReflection> reflection;
  if (read.has_value()) {
    reflection = std::make_shared<const ShaderReflection>(*std::move(read));
  }
  absl::MutexLock lock(&mutex_);
  return known_.emplace(std::move(key), std::move(reflection)).first->second;
}

}  // namespace incoherent
