#ifndef INCOHERENT_SIM_MEMORY_HAZARD_LIST_H_
#define INCOHERENT_SIM_MEMORY_HAZARD_LIST_H_

// HazardList: what one access ran into, run after run.
//
// The runs of one access often tell the same; neighbouring ones with the same
// cause are one hazard, so that the answer does not depend on how the journey
// happens to be cut.

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"

namespace incoherent {

class HazardList {
 public:
  HazardList(uint32_t payload, OperationId later)
      : payload_(payload), later_(later) {}

  // Ranges of the same cause come in ascending order.
  void Add(HazardKind kind, const ByteRange& range, OperationId earlier,
           MissingStep missing, bool by_the_letter = false) {
    for (Hazard& known : hazards_) {
      if (known.kind != kind || known.earlier != earlier ||
          known.missing != missing || known.by_the_letter != by_the_letter ||
          known.range.end() < range.offset) {
        continue;
      }
      if (range.end() > known.range.end()) {
        known.range = ByteRange::Between(known.range.offset, range.end());
      }
      return;
    }
    hazards_.push_back(
        {kind, payload_, range, earlier, later_, missing, by_the_letter});
  }

  void Report(const std::function<void(const Hazard&)>& sink) const {
    for (const Hazard& hazard : hazards_) sink(hazard);
  }

 private:
  uint32_t payload_;
  OperationId later_;
  std::vector<Hazard> hazards_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_HAZARD_LIST_H_
