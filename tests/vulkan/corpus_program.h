#ifndef INCOHERENT_TESTS_VULKAN_CORPUS_PROGRAM_H_
#define INCOHERENT_TESTS_VULKAN_CORPUS_PROGRAM_H_

// CorpusProgram: a coherence bug of a public project, boiled down to a few
// lines, with the fix that the project made or should make.
//
// Each has two builds. The wrong one ends with other bytes than coherent memory
// would give, or breaks a valid-usage rule, or both; the right one neither.

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "tests/vulkan/outcome.h"
#include "tests/vulkan/vulkan_app.h"

namespace incoherent {

// What the wrong build does on memory that is not coherent.
enum class Damage {
  kWrongBytes,
  kNone,  // a broken rule that happens to do no harm
};

struct CorpusProgram {
  std::string name;
  std::string link;  // where the bug was reported or fixed; else the rule
  std::function<Outcome(VulkanApp&, Build)> run;
  Damage damage = Damage::kWrongBytes;
  // The rules that the wrong build breaks, in the order of the calls.
  std::vector<std::string> broken_rules;
  // Needs VK_EXT_external_memory_host.
  bool imports_host_pointers = false;
};

// What a failed case says of its program.
void PrintTo(const CorpusProgram& program, std::ostream* stream);

// Missing or misplaced flushes.
std::vector<CorpusProgram> UploadPrograms();
// Missing or misplaced invalidates.
std::vector<CorpusProgram> ReadbackPrograms();
// Flushes and invalidates of the wrong range.
std::vector<CorpusProgram> RangePrograms();
// Host and device in one atom; imported host pointers.
std::vector<CorpusProgram> SharingPrograms();

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_CORPUS_PROGRAM_H_
