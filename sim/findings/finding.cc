#include "sim/findings/finding.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

std::string ToText(const FindingMemory& memory) {
  return absl::StrFormat(" (memory 0x%x, type %d, 0x%x bytes)", memory.handle,
                         memory.type_index, memory.size);
}

}  // namespace

std::string ToText(const Finding& finding) {
  return absl::StrCat(
      HazardKindName(finding.kind), ": ", finding.command, ": ",
      finding.message,
      finding.memory.has_value() ? ToText(*finding.memory) : std::string(),
      " [", finding.vuid, "]");
}

}  // namespace incoherent
