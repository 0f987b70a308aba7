// What a process hears of its findings, up to its end.

#include <algorithm>
#include <string>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/child_run.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOffset[] = "VUID-VkMappedMemoryRange-offset-00687";
constexpr char kUnmapped[] = "VUID-vkUnmapMemory-memory-00689";

TEST(FindingReportTest, CorrectProgramEndsInSilence) {
  const ChildRun run = ChildRun::Of([] {
    VulkanApp app;
    AppMemory m(app, 4096);
    m.Map();
    m.Flush(0, VK_WHOLE_SIZE);
    return "";
  });
  EXPECT_TRUE(run.ok());
  EXPECT_THAT(FindingsIn(run.errors), IsEmpty());
  EXPECT_THAT(RemarksIn(run.errors), IsEmpty());
}

TEST(FindingReportTest, LoopIsToldOnceAndCountedAtTheEnd) {
  const ChildRun run = ChildRun::Of([] {
    VulkanApp app;
    AppMemory m(app, 4096);
    m.Map();
    for (int i = 0; i < 1000; ++i) m.Flush(1, 256);
    return "";
  });
  EXPECT_TRUE(run.ok());
  EXPECT_THAT(FindingsIn(run.errors),
              ElementsAre(Reports("vkFlushMappedMemoryRanges", kOffset)));
  EXPECT_THAT(RemarksIn(run.errors),
              ElementsAre("incoherent: 1000 errors from 1 place (" +
                          std::string(kOffset) + " x1000)"));
}

TEST(FindingReportTest, SeveralPlacesAndRules) {
  const ChildRun run = ChildRun::Of([] {
    VulkanApp app;
    AppMemory m(app, 4096);
    m.Map();
    m.Flush(1, 256);
    m.Invalidate(2, 256);
    m.Unmap();
    m.Unmap();
    return "";
  });
  EXPECT_THAT(FindingsIn(run.errors),
              ElementsAre(Reports("vkFlushMappedMemoryRanges", kOffset),
                          Reports("vkInvalidateMappedMemoryRanges", kOffset),
                          Reports("vkUnmapMemory", kUnmapped)));
  EXPECT_THAT(
      RemarksIn(run.errors),
      ElementsAre(::testing::AllOf(HasSubstr("3 errors from 3 places"),
                                   HasSubstr(std::string(kOffset) + " x2"),
                                   HasSubstr(std::string(kUnmapped) + " x1"))));
}

TEST(FindingReportTest, OneErrorIsNotErrors) {
  const ChildRun run = ChildRun::Of([] {
    VulkanApp app;
    AppMemory m(app, 4096);
    m.Unmap();
    return "";
  });
  EXPECT_THAT(RemarksIn(run.errors),
              ElementsAre(HasSubstr("incoherent: 1 error from 1 place (")));
}

// The same line of the program, reached from two others, is two places.
TEST(FindingReportTest, PlaceIsTheWholeWayThere) {
  const ChildRun run = ChildRun::Of([] {
    VulkanApp app;
    AppMemory m(app, 4096);
    m.Map();
    const auto flush = [&m](VkDeviceSize offset) { m.Flush(offset, 256); };
    flush(1);
    flush(2);
    return "";
  });
  EXPECT_EQ(FindingsIn(run.errors).size(), 2u);
}

TEST(FindingReportTest, FindingsOutliveTheInstance) {
  const ChildRun run = ChildRun::Of([] {
    for (int i = 0; i < 3; ++i) {
      VulkanApp app;
      AppMemory m(app, 4096);
      m.Unmap();
    }
    return "";
  });
  EXPECT_EQ(FindingsIn(run.errors).size(), 1u);
  EXPECT_THAT(RemarksIn(run.errors), ElementsAre(HasSubstr("3 errors")));
}

// Messages that name a size or offset are one line each, whatever they say.
TEST(FindingReportTest, EveryLineIsAWholeLine) {
  const ChildRun run = ChildRun::Of([] {
    VulkanApp app;
    AppMemory m(app, 4096);
    m.Flush(0, VK_WHOLE_SIZE);
    m.Map(0, 1000);
    m.Flush(0, VK_WHOLE_SIZE);
    m.Flush(0, 100);
    return "";
  });
  for (const std::string& line : FindingsIn(run.errors)) {
    EXPECT_EQ(line.back(), ']') << line;
    EXPECT_EQ(std::count(line.begin(), line.end(), '['),
              std::count(line.begin(), line.end(), ']'))
        << line;
  }
  EXPECT_EQ(FindingsIn(run.errors).size(), 3u);
}

}  // namespace
}  // namespace incoherent
