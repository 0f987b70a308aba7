#include "sim/litmus/language/printable_program.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/printer.h"

namespace incoherent::litmus {
namespace {

constexpr uint64_t kSizes[] = {1, 8, 64, 100, 4096, uint64_t{1} << 40};
constexpr uint32_t kHostTypes[] = {0xa, 0x6, 0xe, 0x46};
constexpr uint32_t kDeviceTypes[] = {0x1, 0x11, 0x21};

int Index(size_t count) {
  return *rc::gen::inRange(0, static_cast<int>(count));
}
bool Coin() { return *rc::gen::arbitrary<bool>(); }

// The first memory can always be mapped, the second never.
Memory ArbitraryMemory(int index) {
  Memory memory;
  memory.name = absl::StrCat("m", index);
  memory.size = *rc::gen::elementOf(
      std::vector<uint64_t>(std::begin(kSizes), std::end(kSizes)));
  memory.atom_size = uint64_t{1} << *rc::gen::inRange(0, 9);
  memory.type.property_flags =
      index == 1 ? kDeviceTypes[Index(3)] : kHostTypes[Index(4)];
  memory.write_back = Coin() ? WriteBack::kWholeAtom : WriteBack::kDirtyBytes;
  memory.initially_mapped = memory.type.IsHostVisible() && Coin();
  memory.undefined_contents = Coin();
  return memory;
}

// Makes one program; each part is drawn from what is there already.
class ProgramMaker {
 public:
  Program Make() {
    program_.name = *rc::gen::element<std::string>("t", "MP+flush v1.2", "a-b");
    for (int i = 0; i < 3; ++i) {
      program_.memories.push_back(ArbitraryMemory(i));
    }
    if (Coin()) Share();
    program_.semaphores = {{"s", false}, {"t", true}};
    program_.events = {"e", "e2"};
    MakeQueues();
    MakeHosts();
    const int questions = Index(4);
    for (int i = 0; i < questions; ++i) MakeQuestion();
    if (Coin()) MakeReports();
    return std::move(program_);
  }

 private:
  void Share() {
    Memory& memory = program_.memories[2];
    memory.shares = 0;
    memory.size = program_.memories[0].size;
    memory.undefined_contents = program_.memories[0].undefined_contents;
  }

  Range AnyRange(uint64_t most, bool of_host) {
    Range range;
    range.memory = of_host ? 2 * Index(2) : Index(3);
    const uint64_t size = program_.memories[range.memory].size;
    range.bytes.size = *rc::gen::inRange<uint64_t>(1, std::min(size, most) + 1);
    range.bytes.offset =
        *rc::gen::inRange<uint64_t>(0, size - range.bytes.size + 1);
    return range;
  }

  static uint64_t AnyValue(uint64_t bytes) {
    const uint64_t any = *rc::gen::arbitrary<uint64_t>();
    if (bytes > 8) return any & 0xff;
    return bytes == 8 ? any : any & ((uint64_t{1} << 8 * bytes) - 1);
  }

  static AccessPoint Point(bool writes) {
    return writes ? *rc::gen::elementOf(std::vector<AccessPoint>{
                        {kStageComputeShader, kAccessShaderStorageWrite},
                        {kStageCopy, kAccessTransferWrite},
                        {kStageColorAttachmentOutput,
                         kAccessColorAttachmentWrite}})
                  : *rc::gen::elementOf(std::vector<AccessPoint>{
                        {kStageComputeShader, kAccessShaderStorageRead},
                        {kStageFragmentShader, kAccessUniformRead},
                        {kStageIndexInput, kAccessIndexRead}});
  }

  static Scope AnyScope() {
    return *rc::gen::elementOf(std::vector<Scope>{
        {0, 0},
        {kStageTopOfPipe, 0},
        {kStageHost, kAccessHostRead},
        {kStageHost, kAccessHostRead | kAccessHostWrite},
        {kStageAllCommands, kAccessMemoryRead | kAccessMemoryWrite},
        {kStageAllTransfer | kStageComputeShader,
         kAccessTransferWrite | kAccessShaderWrite},
        {kStageVertexInput | kStageAllGraphics, 0}});
  }

  static uint64_t AnyStages() {
    return *rc::gen::elementOf(std::vector<uint64_t>{
        kStageAllCommands, 0, kStageCopy, kStageClear | kStageFragmentShader});
  }

  Op Load(Agent& agent, bool of_host) {
    Op op;
    op.kind = OpKind::kLoad;
    op.source_range = AnyRange(8, of_host);
    op.reg = Index(agent.registers.size() + 1);
    if (op.reg == static_cast<int>(agent.registers.size())) {
      agent.registers.push_back(absl::StrCat("r", op.reg));
    }
    if (!of_host) op.point = Point(false);
    return op;
  }

  Op Store(const Agent& agent, bool of_host) {
    Op op;
    op.kind = OpKind::kStore;
    op.target = AnyRange(~uint64_t{0} - 1, of_host);
    if (!agent.registers.empty() && Coin()) {
      op.value.reg = Index(agent.registers.size());
    } else {
      op.value.value = AnyValue(op.target->bytes.size);
    }
    if (!of_host) op.point = Point(true);
    return op;
  }

  Op HostOp(Agent& host) {
    const int choice = Index(8);
    if (choice == 0) return Load(host, true);
    if (choice == 1) return Store(host, true);
    Op op;
    if (choice <= 4) {
      op.kind =
          *rc::gen::element(OpKind::kFlush, OpKind::kInvalidate, OpKind::kMap);
      op.target = AnyRange(~uint64_t{0} - 1, true);
      op.whole_size = Coin();
      if (op.whole_size) ExtendToEnd(&*op.target);
    } else if (choice == 5) {
      op.kind = *rc::gen::element(OpKind::kUnmap, OpKind::kFree);
      op.target = AnyRange(1, true);
      op.target->bytes.offset = 0;
      ExtendToEnd(&*op.target);
    } else if (choice == 6) {
      op.kind = *rc::gen::element(OpKind::kSetEvent, OpKind::kResetEvent);
      op.event = Index(2);
    } else {
      op.kind = *rc::gen::element(OpKind::kSubmit, OpKind::kWaitSubmission);
      op.submission = Index(program_.submissions.size());
    }
    return op;
  }

  void ExtendToEnd(Range* range) {
    range->bytes.size =
        program_.memories[range->memory].size - range->bytes.offset;
  }

  Op Transfer() {
    Op op;
    op.kind = *rc::gen::element(OpKind::kCopy, OpKind::kFill, OpKind::kUpdate);
    op.target = AnyRange(op.kind == OpKind::kUpdate ? 4 : 64, false);
    op.point = {op.kind == OpKind::kCopy ? kStageCopy : kStageClear,
                kAccessTransferWrite};
    if (op.kind == OpKind::kFill) {
      op.value.value = AnyValue(1);
    } else if (op.kind == OpKind::kUpdate) {
      for (uint64_t i = 0; i < op.target->bytes.size; ++i) {
        op.bytes.push_back(static_cast<uint8_t>(AnyValue(1)));
      }
    } else {  // from the device's memory to the host's: they never overlap
      const uint64_t size =
          std::min(program_.memories[1].size, program_.memories[0].size);
      op.target = Range{0, {0, size}};
      op.source_range = Range{1, {0, size}};
      op.read_point = {kStageCopy, kAccessTransferRead};
    }
    return op;
  }

  Op Synchronization() {
    Op op;
    op.kind =
        *rc::gen::element(OpKind::kBarrier, OpKind::kWaitEvent,
                          OpKind::kSetEvent, OpKind::kSignal, OpKind::kWait);
    if (op.kind == OpKind::kBarrier || op.kind == OpKind::kWaitEvent) {
      if (op.kind == OpKind::kWaitEvent) op.event = Index(2);
      op.source = AnyScope();
      op.destination = AnyScope();
      if (Coin()) op.target = AnyRange(64, false);
    } else if (op.kind == OpKind::kSetEvent) {
      op.event = Index(2);
      op.source.stages = AnyStages();
    } else {
      op.semaphore = Index(2);
      if (op.semaphore == 1) op.value.value = 1 + Index(9);
      (op.kind == OpKind::kWait ? op.destination : op.source).stages =
          AnyStages();
    }
    return op;
  }

  Op QueueOp(Agent& queue) {
    switch (Index(4)) {
      case 0:
        return Load(queue, false);
      case 1:
        return Store(queue, false);
      case 2:
        return Transfer();
      default:
        return Synchronization();
    }
  }

  void MakeQueues() {
    const int queues = 1 + Index(2);
    for (int q = 0; q < queues; ++q) {
      Agent queue;
      queue.name = absl::StrCat("q", q);
      const int submissions = 1 + Index(2);
      for (int i = 0; i < submissions; ++i) {
        Submission submission;
        submission.queue = q;
        submission.name =
            i == 0 && Coin() ? queue.name : absl::StrCat(queue.name, "-", i);
        const int ops = Index(6);
        for (int n = 0; n < ops; ++n) submission.ops.push_back(QueueOp(queue));
        program_.submissions.push_back(std::move(submission));
      }
      program_.queues.push_back(std::move(queue));
    }
  }

  static Op Simple(OpKind kind, int Op::*field, int index) {
    Op op;
    op.kind = kind;
    op.*field = index;
    return op;
  }

  // The last operations bring about whatever may be waited for.
  void MakeHosts() {
    Agent first;
    first.name = *rc::gen::element<std::string>("host", "loader");
    const int ops = Index(8);
    for (int i = 0; i < ops; ++i) first.ops.push_back(HostOp(first));
    first.ops.push_back(Simple(OpKind::kPost, &Op::flag, 0));
    for (size_t i = 0; i < program_.submissions.size(); ++i) {
      first.ops.push_back(
          Simple(OpKind::kSubmit, &Op::submission, static_cast<int>(i)));
    }
    for (int i = 0; i < 2; ++i) {
      first.ops.push_back(Simple(OpKind::kSetEvent, &Op::event, i));
    }
    Op signal = Simple(OpKind::kSignal, &Op::semaphore, 1);
    signal.value.value = 9;
    first.ops.push_back(signal);
    Op binary = Simple(OpKind::kSignal, &Op::semaphore, 0);
    binary.source.stages = kStageAllCommands;
    program_.submissions[0].ops.push_back(binary);
    Agent second;
    second.name = "second";
    second.ops.push_back(Simple(OpKind::kAwait, &Op::flag, 0));
    second.ops.push_back(
        Simple(OpKind::kWaitIdle, &Op::queue, Coin() ? -1 : 0));
    program_.flags = {"flag"};
    program_.hosts = {std::move(first), std::move(second)};
  }

  Condition Comparison() {
    Condition equals;
    equals.kind = Condition::Kind::kEquals;
    equals.undefined = Coin();
    const Agent& agent = Coin() ? program_.hosts[0] : program_.queues[0];
    if (agent.registers.empty() || Coin()) {
      equals.subject = Condition::Subject::kMemory;
      equals.range = AnyRange(8, false);
    } else {
      equals.subject = &agent == &program_.hosts[0]
                           ? Condition::Subject::kHostRegister
                           : Condition::Subject::kQueueRegister;
      equals.reg = Index(agent.registers.size());
    }
    // Fits into whatever was loaded.
    if (!equals.undefined) equals.value = AnyValue(1);
    return equals;
  }

  Condition AnyCondition(int depth) {
    Condition condition;
    const int choice = depth == 0 ? Index(2) : Index(6);
    if (choice == 0) return condition;
    if (choice <= 2) return Comparison();
    condition.kind = choice == 3   ? Condition::Kind::kNot
                     : choice == 4 ? Condition::Kind::kAnd
                                   : Condition::Kind::kOr;
    const int operands = choice == 3 ? 1 : 2 + Index(2);
    for (int i = 0; i < operands; ++i) {
      condition.operands.push_back(AnyCondition(depth - 1));
    }
    return condition;
  }

  void MakeQuestion() {
    Question question;
    question.kind =
        *rc::gen::element(Question::Kind::kExists, Question::Kind::kForall,
                          Question::Kind::kNever);
    question.condition = AnyCondition(4);
    if (Coin()) {
      (question.kind == Question::Kind::kExists ? question.expect_allowed
                                                : question.expect_holds) =
          Coin();
    }
    program_.questions.push_back(std::move(question));
  }

  void MakeReports() {
    std::vector<HazardKind>& kinds = program_.expect_reports.emplace();
    for (int kind = 0; kind < kHazardKinds; ++kind) {
      if (Coin()) kinds.push_back(static_cast<HazardKind>(kind));
    }
  }

  Program program_;
};

}  // namespace

rc::Gen<Program> PrintableProgram() {
  return rc::gen::exec([] { return ProgramMaker().Make(); });
}

void showValue(const Program& program, std::ostream& out) {
  out << PrintProgram(program);
}

}  // namespace incoherent::litmus
