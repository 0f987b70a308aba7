#include "sim/icd/recording/vertex_input.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

constexpr uint64_t kNoLimit = uint64_t{1} << 40;
using Ranges = std::vector<ByteRange>;

TEST(InstanceElements, ADivisorAdvancesOnceInAWhile) {
  const auto count = [](uint32_t instances, uint32_t divisor) {
    return InstanceElements({5, instances}, divisor).count;
  };
  EXPECT_EQ(count(4, 1), 4u);
  EXPECT_EQ(count(4, 2), 2u);
  EXPECT_EQ(count(5, 2), 3u);
  EXPECT_EQ(count(1, 8), 1u);
  EXPECT_EQ(count(0, 1), 0u);
  EXPECT_EQ(InstanceElements({5, 4}, 1).first, 5u);
}

TEST(InstanceElements, DivisorZeroStaysAtTheFirst) {
  EXPECT_EQ(InstanceElements({5, 100}, 0).first, 5u);
  EXPECT_EQ(InstanceElements({5, 100}, 0).count, 1u);
}

TEST(ElementRows, TightVerticesAreOneRange) {
  EXPECT_EQ(PiecesOf(ElementRows(12, 12, {2, 3}), kNoLimit).certain,
            (Ranges{{24, 36}}));
}

TEST(ElementRows, PaddingIsNotFetched) {
  EXPECT_EQ(PiecesOf(ElementRows(32, 12, {1, 2}), kNoLimit).certain,
            (Ranges{{32, 12}, {64, 12}}));
}

TEST(ElementRows, StrideZeroFetchesOneElement) {
  EXPECT_EQ(PiecesOf(ElementRows(0, 16, {3, 100}), kNoLimit).certain,
            (Ranges{{0, 16}}));
}

TEST(IndexSize, IsThatOfTheType) {
  EXPECT_EQ(IndexSize(VK_INDEX_TYPE_UINT8_EXT), 1u);
  EXPECT_EQ(IndexSize(VK_INDEX_TYPE_UINT16), 2u);
  EXPECT_EQ(IndexSize(VK_INDEX_TYPE_UINT32), 4u);
  EXPECT_EQ(IndexSize(VK_INDEX_TYPE_NONE_KHR), 0u);
}

TEST(VertexBindingsOf, TheExtentEndsWithTheLastAttribute) {
  VkVertexInputBindingDescription2EXT binding = {};
  binding.binding = 3;
  binding.stride = 64;
  binding.inputRate = VK_VERTEX_INPUT_RATE_INSTANCE;
  binding.divisor = 2;
  VkVertexInputAttributeDescription2EXT attributes[3] = {};
  attributes[0].binding = 3;
  attributes[0].format = VK_FORMAT_R32G32B32_SFLOAT;
  attributes[0].offset = 16;
  attributes[1].binding = 3;
  attributes[1].format = VK_FORMAT_R8G8B8A8_UNORM;
  attributes[1].offset = 4;
  attributes[2].binding = 1;  // of another binding
  attributes[2].format = VK_FORMAT_R32G32B32A32_SFLOAT;
  attributes[2].offset = 48;
  const auto made = VertexBindingsOf(
      {binding}, {attributes[0], attributes[1], attributes[2]});
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].binding, 3u);
  EXPECT_EQ(made[0].stride, 64u);
  EXPECT_EQ(made[0].divisor, 2u);
  EXPECT_TRUE(made[0].per_instance);
  EXPECT_EQ(made[0].extent, 28u);
}

TEST(VertexInput, DynamicVertexInputReplacesBoundStrides) {
  VertexInput input;
  input.vertex_buffers[0].stride = 16;
  input.vertex_buffers[1].stride = 20;
  PipelineInfo::VertexBinding binding;
  binding.binding = 0;
  input.SetDynamic({binding});
  EXPECT_FALSE(input.vertex_buffers[0].stride.has_value());
  EXPECT_EQ(input.vertex_buffers[1].stride, 20u);
}

}  // namespace
}  // namespace incoherent
