#include "sim/icd/resources/descriptor_bindings.h"

#include <vector>

namespace incoherent {
namespace {

// A command's accesses through sets that may change until the submit.
class LateDescriptorAccesses : public LateSteps {
 public:
  LateDescriptorAccesses(std::shared_ptr<const PipelineInfo> pipeline,
                         BoundSets sets, const DescriptorBytes& bytes,
                         Certainty at_most)
      : pipeline_(std::move(pipeline)),
        sets_(std::move(sets)),
        bytes_(&bytes),
        at_most_(at_most) {}

  void AppendTo(std::vector<RecordedStep>& steps) const override {
    const std::vector<RecordedStep> accesses =
        DescriptorAccesses(*pipeline_, sets_, *bytes_, at_most_);
    steps.insert(steps.end(), accesses.begin(), accesses.end());
  }

 private:
  const std::shared_ptr<const PipelineInfo> pipeline_;
  const BoundSets sets_;
  const DescriptorBytes* const bytes_;
  const Certainty at_most_;
};

}  // namespace

void DescriptorBindings::BindSets(
    uint32_t first_set,
    absl::Span<const std::shared_ptr<const DescriptorSet>> sets,
    absl::Span<const uint32_t> dynamic_offsets) {
  for (uint32_t i = 0; i < sets.size(); ++i) {
    pushed_.erase(first_set + i);
    BoundSet& bound = sets_[first_set + i];
    bound = {sets[i], {}};
    if (sets[i] == nullptr) continue;
    const auto own =
        dynamic_offsets.subspan(0, sets[i]->layout().dynamic_count());
    bound.dynamic_offsets.assign(own.begin(), own.end());
    dynamic_offsets.remove_prefix(own.size());
  }
}

DescriptorSet& DescriptorBindings::PushSet(
    uint32_t set, const std::shared_ptr<const DescriptorSetLayout>& layout) {
  std::shared_ptr<DescriptorSet>& pushed = pushed_[set];
  // Descriptors pushed earlier stay while the layout is defined alike.
  if (pushed == nullptr ||
      !(pushed->layout().bindings() == layout->bindings())) {
    pushed = std::make_shared<DescriptorSet>(layout);
  } else if (pushed.use_count() > 2) {
    pushed = pushed->Clone();  // a command recorded before still needs it
  }
  sets_[set] = {pushed, {}};
  return *pushed;
}

void DescriptorBindings::AppendAccesses(CommandRecording& recording,
                                        Certainty at_most) const {
  if (pipeline_ == nullptr) return;
  // Only what the pipeline uses: what else is bound need not be kept.
  BoundSets used;
  bool late = false;
  for (const PipelineInfo::Use& use : pipeline_->uses) {
    const auto bound = sets_.find(use.shader.set);
    if (bound == sets_.end() || bound->second.set == nullptr) continue;
    late |= bound->second.set->layout().update_after_bind();
    used.insert(*bound);
  }
  if (late) {
    recording.AddLate(std::make_shared<LateDescriptorAccesses>(
        pipeline_, std::move(used), *bytes_, at_most));
    return;
  }
  for (RecordedStep& step :
       DescriptorAccesses(*pipeline_, used, *bytes_, at_most)) {
    recording.Add(std::move(step));
  }
}

}  // namespace incoherent
