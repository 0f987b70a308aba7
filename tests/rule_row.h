#ifndef INCOHERENT_TESTS_RULE_ROW_H_
#define INCOHERENT_TESTS_RULE_ROW_H_

// How table tests of valid-usage rules name and judge their rows.
//
//   TEST_P(MapTest, ObeysTheRule) {
//     EXPECT_TRUE(Shows(row.verdict, row.vuid, memory.Map(...).usage));
//   }
//
// Rows of both kinds carry the rule in the test's name:
//   VUID_vkMapMemory_offset_00679__breaks__offset_equals_size
//   VUID_vkMapMemory_offset_00679__keeps__last_byte

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

// What a row does to its rule. A row that keeps it is valid altogether.
enum class Verdict { kBreaks, kKeeps };

inline std::string RowName(absl::string_view vuid, Verdict verdict,
                           absl::string_view what) {
  return absl::StrCat(absl::StrReplaceAll(vuid, {{"-", "_"}}),
                      verdict == Verdict::kBreaks ? "__breaks__" : "__keeps__",
                      what);
}

inline testing::AssertionResult Shows(Verdict verdict, absl::string_view vuid,
                                      const absl::Status& status) {
  const std::string found = VuidOf(status).value_or("no VUID");
  if (verdict == Verdict::kKeeps) {
    if (status.ok()) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "valid, but " << found << " was reported: " << status;
  }
  if (found == vuid && !status.message().empty()) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "breaks " << vuid << ", but " << found
                                     << " was reported: " << status;
}

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_RULE_ROW_H_
