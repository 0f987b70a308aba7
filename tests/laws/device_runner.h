#ifndef INCOHERENT_TESTS_LAWS_DEVICE_RUNNER_H_
#define INCOHERENT_TESTS_LAWS_DEVICE_RUNNER_H_

// DeviceRunner: a litmus program on the simulated device (sim/device), under
// one policy and one order of its threads.
//
// For programs of tests/laws: one memory, loads, stores, barriers, semaphores,
// flags, submits and waits.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "sim/device/device.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

class DeviceRunner {
 public:
  // `turns` decides which thread goes next.
  DeviceRunner(const Program& program, const EvictionPolicy& policy,
               uint64_t turns);

  // All registers at the end; none if the threads came to a halt.
  absl::optional<FinalState> Run();

  const Device& device() const { return device_; }

 private:
  void Record(int submission);
  void RecordCommand(const Op& op, int queue, CommandBuffer& commands);

  // False if it would wait for ever as things stand.
  bool Step(int thread);
  bool Synchronize(const Op& op);
  void Access(const Op& op, int thread);
  void Submit(int submission);

  const Program& program_;
  std::mt19937_64 turns_;
  Device device_;
  MemoryId memory_{};
  std::vector<ThreadId> threads_;
  std::vector<QueueId> queues_;
  std::vector<SemaphoreId> semaphores_;
  std::vector<absl::optional<Journey::Moment>> flags_;
  std::vector<absl::optional<FenceId>> fences_;        // by submission
  std::vector<std::vector<SubmitBatch>> submissions_;  // recorded
  std::vector<std::unique_ptr<CommandBuffer>> command_buffers_;
  std::vector<size_t> next_;  // by thread
  FinalState state_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_TESTS_LAWS_DEVICE_RUNNER_H_
