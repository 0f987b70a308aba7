#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_BINDINGS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_BINDINGS_H_

// DescriptorBindings: the pipeline and the descriptor sets bound to one bind
// point of a command buffer, and so what a draw or dispatch does through them.
//
//   set, created with                          its descriptors are read
//   UPDATE_AFTER_BIND on one of its bindings   at the submit
//   none of these                              when the command is recorded
//   a push descriptor set                      when the command is recorded
//
// Sets stay alive as long as something here or recorded from here needs them,
// whatever becomes of their pool. As with the command buffer itself, one thread
// at a time.
//
// Example:
//
//   DescriptorBindings bindings(device.resources());
//   bindings.BindPipeline(pipeline);
//   bindings.BindSets(0, {set}, /*dynamic_offsets=*/{256});
//   recording.BeginCommand("vkCmdDispatch", label);
//   bindings.AppendAccesses(recording);

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/types/span.h"
#include "sim/icd/recording/command_recording.h"
#include "sim/icd/resources/descriptor_accesses.h"
#include "sim/icd/resources/descriptor_bytes.h"
#include "sim/icd/resources/descriptor_set.h"
#include "sim/icd/resources/pipeline.h"

namespace incoherent {

class DescriptorBindings {
 public:
  // `bytes` outlives what is recorded from here.
  explicit DescriptorBindings(const DescriptorBytes& bytes) : bytes_(&bytes) {}

  void BindPipeline(std::shared_ptr<const PipelineInfo> pipeline) {
    pipeline_ = std::move(pipeline);
  }

  // vkCmdBindDescriptorSets. A null set is one that is not known, or none.
  void BindSets(uint32_t first_set,
                absl::Span<const std::shared_ptr<const DescriptorSet>> sets,
                absl::Span<const uint32_t> dynamic_offsets);

  // The set that vkCmdPushDescriptorSetKHR writes into.
  DescriptorSet& PushSet(
      uint32_t set, const std::shared_ptr<const DescriptorSetLayout>& layout);

  // Null if none is bound.
  const PipelineInfo* pipeline() const { return pipeline_.get(); }

  // What the command that was begun last does through descriptors, reads
  // first. `at_most` is kMay for a command that may do nothing, such as a
  // dispatch whose size stands in a buffer.
  void AppendAccesses(CommandRecording& recording,
                      Certainty at_most = Certainty::kCertain) const;

 private:
  const DescriptorBytes* bytes_;
  std::shared_ptr<const PipelineInfo> pipeline_;
  BoundSets sets_;
  // Those of sets_ that were pushed.
  std::map<uint32_t, std::shared_ptr<DescriptorSet>> pushed_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_BINDINGS_H_
