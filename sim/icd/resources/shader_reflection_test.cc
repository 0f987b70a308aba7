#include "sim/icd/resources/shader_reflection.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sim/icd/resources/sample_block_shaders.h"
#include "sim/icd/resources/sample_handle_shaders.h"

namespace incoherent {
namespace {

using Ranges = std::vector<ByteRange>;

constexpr ByteRange kEverything = {0, kWholeSize};

void ExpectRanges(const Ranges& ranges, const Ranges& expected) {
  ASSERT_EQ(ranges.size(), expected.size());
  for (size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_EQ(ranges[i].offset, expected[i].offset);
    EXPECT_EQ(ranges[i].size, expected[i].size);
  }
}

// Null if the entry point does not use the binding.
const ShaderBinding* Find(const ShaderReflection& shader, uint32_t set,
                          uint32_t binding) {
  const auto found =
      std::find_if(shader.bindings.begin(), shader.bindings.end(),
                   [&](const ShaderBinding& at) {
                     return at.set == set && at.binding == binding;
                   });
  return found == shader.bindings.end() ? nullptr : &*found;
}

class ReflectBlocks : public testing::Test {
 protected:
  void Reflect(absl::Span<const uint32_t> words, VkShaderStageFlagBits stage,
               const std::vector<SpecializationValue>& constants = {}) {
    absl::optional<ShaderReflection> read =
        ReflectShader(words, "main", stage, constants);
    ASSERT_TRUE(read.has_value());
    shader_ = *std::move(read);
  }

  const ShaderBinding& Get(uint32_t set, uint32_t binding) {
    static const auto* const none = new ShaderBinding;
    const ShaderBinding* found = Find(shader_, set, binding);
    EXPECT_NE(found, nullptr) << "set " << set << " binding " << binding;
    return found == nullptr ? *none : *found;
  }

  ShaderReflection shader_;
};

TEST_F(ReflectBlocks, UniformBlockIsReadByMember) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  const ShaderBinding& params = Get(0, 0);
  EXPECT_EQ(params.resource, ShaderResource::kUniformBlock);
  EXPECT_EQ(params.array_size, 1u);
  ExpectRanges(params.reads, {{0, 16}, {64, 4}});
  ExpectRanges(params.may_reads, {});
  ExpectRanges(params.writes, {});
}

TEST_F(ReflectBlocks, RuntimeArrayMayBeReadToTheEnd) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  const ShaderBinding& source = Get(0, 1);
  EXPECT_EQ(source.resource, ShaderResource::kStorageBlock);
  ExpectRanges(source.reads, {});
  ExpectRanges(source.may_reads, {{16, kWholeSize}});
  ExpectRanges(source.writes, {});
}

TEST_F(ReflectBlocks, StorageBlockIsReadAndWrittenByMember) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  const ShaderBinding& target = Get(0, 2);
  ExpectRanges(target.reads, {{4, 4}});
  ExpectRanges(target.writes, {{0, 4}, {16, 4 * 16}});
}

TEST_F(ReflectBlocks, SpecializationConstantsGiveArraysTheirSize) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT, {{6, 100}, {7, 9}});
  ExpectRanges(Get(0, 2).writes, {{0, 4}, {16, 9 * 16}});
}

TEST_F(ReflectBlocks, AtomicOperationReadsAndWrites) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  ExpectRanges(Get(0, 3).reads, {{4, 4}});
  ExpectRanges(Get(0, 3).writes, {{4, 4}});
}

TEST_F(ReflectBlocks, ArrayOfDescriptorsHasItsSize) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  EXPECT_EQ(Get(1, 1).array_size, 3u);
  ExpectRanges(Get(1, 1).reads, {{0, 16}});
}

TEST_F(ReflectBlocks, WhatTheEntryPointDoesNotUseGivesNothing) {
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  EXPECT_EQ(Find(shader_, 0, 4), nullptr) << "used by a function never called";
  EXPECT_EQ(Find(shader_, 1, 0), nullptr) << "only its length is asked";
  EXPECT_EQ(shader_.bindings.size(), 5u);
}

TEST_F(ReflectBlocks, ConstantIndicesLeadToTheBytesThemselves) {
  Reflect(kLayoutShader, VK_SHADER_STAGE_VERTEX_BIT);
  const ShaderBinding& block = Get(0, 0);
  ExpectRanges(block.reads, {{16, 12},     // a column of mat3
                             {80, 4},      // an element of std140 float[]
                             {140, 4},     // a component of a nested struct's
                             {256, 64}});  // a mat4 of an array
  // A row-major column has no range of its own.
  ExpectRanges(block.may_reads, {{144, 40}});
}

TEST_F(ReflectBlocks, PassedOnPointerMayDoWhateverItsBlockAllows) {
  Reflect(kPassedShader, VK_SHADER_STAGE_COMPUTE_BIT);
  ExpectRanges(Get(2, 3).may_reads, {kEverything});
  ExpectRanges(Get(2, 3).writes, {kEverything});
  ExpectRanges(Get(2, 4).may_reads, {kEverything});
  ExpectRanges(Get(2, 4).writes, {});
}

TEST_F(ReflectBlocks, ImagesAndTexelBuffersAreTakenAsAWhole) {
  Reflect(kImagesShader, VK_SHADER_STAGE_FRAGMENT_BIT);
  struct Row {
    uint32_t binding;
    ShaderResource resource;
    bool reads;
    bool writes;
  };
  constexpr Row kRows[] = {
      {0, ShaderResource::kSampledImage, true, false},
      {1, ShaderResource::kSampledImage, true, false},  // in a function
      {3, ShaderResource::kSampledImage, true, false},  // texels
      {4, ShaderResource::kStorageImage, true, false},
      {5, ShaderResource::kStorageImage, false, true},
      {6, ShaderResource::kStorageImage, true, true},  // atomic
      {8, ShaderResource::kInputAttachment, true, false},
  };
  for (const Row& row : kRows) {
    const ShaderBinding& binding = Get(0, row.binding);
    EXPECT_EQ(binding.resource, row.resource) << row.binding;
    ExpectRanges(binding.reads, {});
    ExpectRanges(binding.may_reads, row.reads ? Ranges{kEverything} : Ranges{});
    ExpectRanges(binding.writes, row.writes ? Ranges{kEverything} : Ranges{});
  }
  EXPECT_EQ(Find(shader_, 0, 2), nullptr) << "a sampler";
  EXPECT_EQ(Find(shader_, 0, 7), nullptr) << "only its size is asked";
}

TEST_F(ReflectBlocks, SeesLoadsAndStoresByAddress) {
  Reflect(kAddressesShader, VK_SHADER_STAGE_COMPUTE_BIT);
  EXPECT_TRUE(shader_.reads_physical_addresses);
  EXPECT_FALSE(shader_.writes_physical_addresses);
  ExpectRanges(Get(0, 0).writes, {{0, 4}});
  Reflect(kStoresShader, VK_SHADER_STAGE_COMPUTE_BIT);
  EXPECT_FALSE(shader_.reads_physical_addresses);
  EXPECT_TRUE(shader_.writes_physical_addresses);
  Reflect(kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT);
  EXPECT_FALSE(shader_.reads_physical_addresses);
  EXPECT_FALSE(shader_.writes_physical_addresses);
}

TEST(ReflectShader, EachEntryPointHasItsOwnUses) {
  const absl::optional<ShaderReflection> idle =
      ReflectShader(kPassedShader, "idle", VK_SHADER_STAGE_COMPUTE_BIT, {});
  ASSERT_TRUE(idle.has_value());
  EXPECT_TRUE(idle->bindings.empty());
}

TEST(ReflectShader, SaysSoWhereItCannotRead) {
  constexpr auto kCompute = VK_SHADER_STAGE_COMPUTE_BIT;
  const absl::Span<const uint32_t> words = kBlocksShader;
  EXPECT_FALSE(ReflectShader({}, "main", kCompute, {}).has_value());
  EXPECT_FALSE(
      ReflectShader(words.subspan(1), "main", kCompute, {}).has_value());
  EXPECT_FALSE(
      ReflectShader(words.subspan(0, 8), "main", kCompute, {}).has_value());
  EXPECT_FALSE(ReflectShader(words, "other", kCompute, {}).has_value());
  EXPECT_FALSE(
      ReflectShader(words, "main", VK_SHADER_STAGE_VERTEX_BIT, {}).has_value());
  EXPECT_FALSE(ReflectShader(words, "main", VK_SHADER_STAGE_MESH_BIT_EXT, {})
                   .has_value());
}

// Whatever is wrong with a module: it is read or it is not, and what is read
// can be used.
RC_GTEST_PROP(ReflectShaderLaw, NoDamageDoesHarm, ()) {
  struct Sample {
    absl::Span<const uint32_t> words;
    VkShaderStageFlagBits stage;
  };
  const Sample sample =
      *rc::gen::element(Sample{kBlocksShader, VK_SHADER_STAGE_COMPUTE_BIT},
                        Sample{kLayoutShader, VK_SHADER_STAGE_VERTEX_BIT},
                        Sample{kImagesShader, VK_SHADER_STAGE_FRAGMENT_BIT},
                        Sample{kAddressesShader, VK_SHADER_STAGE_COMPUTE_BIT});
  std::vector<uint32_t> words(sample.words.begin(), sample.words.end());
  const auto damages = *rc::gen::inRange(1, 4);
  for (int i = 0; i < damages; ++i) {
    const auto at = *rc::gen::inRange<size_t>(5, words.size());
    words[at] = *rc::gen::oneOf(rc::gen::inRange<uint32_t>(0, 100),
                                rc::gen::arbitrary<uint32_t>());
  }
  const absl::optional<ShaderReflection> shader =
      ReflectShader(words, "main", sample.stage, {{7, 3}});
  if (!shader.has_value()) return;
  for (const ShaderBinding& binding : shader->bindings) {
    RC_ASSERT(binding.Any());
    for (const Ranges* ranges :
         {&binding.reads, &binding.may_reads, &binding.writes}) {
      uint64_t end = 0;
      for (const ByteRange& range : *ranges) {
        RC_ASSERT(range.size > 0u);
        RC_ASSERT(range.offset >= end);
        end = range.size == kWholeSize ? kWholeSize : range.end();
        RC_ASSERT(end > range.offset);
      }
    }
    for (const ByteRange& range : binding.reads) {
      RC_ASSERT(range.size != kWholeSize);
    }
  }
}

}  // namespace
}  // namespace incoherent
