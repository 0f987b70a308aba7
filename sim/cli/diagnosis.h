#ifndef INCOHERENT_SIM_CLI_DIAGNOSIS_H_
#define INCOHERENT_SIM_CLI_DIAGNOSIS_H_

// Diagnosis: the lines that one check of `incoherent doctor` prints.
//
//   ok       Vulkan loader: libvulkan.so.1, version 1.3.239
//   warn     validation layer: none; install Debian's vulkan-validationlayers
//   MISSING  downstream: driver manifest ./x.json: no such file; name ...
//
// A line is written at once: a check that crashes later has said it.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace incoherent {

class Diagnosis {
 public:
  // As it should be.
  void Ok(absl::string_view topic, absl::string_view text);
  // `run` works all the same.
  void Warn(absl::string_view topic, absl::string_view text);
  // `run` cannot work; say what to do.
  void Missing(absl::string_view topic, absl::string_view text);
  void Missing(absl::string_view topic, const absl::Status& status) {
    Missing(topic, status.message());
  }

  // Whether nothing is missing.
  bool healthy() const { return healthy_; }

 private:
  bool healthy_ = true;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_DIAGNOSIS_H_
