#ifndef INCOHERENT_SIM_ICD_TWO_CALLS_H_
#define INCOHERENT_SIM_ICD_TWO_CALLS_H_

// Vulkan's way of returning a list: one call for the count, one for the
// elements.

#include <vulkan/vulkan.h>

#include <algorithm>
#include <vector>

namespace incoherent {

// Fetches a whole list by query(count, elements).
template <typename Element, typename Query>
VkResult CallTwice(Query query, std::vector<Element>& elements) {
  VkResult result = VK_INCOMPLETE;
  while (result == VK_INCOMPLETE) {
    uint32_t count = 0;
    result = query(&count, nullptr);
    if (result != VK_SUCCESS) break;
    elements.resize(count);
    result = query(&count, elements.data());
    elements.resize(result >= VK_SUCCESS ? count : 0);
  }
  return result;
}

// Answers such a query from a list.
template <typename Element>
VkResult AnswerTwoCalls(const std::vector<Element>& elements, uint32_t* count,
                        Element* out) {
  if (out == nullptr) {
    *count = static_cast<uint32_t>(elements.size());
    return VK_SUCCESS;
  }
  const size_t room = std::min<size_t>(*count, elements.size());
  std::copy_n(elements.begin(), room, out);
  *count = static_cast<uint32_t>(room);
  return room < elements.size() ? VK_INCOMPLETE : VK_SUCCESS;
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TWO_CALLS_H_
