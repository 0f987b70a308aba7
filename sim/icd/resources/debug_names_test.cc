#include "sim/icd/resources/debug_names.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

TEST(DebugNames, AnObjectHasTheNameItWasGivenLast) {
  DebugNames names;
  EXPECT_EQ(names.Of(VK_OBJECT_TYPE_BUFFER, 1), "");
  names.Set(VK_OBJECT_TYPE_BUFFER, 1, "staging");
  EXPECT_EQ(names.Of(VK_OBJECT_TYPE_BUFFER, 1), "staging");
  names.Set(VK_OBJECT_TYPE_BUFFER, 1, "upload");
  EXPECT_EQ(names.Of(VK_OBJECT_TYPE_BUFFER, 1), "upload");
  names.Set(VK_OBJECT_TYPE_BUFFER, 1, "");
  EXPECT_EQ(names.Of(VK_OBJECT_TYPE_BUFFER, 1), "");
}

TEST(DebugNames, HandlesOfTwoTypesAreTwoObjects) {
  DebugNames names;
  names.Set(VK_OBJECT_TYPE_BUFFER, 1, "staging");
  names.Set(VK_OBJECT_TYPE_IMAGE, 1, "shadow map");
  names.Forget(VK_OBJECT_TYPE_BUFFER, 1);
  EXPECT_EQ(names.Of(VK_OBJECT_TYPE_BUFFER, 1), "");
  EXPECT_EQ(names.Of(VK_OBJECT_TYPE_IMAGE, 1), "shadow map");
}

TEST(DebugNames, DebugMarkersObjectTypesAreKnown) {
  EXPECT_EQ(ToObjectType(VK_DEBUG_REPORT_OBJECT_TYPE_BUFFER_EXT),
            VK_OBJECT_TYPE_BUFFER);
  EXPECT_EQ(ToObjectType(VK_DEBUG_REPORT_OBJECT_TYPE_DEVICE_MEMORY_EXT),
            VK_OBJECT_TYPE_DEVICE_MEMORY);
  EXPECT_EQ(ToObjectType(VK_DEBUG_REPORT_OBJECT_TYPE_COMMAND_POOL_EXT),
            VK_OBJECT_TYPE_COMMAND_POOL);
  EXPECT_EQ(ToObjectType(VK_DEBUG_REPORT_OBJECT_TYPE_SWAPCHAIN_KHR_EXT),
            VK_OBJECT_TYPE_SWAPCHAIN_KHR);
  EXPECT_EQ(ToObjectType(VK_DEBUG_REPORT_OBJECT_TYPE_UNKNOWN_EXT),
            VK_OBJECT_TYPE_UNKNOWN);
}

}  // namespace
}  // namespace incoherent
