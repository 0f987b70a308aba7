#ifndef INCOHERENT_SIM_FINDINGS_EXPLANATION_H_
#define INCOHERENT_SIM_FINDINGS_EXPLANATION_H_

// Explanation: what a kind of finding is, for somebody who has one.
//
//   std::fputs(ExplanationOf(HazardKind::kLostHostWrite).ToText().c_str(),
//              stdout);

#include <string>

#include "sim/memory/hazard.h"

namespace incoherent {

// The texts are paragraphs of lines of at most 80 columns, without a newline at
// the end.
struct Explanation {
  HazardKind kind;
  const char* summary;  // one line
  const char* what;     // what happened
  const char* program;  // some ten lines that have it
  const char* hidden;   // why it goes unnoticed on most desktops
  const char* fix;
  const char* section;  // of the Vulkan specification, by its title
  const char* url;

  std::string ToText() const;
};

const Explanation& ExplanationOf(HazardKind kind);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_EXPLANATION_H_
