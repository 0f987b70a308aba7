#ifndef INCOHERENT_SIM_LITMUS_FINDINGS_API_EXECUTION_H_
#define INCOHERENT_SIM_LITMUS_FINDINGS_API_EXECUTION_H_

// ApiExecution: a program's host calls, made one by one, and the journey of its
// memory under them.
//
// Copyable: a copy goes on by itself, telling the same sink.
//
//   ApiExecution execution(program, names, sink,
//   /*report_useless_sync=*/false); while (execution.CanStep(0))
//   execution.Step(0);

#include <functional>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "sim/litmus/findings/operation_names.h"
#include "sim/litmus/program.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/journey.h"
#include "sim/memory/submission_order.h"

namespace incoherent::litmus {

// A valid-usage rule that a host call breaks, told beside the hazards.
struct BrokenRule {
  int memory = 0;
  ByteRange range;
  OperationId operation = 0;
  std::string message;  // with its VUID, if it has one
};

class ApiExecution {
 public:
  struct Sinks {
    std::function<void(const Hazard&)> hazard;
    std::function<void(const BrokenRule&)> broken_rule;
  };

  ApiExecution(const Program& program, const OperationNames& names,
               const Sinks& sinks, bool report_useless_sync);

  bool IsDone(int thread) const;
  // Neither done nor waiting for something that has not come.
  bool CanStep(int thread) const;
  const Op& NextOp(int thread) const;
  void Step(int thread);
  // All threads done, and all that was submitted can run.
  bool IsFinished() const;

  // A memory that owns the payload, for each of the journey's payloads.
  int MemoryOfPayload(uint32_t payload) const {
    return payload_owner_[payload];
  }

 private:
  struct MemoryState {
    DeviceMemory object;
    uint32_t payload;
    Journey::ReferenceId reference;
    bool freed = false;
  };
  struct ThreadState {
    size_t next = 0;
    // By submission: the latest submit of it.
    std::vector<absl::optional<uint32_t>> submitted;
  };

  void AddMemory(const Memory& memory);
  bool IsInsideMapping(const Range& range) const;
  void Access(int thread, const Op& op, OperationId id);
  void Synchronize(int thread, const Op& op, OperationId id);
  void ChangeMapping(int thread, const Op& op, OperationId id);
  void Free(int thread, const Op& op, OperationId id);
  void Submit(int thread, const Op& op);
  void Wait(int thread, const Op& op);
  absl::optional<uint32_t> AwaitedSubmit(int thread, int submission) const;
  std::vector<DeviceBatch> BatchesOf(int submission, uint32_t instance) const;
  void AddOperations(const Op& op, OperationId id, DeviceBatch& batch) const;
  PayloadRange OnPayload(const Range& range) const;
  absl::optional<PayloadRange> OnPayload(
      const absl::optional<Range>& range) const;
  void TellBroken(int memory, const ByteRange& range, OperationId operation,
                  std::string message) const;
  void CheckQueueOps(int submission) const;
  void CheckSetEvent(const Op& op, OperationId id) const;

  const Program* program_;
  const OperationNames* names_;
  Sinks sinks_;
  Journey journey_;
  incoherent::SubmissionOrder order_;
  std::vector<MemoryState> memories_;
  std::vector<int> payload_owner_;
  std::vector<ThreadState> threads_;
  std::vector<absl::optional<uint32_t>> latest_submit_;  // by submission
  std::vector<absl::optional<Journey::Moment>> flags_;
  uint32_t instances_ = 0;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_FINDINGS_API_EXECUTION_H_
