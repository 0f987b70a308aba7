#ifndef INCOHERENT_SIM_ICD_RECORDING_LABEL_STACK_H_
#define INCOHERENT_SIM_ICD_RECORDING_LABEL_STACK_H_

// LabelStack: the label regions that a command is recorded in
// (vkCmdBeginDebugUtilsLabelEXT).
//
//   labels.Begin("frame");
//   labels.Begin("shadows");
//   *labels.path();             // "frame > shadows"
//   labels.End();
//   *labels.path();             // "frame"
//
// The end of a region that began in another command buffer is allowed, and
// does nothing here.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace incoherent {

class LabelStack {
 public:
  void Begin(absl::string_view name);
  void End();

  // Null outside of all regions. Shared by all commands of a region.
  std::shared_ptr<const std::string> path() const {
    return paths_.empty() ? nullptr : paths_.back();
  }

 private:
  std::vector<std::shared_ptr<const std::string>> paths_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_LABEL_STACK_H_
