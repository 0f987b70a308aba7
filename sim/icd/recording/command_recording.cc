#include "sim/icd/recording/command_recording.h"

namespace incoherent {

void CommandRecording::Append(const CommandRecording& secondary) {
  const auto first_command = static_cast<uint32_t>(commands_.size());
  const size_t first_step = steps_.size();
  commands_.insert(commands_.end(), secondary.commands_.begin(),
                   secondary.commands_.end());
  for (RecordedStep step : secondary.steps_) {
    step.command += first_command;
    steps_.push_back(std::move(step));
  }
  for (Late late : secondary.late_) {
    late.before += first_step;
    late.command += first_command;
    late_.push_back(std::move(late));
  }
}

std::vector<RecordedStep> CommandRecording::StepsAtSubmit() const {
  std::vector<RecordedStep> all;
  auto late = late_.begin();
  for (size_t i = 0; i <= steps_.size(); ++i) {
    for (; late != late_.end() && late->before == i; ++late) {
      const size_t first = all.size();
      late->steps->AppendTo(all);
      for (size_t at = first; at < all.size(); ++at) {
        all[at].command = late->command;
      }
    }
    if (i < steps_.size()) all.push_back(steps_[i]);
  }
  return all;
}

}  // namespace incoherent
