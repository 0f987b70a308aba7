#include "sim/icd/resources/shader_specialization.h"

#include <gtest/gtest.h>

#include "sim/icd/resources/sample_block_shaders.h"

namespace incoherent {
namespace {

TEST(ReadSpecialization, ReadsEachConstantAtItsOffset) {
  const uint32_t data[] = {10, 20, 30};
  const VkSpecializationMapEntry entries[] = {
      {5, 8, 4}, {6, 0, 4}, {7, 4, 1}, {8, 10, 4}, {9, 12, 4}};
  const VkSpecializationInfo info = {5, entries, sizeof(data), data};
  const std::vector<SpecializationValue> values = ReadSpecialization(&info);
  ASSERT_EQ(values.size(), 3u) << "two lie outside of the data";
  EXPECT_EQ(values[0].constant_id, 5u);
  EXPECT_EQ(values[0].value, 30u);
  EXPECT_EQ(values[1].value, 10u);
  EXPECT_EQ(values[2].value, 20u) << "its one byte";
  EXPECT_TRUE(ReadSpecialization(nullptr).empty());
}

TEST(Specialize, ChangesTheConstantAndNothingElse) {
  const std::vector<uint32_t> same = Specialize(kBlocksShader, {{8, 77}});
  EXPECT_TRUE(std::equal(same.begin(), same.end(), std::begin(kBlocksShader)))
      << "there is no constant 8";
  const std::vector<uint32_t> words = Specialize(kBlocksShader, {{7, 77}});
  ASSERT_EQ(words.size(), same.size());
  int changed = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == same[i]) continue;
    ++changed;
    EXPECT_EQ(same[i], 4u);
    EXPECT_EQ(words[i], 77u);
  }
  EXPECT_EQ(changed, 1);
}

TEST(Specialize, LeavesWhatIsNoModuleAsItIs) {
  const uint32_t words[] = {1, 2, 3};
  EXPECT_EQ(Specialize(words, {{7, 77}}), (std::vector<uint32_t>{1, 2, 3}));
}

}  // namespace
}  // namespace incoherent
