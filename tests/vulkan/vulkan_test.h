#ifndef INCOHERENT_TESTS_VULKAN_VULKAN_TEST_H_
#define INCOHERENT_TESTS_VULKAN_VULKAN_TEST_H_

// VulkanTest: a test that hears what the ICD says.
//
//   TEST_F(MappedRangeTest, MisalignedOffset) {
//     ...
//     EXPECT_THAT(Findings(), ElementsAre(
//         Reports("vkFlushMappedMemoryRanges",
//                 "VUID-VkMappedMemoryRange-offset-00687", "offset 0x1,")));
//   }
//
// A finding that the test does not ask for fails it: correct programs are met
// with silence. The ICD tells a finding once per calling place, so each wrong
// call stands in a test of its own.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {

class VulkanTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // The findings that were told since this was last called, a line each.
  std::vector<std::string> Findings();
  // All other lines of the ICD since then.
  std::vector<std::string> Remarks();

 private:
  void Hear();

  std::vector<std::string> findings_;
  std::vector<std::string> remarks_;
};

// The lines of `text` that tell a finding, and those that the ICD says besides.
std::vector<std::string> FindingsIn(const std::string& text);
std::vector<std::string> RemarksIn(const std::string& text);

// Matches the finding of a call that broke a rule, with `detail` somewhere.
::testing::Matcher<const std::string&> Reports(const std::string& command,
                                               const std::string& vuid,
                                               const std::string& detail = "");

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_VULKAN_TEST_H_
