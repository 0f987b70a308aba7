#ifndef INCOHERENT_SIM_ICD_HAZARD_REPORT_H_
#define INCOHERENT_SIM_ICD_HAZARD_REPORT_H_

// A hazard of the journey, told as a finding: with names, stacks, and the fix
// as calls that one could paste.

#include <cstdint>

#include "sim/findings/finding.h"
#include "sim/icd/memory_object.h"
#include "sim/icd/operation_log.h"
#include "sim/icd/resources/debug_names.h"
#include "sim/icd/resources/resource_table.h"
#include "sim/memory/hazard.h"

namespace incoherent {

// A finding, and the place of the application that it comes from: the same kind
// from the same place is one finding.
struct PlacedFinding {
  Finding finding;
  uint64_t place = 0;
};

struct HazardContext {
  const Operation* earlier = nullptr;  // null: nobody, or no longer known
  const Operation* later = nullptr;
  const MemoryObject* object = nullptr;
  const ResourceTable* resources = nullptr;
  const DebugNames* names = nullptr;
};

// Where a hazard comes from: its later party, the earlier one if it is a
// command, and what they met in, by its name.
uint64_t PlaceOf(const Hazard& hazard, const HazardContext& context);

// Costs what the names of its stacks cost.
PlacedFinding TellHazard(const Hazard& hazard, const HazardContext& context);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_HAZARD_REPORT_H_
