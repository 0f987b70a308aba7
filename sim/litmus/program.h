#ifndef INCOHERENT_SIM_LITMUS_PROGRAM_H_
#define INCOHERENT_SIM_LITMUS_PROGRAM_H_

// Program: a litmus file, read and checked.
//
// Plain data. Names are resolved to indices, ranges lie inside their memory,
// stages and accesses are masks; whoever walks a Program need not check it
// again. docs/litmus.md has the language.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/hazard.h"
#include "sim/memory/host_view.h"
#include "sim/memory/memory_properties.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent::litmus {

// Where a statement stands in its file, from 1.
struct Place {
  int line = 0;
  int column = 0;
};

// memory NAME { size N; type ...; atom N; write_back ...; contents ...; }
struct Memory {
  std::string name;
  uint64_t size = 0;
  uint64_t atom_size = 64;
  MemoryType type;
  std::string profile;      // a built-in one's name; empty: none
  uint32_t type_index = 0;  // in its profile; 0 otherwise
  WriteBack write_back = WriteBack::kWholeAtom;
  bool initially_mapped = false;    // whole; never for host-invisible types
  bool undefined_contents = false;  // else zeros
  absl::optional<int> shares;       // the memory whose payload this one has
  Place place;
};

// The memory as the rules of mapping and flushing know it.
inline DeviceMemoryInfo DeviceMemoryInfoOf(const Memory& memory) {
  DeviceMemoryInfo info;
  info.size = memory.size;
  info.type_index = memory.type_index;
  info.type = memory.type;
  info.non_coherent_atom_size = memory.atom_size;
  return info;
}

// `memory[begin..end)`.
struct Range {
  int memory = 0;
  ByteRange bytes;
};

// What is stored: a number, or what a register of the same thread or queue
// holds. A store to N bytes takes the value's low N bytes, lowest first, if
// N <= 8; beyond that the value is one byte, repeated.
struct Operand {
  absl::optional<int> reg;  // index into Agent::registers
  uint64_t value = 0;
};

enum class OpKind {
  // Host and queue.
  kStore,   // target = value
  kLoad,    // reg = source, at most 8 bytes, lowest first
  kSignal,  // semaphore (timeline: to `value`). On a queue it ends a batch.
  kWait,    // semaphore (timeline: for >= `value`). On a queue it begins one.
  // Host only.
  kFlush,       // target; explicit_size tells `flush buf` (WHOLE_SIZE from 0)
  kInvalidate,  //   from `flush buf[0..64)`
  kMap,         // target, or the whole object
  kUnmap,       // target.memory
  kFree,        // target.memory
  kSubmit,      // submission
  kWaitSubmission,  // submission: the fence of its latest submit
  kWaitIdle,        // every submit of `queue`, or of all queues if none
  kPost,            // to the thread-to-thread flag `flag` (release)
  kAwait,           // of it (acquire); blocks until posted
  kSetEvent,        // host: vkSetEvent. Queue: vkCmdSetEvent2 at `source`
  kResetEvent,      // host: vkResetEvent. Queue: vkCmdResetEvent2
  // Queue only.
  kCopy,       // target = source; same size, not overlapping
  kFill,       // target = value, one byte repeated
  kUpdate,     // target = bytes
  kBarrier,    // source -> destination, on `target` if set, else global
  kWaitEvent,  // event, source -> destination, on `target` if set
};

struct Op {
  OpKind kind = OpKind::kStore;
  Place place;
  std::string text;  // as written, blanks collapsed: "flush buf[0..64)"

  absl::optional<Range> target;
  absl::optional<Range> source_range;  // kLoad, kCopy
  bool whole_size = false;  // kFlush, kInvalidate, kMap: size is VK_WHOLE_SIZE
  Operand value;
  std::vector<uint8_t> bytes;  // kUpdate
  int reg = -1;                // kLoad
  int semaphore = -1;
  int submission = -1;
  int queue = -1;  // kWaitIdle; -1: all
  int flag = -1;
  int event = -1;
  AccessPoint point;       // queue kStore, kLoad: where it touches memory
  AccessPoint read_point;  // kCopy's reading side; `point` is its writing one
  Scope source;            // kBarrier, kWaitEvent, kSetEvent; queue kSignal:
  Scope destination;       //   source.stages. queue kWait: destination.stages
};

// A host thread, or a queue.
struct Agent {
  std::string name;
  std::vector<std::string> registers;
  std::vector<Op> ops;  // of a host thread; a queue's are in its submissions
  Place place;
};

struct Submission {
  std::string name;
  int queue = 0;
  std::vector<Op> ops;
  Place place;
};

struct Semaphore {
  std::string name;
  bool timeline = false;  // else binary
};

// A condition over final registers and, for memory, what the device domain
// holds when all threads and queues are done.
struct Condition {
  enum class Kind { kTrue, kEquals, kNot, kAnd, kOr };
  Kind kind = Kind::kTrue;
  // kEquals: a register of a host thread or of a queue, or bytes of a memory
  // (at most 8), compared with a number or with `undef`.
  enum class Subject { kHostRegister, kQueueRegister, kMemory };
  Subject subject = Subject::kHostRegister;
  int agent = 0;  // index into hosts or queues
  int reg = 0;
  Range range;
  uint64_t value = 0;
  bool undefined = false;
  std::vector<Condition> operands;  // kNot: one; kAnd, kOr: two or more
};

// exists (...), forall (...), never (...), and what the file expects of it.
struct Question {
  enum class Kind { kExists, kForall, kNever };
  Kind kind = Kind::kExists;
  Condition condition;
  std::string text;  // "exists (q:r0 == 0)"
  Place place;
  absl::optional<bool> expect_allowed;  // kExists: whether it is
  absl::optional<bool> expect_holds;    // kForall, kNever: whether it does
};

struct Program {
  std::string name;
  std::string file;  // as given; for messages
  std::vector<Memory> memories;
  std::vector<Agent> hosts;
  std::vector<Agent> queues;
  std::vector<Submission> submissions;
  std::vector<Semaphore> semaphores;
  std::vector<std::string> flags;  // post/await
  std::vector<std::string> events;
  std::vector<Question> questions;
  // `reports A, B` or `reports nothing`: exactly these kinds; unset: no claim.
  absl::optional<std::vector<HazardKind>> expect_reports;
  Place reports_place;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_PROGRAM_H_
