#ifndef INCOHERENT_TESTS_VULKAN_FINDINGS_FINDING_PROGRAM_H_
#define INCOHERENT_TESTS_VULKAN_FINDINGS_FINDING_PROGRAM_H_

// FindingProgram: a small application with a bug, what the report of its run
// must say, and the same application without the bug.
//
//   {"NoFlush", kSubmitText, NoFlush,
//    {Lost({0, 4096}).Exactly().Command("vkCmdCopyBuffer").Of("upload")}}
//
// The right build is met with silence and sees the right bytes.

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "tests/vulkan/findings/expected_finding.h"
#include "tests/vulkan/outcome.h"
#include "tests/vulkan/vulkan_app.h"

namespace incoherent {

// The bytes that a wrong build sees.
enum class Sees {
  kWrongBytes,
  kRightBytes,  // the bug is one that most hardware forgives
  kAnyBytes,    // it depends on who is faster
};

struct FindingProgram {
  std::string name;
  std::string link;  // where the bug was reported or fixed; else the rule
  std::function<Outcome(VulkanApp&, Build)> run;
  // Of the wrong build; each is found, and nothing else is.
  std::vector<ExpectedFinding> expected;
  Sees sees = Sees::kWrongBytes;
  // Besides VK_EXT_debug_utils.
  DeviceRequest request;
  std::string host_domain;  // INCOHERENT_HOST_DOMAIN
  std::string lint;         // INCOHERENT_LINT
  bool has_wrong_build = true;
};

// What a failed case says of its program.
void PrintTo(const FindingProgram& program, std::ostream* stream);

// A program that has no bug, and comes close to having one.
FindingProgram Silent(const std::string& name, const std::string& link,
                      const std::function<Outcome(VulkanApp&)>& run,
                      const DeviceRequest& request = DeviceRequest());

// Programs by what is missing.
std::vector<FindingProgram> MissingFlushPrograms();
std::vector<FindingProgram> MissingInvalidatePrograms();
std::vector<FindingProgram> HostBarrierPrograms();
std::vector<FindingProgram> HostWriteBarrierPrograms();
std::vector<FindingProgram> InFlightPrograms();
std::vector<FindingProgram> AtomPrograms();
std::vector<FindingProgram> CommandPrograms();
std::vector<FindingProgram> ShaderPrograms();
std::vector<FindingProgram> DrawPrograms();
std::vector<FindingProgram> ImagePrograms();
std::vector<FindingProgram> ImportPrograms();
std::vector<FindingProgram> LintPrograms();
// Bugs of public projects, boiled down; first those of corpus_program.h.
std::vector<FindingProgram> CorpusFindingPrograms();
std::vector<FindingProgram> PublicUploadPrograms();
std::vector<FindingProgram> PublicReadbackPrograms();
std::vector<FindingProgram> PublicRacePrograms();
// Without a bug.
std::vector<FindingProgram> SilentPrograms();
std::vector<FindingProgram> SilentReadbackPrograms();

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_FINDINGS_FINDING_PROGRAM_H_
