#ifndef INCOHERENT_SIM_ICD_CHAIN_H_
#define INCOHERENT_SIM_ICD_CHAIN_H_

// Finding structures in a pNext chain.

#include <vulkan/vulkan.h>

namespace incoherent {

// The first structure of type `type` in an input chain, or null.
template <typename Struct>
const Struct* FindInChain(const void* chain, VkStructureType type) {
  for (auto* at = static_cast<const VkBaseInStructure*>(chain); at != nullptr;
       at = at->pNext) {
    if (at->sType == type) return reinterpret_cast<const Struct*>(at);
  }
  return nullptr;
}

// The same in a chain that the callee fills in.
template <typename Struct>
Struct* FindInOutputChain(void* chain, VkStructureType type) {
  return const_cast<Struct*>(FindInChain<Struct>(chain, type));
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_CHAIN_H_
