#include "sim/icd/resources/descriptor_bindings.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/memory/pipeline_scope.h"

namespace incoherent {
namespace {

constexpr ByteRange kEverything = {0, kWholeSize};
constexpr uint64_t kBufferSize = 1024;

// Every buffer n has 1024 bytes and is a memory object of its own; so has each
// view, of which bytes [32, 64) are shown.
class FakeBytes : public DescriptorBytes {
 public:
  absl::optional<BoundBytes> OfBuffer(VkBuffer buffer, uint64_t offset,
                                      uint64_t size) const override {
    if (offset >= kBufferSize) return absl::nullopt;
    return Bytes(reinterpret_cast<uint64_t>(buffer),
                 {offset, std::min(size, kBufferSize - offset)});
  }
  absl::optional<BoundBytes> OfBufferView(VkBufferView view) const override {
    return Bytes(reinterpret_cast<uint64_t>(view), {32, 32});
  }
  std::vector<BoundBytes> OfImageView(VkImageView view) const override {
    return {Bytes(reinterpret_cast<uint64_t>(view), {0, 16}),
            Bytes(reinterpret_cast<uint64_t>(view), {64, 16})};
  }

 private:
  static BoundBytes Bytes(uint64_t handle, const ByteRange& range) {
    return {static_cast<Journey::PayloadId>(handle), range,
            VK_OBJECT_TYPE_BUFFER, handle};
  }
};

std::shared_ptr<const DescriptorSetLayout> Layout(
    const std::vector<VkDescriptorSetLayoutBinding>& bindings,
    bool update_after_bind = false) {
  const std::vector<VkDescriptorBindingFlags> bits(
      bindings.size(), VK_DESCRIPTOR_BINDING_UPDATE_AFTER_BIND_BIT);
  VkDescriptorSetLayoutBindingFlagsCreateInfo flags = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_BINDING_FLAGS_CREATE_INFO};
  flags.bindingCount = static_cast<uint32_t>(bits.size());
  flags.pBindingFlags = bits.data();
  VkDescriptorSetLayoutCreateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
      update_after_bind ? &flags : nullptr};
  info.bindingCount = static_cast<uint32_t>(bindings.size());
  info.pBindings = bindings.data();
  return std::make_shared<const DescriptorSetLayout>(info);
}

VkDescriptorSetLayoutBinding Row(uint32_t binding, VkDescriptorType type,
                                 uint32_t count = 1) {
  return {binding, type, count, VK_SHADER_STAGE_ALL, nullptr};
}

PipelineInfo::Use Use(uint32_t set, uint32_t binding, ShaderResource resource) {
  PipelineInfo::Use use;
  use.stage = kStageComputeShader;
  use.shader.set = set;
  use.shader.binding = binding;
  use.shader.resource = resource;
  return use;
}

PipelineInfo::Use UniformUse(uint32_t set, uint32_t binding,
                             const std::vector<ByteRange>& reads) {
  PipelineInfo::Use use = Use(set, binding, ShaderResource::kUniformBlock);
  use.shader.reads = reads;
  return use;
}

std::shared_ptr<const PipelineInfo> Pipeline(
    const std::vector<PipelineInfo::Use>& uses) {
  auto pipeline = std::make_shared<PipelineInfo>();
  pipeline->uses = uses;
  return pipeline;
}

class DescriptorBindingsTest : public testing::Test {
 protected:
  std::vector<RecordedStep> Steps(Certainty at_most = Certainty::kCertain) {
    CommandRecording recording;
    recording.BeginCommand("vkCmdDispatch", nullptr);
    bindings_.AppendAccesses(recording, at_most);
    return recording.StepsAtSubmit();
  }

  FakeBytes bytes_;
  DescriptorBindings bindings_{bytes_};
};

void ExpectStep(const RecordedStep& step, Access access, uint64_t access_bit,
                const PayloadRange& bytes, Certainty certainty) {
  EXPECT_EQ(step.operation.kind, DeviceOperation::Kind::kAccess);
  EXPECT_EQ(step.operation.access, access);
  EXPECT_EQ(step.operation.source.stages, kStageComputeShader);
  EXPECT_EQ(step.operation.source.accesses, access_bit);
  ASSERT_TRUE(step.operation.bytes.has_value());
  EXPECT_EQ(step.operation.bytes->payload, bytes.payload);
  EXPECT_EQ(step.operation.bytes->range.offset, bytes.range.offset);
  EXPECT_EQ(step.operation.bytes->range.size, bytes.range.size);
  EXPECT_EQ(step.certainty, certainty);
}

constexpr VkDescriptorType kUniform = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
constexpr VkDescriptorType kUniformDynamic =
    VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC;
constexpr VkDescriptorType kStorage = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;

TEST_F(DescriptorBindingsTest, UniformBlockIsReadWhereTheShaderReads) {
  const auto set = std::make_shared<DescriptorSet>(Layout({Row(0, kUniform)}));
  set->Write({0, 0}, {{kUniform, /*handle=*/7, /*offset=*/256, /*range=*/48}});
  bindings_.BindPipeline(Pipeline({UniformUse(0, 0, {{0, 16}, {32, 64}})}));
  EXPECT_TRUE(Steps().empty()) << "no set is bound";
  bindings_.BindSets(0, {set}, {});
  const std::vector<RecordedStep> steps = Steps();
  ASSERT_EQ(steps.size(), 2u);
  ExpectStep(steps[0], Access::kRead, kAccessUniformRead, {7, {256, 16}},
             Certainty::kCertain);
  // What the descriptor does not show is not read.
  ExpectStep(steps[1], Access::kRead, kAccessUniformRead, {7, {288, 16}},
             Certainty::kCertain);
  EXPECT_EQ(steps[0].resource, 7u);
  EXPECT_EQ(Steps(Certainty::kMay)[0].certainty, Certainty::kMay);
}

TEST_F(DescriptorBindingsTest, OnlyWhatThePipelineUsesIsAccessed) {
  const auto set = std::make_shared<DescriptorSet>(
      Layout({Row(0, kUniform), Row(1, kUniform)}));
  set->Write({0, 0}, {{kUniform, 7, 0, 16}, {kUniform, 8, 0, 16}});
  bindings_.BindSets(0, {set}, {});
  EXPECT_TRUE(Steps().empty()) << "no pipeline is bound";
  bindings_.BindPipeline(Pipeline({UniformUse(0, 1, {{0, 16}})}));
  ASSERT_EQ(Steps().size(), 1u);
  EXPECT_EQ(Steps()[0].resource, 8u);
  bindings_.BindPipeline(Pipeline({UniformUse(0, 5, {{0, 16}})}));
  EXPECT_TRUE(Steps().empty()) << "the layout has no such binding";
}

TEST_F(DescriptorBindingsTest, DynamicOffsetsGoBySetThenBindingThenElement) {
  const auto first = std::make_shared<DescriptorSet>(Layout(
      {Row(2, kUniformDynamic), Row(0, kUniform), Row(1, kUniformDynamic, 2)}));
  const auto second =
      std::make_shared<DescriptorSet>(Layout({Row(0, kUniformDynamic)}));
  first->Write({0, 0}, {{kUniform, 10, 0, 16},
                        {kUniformDynamic, 11, 4, 16},
                        {kUniformDynamic, 12, 4, 16},
                        {kUniformDynamic, 13, 4, 16}});
  second->Write({0, 0}, {{kUniformDynamic, 14, 0, VK_WHOLE_SIZE}});
  PipelineInfo::Use array = UniformUse(0, 1, {{0, 8}});
  array.shader.array_size = 2;
  bindings_.BindPipeline(
      Pipeline({UniformUse(0, 0, {{0, 8}}), array, UniformUse(0, 2, {{0, 8}}),
                UniformUse(1, 0, {{0, 8}})}));
  bindings_.BindSets(0, {first, second}, {100, 200, 300, 400});
  const std::vector<RecordedStep> steps = Steps();
  ASSERT_EQ(steps.size(), 5u);
  const uint64_t kOffsets[] = {0, 104, 204, 304, 400};
  for (int i = 0; i < 5; ++i) {
    ExpectStep(steps[i], Access::kRead, kAccessUniformRead,
               {static_cast<Journey::PayloadId>(10 + i), {kOffsets[i], 8}},
               i == 1 || i == 2 ? Certainty::kMay : Certainty::kCertain);
  }
}

TEST_F(DescriptorBindingsTest, ReadsOfAllBindingsComeBeforeWrites) {
  const auto set = std::make_shared<DescriptorSet>(
      Layout({Row(0, kStorage), Row(1, kStorage)}));
  set->Write({0, 0}, {{kStorage, 1, 0, 64}, {kStorage, 2, 0, 64}});
  PipelineInfo::Use target = Use(0, 0, ShaderResource::kStorageBlock);
  target.shader.writes = {{16, kWholeSize}};
  PipelineInfo::Use source = Use(0, 1, ShaderResource::kStorageBlock);
  source.shader.may_reads = {kEverything};
  bindings_.BindPipeline(Pipeline({target, source}));
  bindings_.BindSets(0, {set}, {});
  const std::vector<RecordedStep> steps = Steps();
  ASSERT_EQ(steps.size(), 2u);
  ExpectStep(steps[0], Access::kRead, kAccessShaderStorageRead, {2, {0, 64}},
             Certainty::kMay);
  ExpectStep(steps[1], Access::kWrite, kAccessShaderStorageWrite, {1, {16, 48}},
             Certainty::kMay);
}

TEST_F(DescriptorBindingsTest, ViewsAreReadAsAWhole) {
  constexpr VkDescriptorType kTexels = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
  constexpr VkDescriptorType kImage = VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE;
  const auto set = std::make_shared<DescriptorSet>(
      Layout({Row(0, kTexels), Row(1, kImage)}));
  set->Write({0, 0}, {{kTexels, 3}, {kImage, 4}});
  PipelineInfo::Use texels = Use(0, 0, ShaderResource::kSampledImage);
  texels.shader.may_reads = {kEverything};
  PipelineInfo::Use image = texels;
  image.shader.binding = 1;
  bindings_.BindPipeline(Pipeline({texels, image}));
  bindings_.BindSets(0, {set}, {});
  const std::vector<RecordedStep> steps = Steps();
  ASSERT_EQ(steps.size(), 3u);
  ExpectStep(steps[0], Access::kRead, kAccessShaderSampledRead, {3, {32, 32}},
             Certainty::kMay);
  ExpectStep(steps[2], Access::kRead, kAccessShaderSampledRead, {4, {64, 16}},
             Certainty::kMay);
}

// What `updated` shows after the command was recorded, as the submit sees it.
uint64_t HandleAtSubmit(DescriptorBindings& bindings, DescriptorSet& updated) {
  CommandRecording recording;
  recording.BeginCommand("vkCmdDispatch", nullptr);
  bindings.AppendAccesses(recording);
  updated.Write({0, 0}, {{kUniform, 2, 0, 16}});
  const std::vector<RecordedStep> steps = recording.StepsAtSubmit();
  EXPECT_EQ(steps.size(), 1u);
  return steps.empty() ? 0 : steps[0].resource;
}

TEST_F(DescriptorBindingsTest, UpdateAfterBindIsSeenAtTheSubmit) {
  for (const bool update_after_bind : {false, true}) {
    const auto set = std::make_shared<DescriptorSet>(
        Layout({Row(0, kUniform)}, update_after_bind));
    set->Write({0, 0}, {{kUniform, 1, 0, 16}});
    bindings_.BindPipeline(Pipeline({UniformUse(0, 0, {{0, 16}})}));
    bindings_.BindSets(0, {set}, {});
    EXPECT_EQ(HandleAtSubmit(bindings_, *set), update_after_bind ? 2u : 1u);
  }
}

TEST_F(DescriptorBindingsTest, PushedDescriptorsStayUntilPushedAgain) {
  const auto layout = Layout({Row(0, kUniform), Row(1, kUniform)});
  bindings_.BindPipeline(
      Pipeline({UniformUse(0, 0, {{0, 4}}), UniformUse(0, 1, {{0, 4}})}));
  bindings_.PushSet(0, layout).Write({0, 0}, {{kUniform, 1, 0, 16}});
  bindings_.PushSet(0, Layout({Row(0, kUniform), Row(1, kUniform)}))
      .Write({1, 0}, {{kUniform, 2, 0, 16}});
  EXPECT_EQ(Steps().size(), 2u) << "both layouts are defined alike";
  bindings_.PushSet(0, Layout({Row(1, kUniform)}))
      .Write({1, 0}, {{kUniform, 3, 0, 16}});
  ASSERT_EQ(Steps().size(), 1u);
  EXPECT_EQ(Steps()[0].resource, 3u);
}

TEST_F(DescriptorBindingsTest, LateCommandKeepsWhatWasPushedForIt) {
  const auto late = std::make_shared<DescriptorSet>(
      Layout({Row(0, kUniform)}, /*update_after_bind=*/true));
  const auto layout = Layout({Row(0, kUniform)});
  bindings_.BindPipeline(
      Pipeline({UniformUse(0, 0, {{0, 4}}), UniformUse(1, 0, {{0, 4}})}));
  bindings_.BindSets(1, {late}, {});
  bindings_.PushSet(0, layout).Write({0, 0}, {{kUniform, 1, 0, 16}});
  CommandRecording recording;
  recording.BeginCommand("vkCmdDispatch", nullptr);
  bindings_.AppendAccesses(recording);
  bindings_.PushSet(0, layout).Write({0, 0}, {{kUniform, 2, 0, 16}});
  const std::vector<RecordedStep> steps = recording.StepsAtSubmit();
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].resource, 1u);
}

}  // namespace
}  // namespace incoherent
