#ifndef INCOHERENT_TESTS_VULKAN_OUTCOME_H_
#define INCOHERENT_TESTS_VULKAN_OUTCOME_H_

// Outcome: what a program should have seen, and what it saw. Programs come in
// two builds: with the bug, and with the fix that its project made or should
// make.

#include "tests/vulkan/bytes.h"

namespace incoherent {

enum class Build { kWrong, kRight };

struct Outcome {
  Bytes want;
  Bytes got;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_OUTCOME_H_
