#ifndef INCOHERENT_TESTS_LAWS_COHERENT_REFERENCE_H_
#define INCOHERENT_TESTS_LAWS_COHERENT_REFERENCE_H_

// CoherentReference: what a litmus program reads where memory is one array of
// bytes, and the device runs what it is given at once and in order.
//
// Byte loops, no caches, no domains, nothing shared with the model. Threads run
// in turns, each as far as it can.

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

class CoherentReference {
 public:
  explicit CoherentReference(const Program& program) : program_(program) {
    for (const Memory& memory : program.memories)
      bytes_.emplace_back(memory.size);
    state_.host_registers = Registers(program.hosts);
    state_.queue_registers = Registers(program.queues);
    next_.resize(program.hosts.size());
    pending_.resize(program.queues.size());
    values_.resize(program.semaphores.size());
    posted_.resize(program.flags.size());
  }

  // All registers at the end.
  FinalState Run() {
    for (bool stepped = true; stepped;) {
      stepped = false;
      for (size_t thread = 0; thread < next_.size(); ++thread) {
        while (StepHost(thread)) stepped = true;
      }
    }
    return state_;
  }

  bool IsFinished() const {
    for (size_t thread = 0; thread < next_.size(); ++thread) {
      if (next_[thread] < program_.hosts[thread].ops.size()) return false;
    }
    for (const auto& queue : pending_) {
      if (!queue.empty()) return false;
    }
    return true;
  }

 private:
  static std::vector<std::vector<Value>> Registers(
      const std::vector<Agent>& agents) {
    std::vector<std::vector<Value>> registers;
    for (const Agent& agent : agents) {
      registers.emplace_back(agent.registers.size());
    }
    return registers;
  }

  bool StepHost(size_t thread) {
    if (next_[thread] == program_.hosts[thread].ops.size()) return false;
    const Op& op = program_.hosts[thread].ops[next_[thread]];
    if (op.kind == OpKind::kAwait && !posted_[op.flag]) return false;
    if (op.kind == OpKind::kWaitSubmission && IsPending(op.submission)) {
      return false;
    }
    if (op.kind == OpKind::kWaitIdle && IsAnyPending()) return false;
    ++next_[thread];
    if (op.kind == OpKind::kPost) posted_[op.flag] = true;
    if (op.kind == OpKind::kSignal) values_[op.semaphore] = op.value.value;
    if (op.kind == OpKind::kSubmit) Submit(op.submission);
    Access(op, state_.host_registers[thread]);
    RunQueues();
    return true;
  }

  void Submit(int submission) {
    submitted_.resize(program_.submissions.size());
    submitted_[submission] = true;
    const Submission& work = program_.submissions[submission];
    for (const Op& op : work.ops) {
      pending_[work.queue].push_back({submission, &op});
    }
  }

  bool IsPending(int submission) const {
    if (submitted_.empty() || !submitted_[submission]) return true;
    for (const auto& queue : pending_) {
      for (const Pending& work : queue) {
        if (work.submission == submission) return true;
      }
    }
    return false;
  }
  bool IsAnyPending() const {
    for (const auto& queue : pending_) {
      if (!queue.empty()) return true;
    }
    return false;
  }

  void RunQueues() {
    for (bool ran = true; ran;) {
      ran = false;
      for (size_t queue = 0; queue < pending_.size(); ++queue) {
        while (!pending_[queue].empty() && RunDevice(queue)) ran = true;
      }
    }
  }

  bool RunDevice(size_t queue) {
    const Op& op = *pending_[queue].front().op;
    if (op.kind == OpKind::kWait) {
      const bool timeline = program_.semaphores[op.semaphore].timeline;
      const uint64_t least = timeline ? op.value.value : 1;
      if (values_[op.semaphore] < least) return false;
      if (!timeline) values_[op.semaphore] = 0;
    }
    if (op.kind == OpKind::kSignal) {
      const bool timeline = program_.semaphores[op.semaphore].timeline;
      values_[op.semaphore] = timeline ? op.value.value : 1;
    }
    Access(op, state_.queue_registers[queue]);
    pending_[queue].pop_front();
    return true;
  }

  void Access(const Op& op, std::vector<Value>& registers) {
    if (op.kind == OpKind::kStore || op.kind == OpKind::kFill) {
      for (uint64_t i = 0; i < op.target->bytes.size; ++i) {
        ByteAt(*op.target, i) = static_cast<uint8_t>(op.value.value);
      }
    } else if (op.kind == OpKind::kLoad) {
      Value value;
      for (uint64_t i = 0; i < op.source_range->bytes.size; ++i) {
        value.bits |= uint64_t{ByteAt(*op.source_range, i)} << 8 * i;
      }
      registers[op.reg] = value;
    } else if (op.kind == OpKind::kCopy) {
      for (uint64_t i = 0; i < op.target->bytes.size; ++i) {
        ByteAt(*op.target, i) = ByteAt(*op.source_range, i);
      }
    }
  }

  uint8_t& ByteAt(const Range& range, uint64_t i) {
    return bytes_[range.memory][range.bytes.offset + i];
  }

  struct Pending {
    int submission;
    const Op* op;
  };

  const Program& program_;
  std::vector<std::vector<uint8_t>> bytes_;
  std::vector<size_t> next_;
  std::vector<std::deque<Pending>> pending_;
  std::vector<bool> submitted_;
  std::vector<uint64_t> values_;
  std::vector<bool> posted_;
  FinalState state_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_TESTS_LAWS_COHERENT_REFERENCE_H_
