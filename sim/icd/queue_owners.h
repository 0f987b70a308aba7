#ifndef INCOHERENT_SIM_ICD_QUEUE_OWNERS_H_
#define INCOHERENT_SIM_ICD_QUEUE_OWNERS_H_

// Which device a queue was got from. Thread-safe.

#include <vulkan/vulkan.h>

namespace incoherent {

class Device;

// Null if the queue is not known.
Device* FindQueue(VkQueue queue);
void RememberQueue(VkQueue queue, Device* device);
void ForgetQueues(const Device* device);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_QUEUE_OWNERS_H_
