#include "sim/icd/recording/label_stack.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

TEST(LabelStack, OutsideOfAllRegionsThereIsNoPath) {
  LabelStack labels;
  EXPECT_EQ(labels.path(), nullptr);
}

TEST(LabelStack, RegionsNest) {
  LabelStack labels;
  labels.Begin("frame");
  labels.Begin("shadows");
  EXPECT_EQ(*labels.path(), "frame > shadows");
  labels.End();
  labels.Begin("lights");
  EXPECT_EQ(*labels.path(), "frame > lights");
  labels.End();
  EXPECT_EQ(*labels.path(), "frame");
  labels.End();
  EXPECT_EQ(labels.path(), nullptr);
}

TEST(LabelStack, AnEndWithoutABeginDoesNothing) {
  LabelStack labels;
  labels.End();
  labels.Begin("frame");
  EXPECT_EQ(*labels.path(), "frame");
}

TEST(LabelStack, CommandsOfOneRegionShareItsPath) {
  LabelStack labels;
  labels.Begin("frame");
  const auto kept = labels.path();
  EXPECT_EQ(kept, labels.path());
  labels.End();
  EXPECT_EQ(*kept, "frame");
}

}  // namespace
}  // namespace incoherent
