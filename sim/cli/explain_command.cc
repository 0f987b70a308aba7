#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/cli/commands.h"
#include "sim/cli/text_table.h"
#include "sim/findings/explanation.h"
#include "sim/profiles/closest_names.h"

namespace incoherent {
namespace {

constexpr char kDetails[] =
    R"(KIND is what a finding begins with, such as stale-host-read. Without one, all
are listed.
)";

void List() {
  TextTable table;
  for (int i = 0; i < kHazardKinds; ++i) {
    const Explanation& explanation = ExplanationOf(static_cast<HazardKind>(i));
    table.AddRow({HazardKindName(explanation.kind), explanation.summary});
  }
  std::fputs(table.ToString().c_str(), stdout);
}

int RefuseKind(const std::string& name) {
  std::vector<absl::string_view> kinds;
  for (int i = 0; i < kHazardKinds; ++i) {
    kinds.push_back(HazardKindName(static_cast<HazardKind>(i)));
  }
  return RefuseUsage(
      kExplainCommand,
      absl::StrCat("unknown kind '", name, "'", DidYouMean(name, kinds),
                   "; `incoherent explain` lists them"));
}

int Run(const Arguments& arguments) {
  if (arguments.operands.empty()) {
    List();
    return kExitOk;
  }
  if (arguments.operands.size() > 1) {
    return RefuseUsage(kExplainCommand, "one kind at a time");
  }
  const absl::optional<HazardKind> kind =
      ParseHazardKind(arguments.operands[0]);
  if (!kind.has_value()) return RefuseKind(arguments.operands[0]);
  std::fputs(ExplanationOf(*kind).ToText().c_str(), stdout);
  return kExitOk;
}

}  // namespace

const Command kExplainCommand = {
    "incoherent explain",
    "[KIND]",
    "Tells what a kind of finding means, and what to do.",
    kDetails,
    {},
    Operands::kAnywhere,
    Run,
};

}  // namespace incoherent
