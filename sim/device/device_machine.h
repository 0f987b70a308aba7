#ifndef INCOHERENT_SIM_DEVICE_DEVICE_MACHINE_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_MACHINE_H_

// DeviceMachine: the device side of the simulation: what is queued, what of it
// can run, and what running it does to bytes.
//
//   executed           effect
//   command            reads its points' caches; its writes go to store buffers
//                      (of DEVICE_COHERENT memory: straight, both ways)
//   barrier, event     on its bytes, or everywhere:
//     wait             1. source HOST_WRITE: host domain -> device domain
//                      2. store buffers of commands before it, in its first
//                         scope -> device domain
//                      3. caches of its queue in its second scope: refreshed
//                      4. destination HOST_READ, HOST_WRITE: device domain ->
//                         host domain
//   signal, fence      store buffers of commands before it -> device domain
//   semaphore wait     caches of its queue in its stages: refreshed
//   Submit, the call   host domain -> device domain; all caches refreshed
//
// It does nothing by itself: Schedule decides what runs when, and what happens
// by chance.
//
// Operations are numbered in the order in which they are appended, over all
// queues. Not thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "sim/device/device_payload.h"
#include "sim/device/queue_operation.h"
#include "sim/device/semaphore.h"
#include "sim/device/store_buffers.h"

namespace incoherent {

class DeviceMachine {
 public:
  using Number = uint64_t;
  // Hears of each command that touches what it did not declare.
  using KernelErrorSink =
      std::function<void(const Command&, const std::string& error)>;

  explicit DeviceMachine(KernelErrorSink on_kernel_error)
      : on_kernel_error_(std::move(on_kernel_error)) {}

  // --- Objects.
  void AddPayload(const std::shared_ptr<DevicePayload>& payload);
  uint32_t AddSemaphore(const Semaphore& semaphore);
  uint32_t AddEvent();
  Semaphore& semaphore(uint32_t id) { return semaphores_[id]; }
  bool IsEventSet(uint32_t id) const { return events_[id]; }
  void SetEvent(uint32_t id, bool set) { events_[id] = set; }

  // --- Submission.
  void Submit();
  Number Append(QueueOperation operation);

  // --- What is queued.
  bool IsPending(Number number) const { return pending_.count(number) != 0; }
  bool IsIdle() const { return pending_.empty(); }
  const std::map<Number, QueueOperation>& pending() const { return pending_; }
  // What can run now, in order.
  std::vector<Number> Enabled() const;
  absl::optional<Number> FirstEnabled() const;

  // Requires that it is enabled.
  void Execute(Number number);
  // Executes it and no more than what it must wait for; false if that is not to
  // be had now.
  bool Force(Number number);

  // --- For what happens by chance.
  std::vector<std::shared_ptr<DevicePayload>> Payloads() const;
  StoreBuffers& store_buffers() { return store_buffers_; }

 private:
  bool IsEnabled(Number number, const QueueOperation& operation) const;
  // Whether the semaphore or event that it needs lets it.
  bool IsReady(const QueueOperation& operation) const;
  // What would make it ready; none if nothing that is queued would.
  absl::optional<Number> Provider(const QueueOperation& operation) const;
  absl::optional<Number> FirstToFollow(Number number) const;

  void RunCommand(Number number, QueueOperation& operation);
  void ApplyDependency(Number before, const QueueOperation& operation);
  void MoveEverything(const QueueOperation& operation, bool to_device);
  void RefreshReaders(uint32_t queue, const Scope& scope,
                      const absl::optional<PayloadBytesRange>& bytes);
  void DrainBefore(Number number, const QueueOperation& signal);

  KernelErrorSink on_kernel_error_;
  std::vector<std::weak_ptr<DevicePayload>> payloads_;
  std::vector<Semaphore> semaphores_;
  std::vector<bool> events_;
  std::map<Number, QueueOperation> pending_;
  Number next_ = 1;
  std::set<Number> forcing_;  // a circle of waits ends here
  StoreBuffers store_buffers_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_MACHINE_H_
