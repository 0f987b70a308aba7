#include "sim/icd/queue_owners.h"

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace incoherent {
namespace {

struct QueueOwners {
  absl::Mutex mutex;
  absl::flat_hash_map<VkQueue, Device*> devices ABSL_GUARDED_BY(mutex);
};

QueueOwners& Queues() {
  static auto* const queues = new QueueOwners;
  return *queues;
}

}  // namespace

Device* FindQueue(VkQueue queue) {
  QueueOwners& queues = Queues();
  absl::MutexLock lock(&queues.mutex);
  const auto found = queues.devices.find(queue);
  return found == queues.devices.end() ? nullptr : found->second;
}

void RememberQueue(VkQueue queue, Device* device) {
  QueueOwners& queues = Queues();
  absl::MutexLock lock(&queues.mutex);
  queues.devices[queue] = device;
}

void ForgetQueues(const Device* device) {
  QueueOwners& queues = Queues();
  absl::MutexLock lock(&queues.mutex);
  absl::erase_if(queues.devices, [device](const auto& entry) {
    return entry.second == device;
  });
}

}  // namespace incoherent
