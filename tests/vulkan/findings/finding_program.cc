#include "tests/vulkan/findings/finding_program.h"

namespace incoherent {

FindingProgram Silent(const std::string& name, const std::string& link,
                      const std::function<Outcome(VulkanApp&)>& run,
                      const DeviceRequest& request) {
  FindingProgram program;
  program.name = name;
  program.link = link;
  program.run = [run](VulkanApp& app, Build) { return run(app); };
  program.request = request;
  program.has_wrong_build = false;
  return program;
}

}  // namespace incoherent
