#ifndef INCOHERENT_FUZZ_REFERENCE_MAP_H_
#define INCOHERENT_FUZZ_REFERENCE_MAP_H_

// ReferenceMap: the gold standard for vkMapMemory and vkMapMemory2: every rule
// that a map breaks. Every number is wide enough that no sum of two wraps.

#include <cstdint>
#include <set>
#include <string>

#include "sim/memory/device_memory.h"

namespace incoherent {

struct ReferenceMap {
  using Wide = unsigned __int128;

  const DeviceMemoryInfo& object;
  const MapRequest& request;

  bool IsWhole() const { return request.size == ~uint64_t{0}; }
  Wide begin() const { return request.offset; }
  Wide end() const {
    return IsWhole() ? Wide{object.size} : Wide{request.offset} + request.size;
  }

  // Those after which nothing more is mapped than before.
  std::set<std::string> BrokenRulesThatStop() const {
    std::set<std::string> broken;
    const bool visible = (object.type.property_flags & kHostVisible) != 0;
    Require(begin() < object.size, "offset-00679", "offset-07959", broken);
    Require(request.size != 0, "size-00680", "size-07960", broken);
    Require(end() <= object.size, "size-00681", "size-07961", broken);
    Require(visible, "memory-00682", "memory-07962", broken);
    Require(!object.multi_instance, "memory-00683", "memory-07963", broken);
    return broken;
  }

  // All of them, of an object that is mapped already, or is not.
  std::set<std::string> BrokenRules(bool mapped) const {
    std::set<std::string> broken = BrokenRulesThatStop();
    Require(!mapped, "memory-00678", "memory-07958", broken);
    return broken;
  }

 private:
  void Require(bool kept, const char* rule, const char* rule_of_map2,
               std::set<std::string>& broken) const {
    if (kept) return;
    broken.insert(request.form == CommandForm::kMapMemory
                      ? std::string("VUID-vkMapMemory-") + rule
                      : std::string("VUID-VkMemoryMapInfo-") + rule_of_map2);
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_REFERENCE_MAP_H_
