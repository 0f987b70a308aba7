#include "sim/icd/resources/descriptor_set.h"

#include <gtest/gtest.h>

#include "sim/icd/resources/descriptor_table.h"
#include "sim/icd/resources/descriptor_write.h"

namespace incoherent {
namespace {

constexpr VkDescriptorType kUniform = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
constexpr VkDescriptorType kStorageDynamic =
    VK_DESCRIPTOR_TYPE_STORAGE_BUFFER_DYNAMIC;
constexpr VkDescriptorType kUniformDynamic =
    VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC;

// Given in no order: 1: two uniform blocks; 3: none; 4: a dynamic storage
// block; 2: two dynamic uniform blocks.
DescriptorSetLayout MakeLayout() {
  const VkDescriptorSetLayoutBinding bindings[] = {
      {4, kStorageDynamic, 1, VK_SHADER_STAGE_ALL, nullptr},
      {1, kUniform, 2, VK_SHADER_STAGE_ALL, nullptr},
      {3, kUniform, 0, VK_SHADER_STAGE_ALL, nullptr},
      {2, kUniformDynamic, 2, VK_SHADER_STAGE_ALL, nullptr},
  };
  VkDescriptorSetLayoutCreateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
  info.bindingCount = 4;
  info.pBindings = bindings;
  return DescriptorSetLayout(info);
}

std::shared_ptr<const DescriptorSetLayout> SharedLayout() {
  return std::make_shared<const DescriptorSetLayout>(MakeLayout());
}

Descriptor Buffer(uint64_t handle) { return {kUniform, handle, 0, 16}; }

std::vector<uint64_t> Handles(const DescriptorSet& set, uint32_t binding) {
  std::vector<uint64_t> handles;
  for (const Descriptor& at : set.Read(binding)) handles.push_back(at.handle);
  return handles;
}

using Numbers = std::vector<uint64_t>;

TEST(DescriptorSetLayout, CountsDynamicOffsetsByBindingNumber) {
  const DescriptorSetLayout layout = MakeLayout();
  EXPECT_EQ(layout.dynamic_count(), 3u);
  EXPECT_EQ(layout.Find(2)->first_dynamic, 0u);
  EXPECT_EQ(layout.Find(4)->first_dynamic, 2u);
  EXPECT_EQ(layout.Find(0), nullptr);
  EXPECT_FALSE(layout.update_after_bind());
}

TEST(DescriptorSetLayout, ElementsPastTheEndLieInTheNextBindings) {
  const DescriptorSetLayout layout = MakeLayout();
  const auto at = [&](uint32_t binding, uint32_t element) {
    return layout.Normalize({binding, element});
  };
  EXPECT_EQ(at(1, 1), (DescriptorPlace{1, 1}));
  EXPECT_EQ(at(1, 2), (DescriptorPlace{2, 0}));
  EXPECT_EQ(at(1, 4), (DescriptorPlace{4, 0})) << "binding 3 has none";
  EXPECT_FALSE(at(1, 5).has_value());
  EXPECT_FALSE(at(0, 0).has_value());
}

TEST(DescriptorSetLayout, KnowsUpdateAfterBind) {
  const VkDescriptorSetLayoutBinding binding = {0, kUniform, 1,
                                                VK_SHADER_STAGE_ALL, nullptr};
  const VkDescriptorBindingFlags bit =
      VK_DESCRIPTOR_BINDING_UPDATE_AFTER_BIND_BIT;
  VkDescriptorSetLayoutBindingFlagsCreateInfo flags = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_BINDING_FLAGS_CREATE_INFO};
  flags.bindingCount = 1;
  flags.pBindingFlags = &bit;
  VkDescriptorSetLayoutCreateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, &flags, 0, 1,
      &binding};
  EXPECT_TRUE(DescriptorSetLayout(info).update_after_bind());
}

TEST(DescriptorSet, WriteRunsOverIntoTheNextBinding) {
  DescriptorSet set(SharedLayout());
  set.Write({1, 1}, {Buffer(7), Buffer(8), Buffer(9), Buffer(10), Buffer(11)});
  EXPECT_EQ(Handles(set, 1), (Numbers{0, 7}));
  EXPECT_EQ(Handles(set, 2), (Numbers{8, 9}));
  EXPECT_EQ(Handles(set, 3), (Numbers{}));
  EXPECT_EQ(Handles(set, 4), (Numbers{10})) << "there is no place for 11";
}

TEST(DescriptorSet, CopyRunsOverOnBothSides) {
  DescriptorSet from(SharedLayout());
  DescriptorSet to(SharedLayout());
  from.Write({1, 0}, {Buffer(1), Buffer(2), Buffer(3), Buffer(4)});
  to.Copy(from, {1, 1}, {2, 1}, 2);
  EXPECT_EQ(Handles(to, 2), (Numbers{0, 2}));
  EXPECT_EQ(Handles(to, 4), (Numbers{3}));
  from.Copy(from, {1, 0}, {2, 0}, 2);
  EXPECT_EQ(Handles(from, 2), (Numbers{1, 2}));
}

TEST(DescriptorSet, CloneIsOnItsOwn) {
  DescriptorSet set(SharedLayout());
  set.Write({1, 0}, {Buffer(1)});
  const std::shared_ptr<DescriptorSet> clone = set.Clone();
  set.Write({1, 0}, {Buffer(2)});
  EXPECT_EQ(Handles(*clone, 1), (Numbers{1}));
  EXPECT_EQ(Handles(set, 1), (Numbers{2}));
}

template <typename Handle>
Handle Fake(uintptr_t number) {
  return reinterpret_cast<Handle>(number);
}

TEST(ReadDescriptors, KeepsThePlacesOfWhatHasNoBytes) {
  const VkDescriptorImageInfo images[] = {
      {Fake<VkSampler>(1), Fake<VkImageView>(5), VK_IMAGE_LAYOUT_GENERAL},
      {Fake<VkSampler>(2), VK_NULL_HANDLE, VK_IMAGE_LAYOUT_GENERAL}};
  VkWriteDescriptorSet write = {VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
  write.descriptorCount = 2;
  write.pImageInfo = images;
  write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
  ASSERT_EQ(ReadDescriptors(write).size(), 2u);
  EXPECT_EQ(ReadDescriptors(write)[0].handle, 5u);
  EXPECT_EQ(ReadDescriptors(write)[1].handle, 0u);
  write.descriptorType = VK_DESCRIPTOR_TYPE_SAMPLER;
  ASSERT_EQ(ReadDescriptors(write).size(), 2u);
  EXPECT_EQ(ReadDescriptors(write)[0].handle, 0u);
  write.descriptorType = VK_DESCRIPTOR_TYPE_INLINE_UNIFORM_BLOCK;
  EXPECT_TRUE(ReadDescriptors(write).empty());
}

TEST(DescriptorTemplate, ReadsEntriesAtTheirStrides) {
  struct Data {
    uint32_t other;
    VkDescriptorBufferInfo first;
    uint64_t between;
    VkDescriptorBufferInfo second;
  };
  const Data data = {0, {Fake<VkBuffer>(3), 16, 32}, 0, {Fake<VkBuffer>(4)}};
  const VkDescriptorUpdateTemplateEntry entry = {
      1,
      0,
      2,
      kUniform,
      offsetof(Data, first),
      offsetof(Data, second) - offsetof(Data, first)};
  VkDescriptorUpdateTemplateCreateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_UPDATE_TEMPLATE_CREATE_INFO};
  info.descriptorUpdateEntryCount = 1;
  info.pDescriptorUpdateEntries = &entry;
  DescriptorSet set(SharedLayout());
  DescriptorTemplate(info).Update(set, &data);
  EXPECT_EQ(Handles(set, 1), (Numbers{3, 4}));
  EXPECT_EQ(set.Read(1)[0].offset, 16u);
  EXPECT_EQ(set.Read(1)[0].range, 32u);
}

TEST(DescriptorTable, ForgetsTheSetsOfAPoolThatIsReset) {
  const VkDescriptorSetLayoutBinding binding = {0, kUniform, 1,
                                                VK_SHADER_STAGE_ALL, nullptr};
  const VkDescriptorSetLayoutCreateInfo layout_info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, nullptr, 0, 1,
      &binding};
  const auto layout = Fake<VkDescriptorSetLayout>(1);
  DescriptorTable table;
  table.AddSetLayout(layout, layout_info);
  const VkDescriptorSetLayout layouts[] = {layout, layout};
  VkDescriptorSetAllocateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO, nullptr,
      Fake<VkDescriptorPool>(2), 2, layouts};
  const VkDescriptorSet sets[] = {Fake<VkDescriptorSet>(3),
                                  Fake<VkDescriptorSet>(4)};
  table.AddSets(info, sets);
  table.RemoveSetLayout(layout);  // the sets live on
  EXPECT_NE(table.FindSet(sets[0]), nullptr);
  table.RemoveSets(info.descriptorPool, {sets[0]});
  EXPECT_EQ(table.FindSet(sets[0]), nullptr);
  EXPECT_NE(table.FindSet(sets[1]), nullptr);
  table.RemoveSetsOf(Fake<VkDescriptorPool>(9));
  EXPECT_NE(table.FindSet(sets[1]), nullptr);
  table.RemoveSetsOf(info.descriptorPool);
  EXPECT_EQ(table.FindSet(sets[1]), nullptr);
}

}  // namespace
}  // namespace incoherent
