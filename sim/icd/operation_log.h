#ifndef INCOHERENT_SIM_ICD_OPERATION_LOG_H_
#define INCOHERENT_SIM_ICD_OPERATION_LOG_H_

// OperationLog: what each operation number that a journey was given stands for.
//
// Of each payload the latest 8192 are kept, until it is removed; of an older
// one nothing is known, and a finding says so.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "sim/icd/recording/command_recording.h"
#include "sim/icd/trap/call_stack.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"

namespace incoherent {

// One vkQueueSubmit, as findings name it.
struct SubmittedWork {
  uint64_t number = 0;  // from 1, in the order of the calls
  CallStack submitted_at;
  uint64_t place = 0;  // its place
};

struct Operation {
  enum class Kind : uint8_t {
    kHostWrite,  // seen by comparing bytes, at the call that looked
    kHostStore,  // seen by the trap, as it happened
    kHostRead,   // seen by the trap
    kFlush,
    kInvalidate,
    kDeviceAccess,
  };

  Kind kind = Kind::kDeviceAccess;
  ByteRange range;
  // Host: the call that did it, or at which it was seen. Device: the command.
  const char* command = "";
  std::shared_ptr<const CallStack> stack;  // host
  // Where in the application it comes from: of a host access its stack, less
  // the instruction itself; of a command where it was submitted, and its name.
  uint64_t place = 0;

  // Device.
  AccessPoint point;
  Access access = Access::kRead;
  Certainty certainty = Certainty::kCertain;
  std::shared_ptr<const SubmittedWork> work;
  uint64_t index = 0;  // of the command, in its command buffer
  std::shared_ptr<const std::string> label;
  VkObjectType resource_type = VK_OBJECT_TYPE_UNKNOWN;
  uint64_t resource = 0;

  bool is_device() const { return kind == Kind::kDeviceAccess; }
  bool may_write() const {
    return is_device() && access == Access::kWrite &&
           certainty == Certainty::kMay;
  }
  bool may_read() const {
    return is_device() && access == Access::kRead &&
           certainty == Certainty::kMay;
  }
};

class OperationLog {
 public:
  OperationId Add(Journey::PayloadId payload, Operation operation);
  void Remove(Journey::PayloadId payload);

  // The stack, kept once for all operations that have it.
  std::shared_ptr<const CallStack> Keep(const CallStack& stack);

  // Null for 0, and for what is no longer known.
  const Operation* Find(OperationId id) const;

 private:
  // Numbered on and on, whatever is removed.
  struct Kept {
    uint64_t first = 0;
    std::deque<Operation> operations;
  };

  absl::flat_hash_map<Journey::PayloadId, Kept> kept_;
  absl::flat_hash_map<uint64_t, std::shared_ptr<const CallStack>> stacks_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_OPERATION_LOG_H_
