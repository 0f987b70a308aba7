#include "tests/laws/random_program.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "sim/litmus/language/parser.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr int kAtomSize = 2;

constexpr const char* kReadPoints[] = {
    "compute_shader/shader_storage_read",
    "copy/transfer_read",
};
constexpr const char* kWritePoints[] = {
    "compute_shader/shader_storage_write",
    "copy/transfer_write",
};
constexpr const char* kBarriers[] = {
    "all_commands/memory_write -> all_commands/memory_read|memory_write",
    ("compute_shader/shader_storage_write -> compute_shader/"
     "shader_storage_read|shader_storage_write"),
    "copy/transfer_write -> compute_shader/shader_storage_read",
    "all_commands -> all_commands",
    "compute_shader -> copy",
};
constexpr const char* kToHost[] = {
    "all_commands/memory_write -> host/host_read|host_write",
    "compute_shader/shader_storage_write -> host/host_read",
    "all_commands/memory_write -> host",
};
constexpr const char* kFromHost[] = {
    "host/host_write -> all_commands/memory_read|memory_write",
    "host/host_write -> copy/transfer_read",
};

template <size_t N>
const char* Pick(const char* const (&names)[N], int choice) {
  return names[static_cast<size_t>(choice) % N];
}

// Writes a sketch as text, step after step.
class Writer {
 public:
  explicit Writer(const Sketch& sketch)
      : sketch_(sketch), hosts_(sketch.threads) {}

  std::string Write() {
    for (const SketchStep& step : sketch_.steps) Do(step);
    Close();
    return Text();
  }

 private:
  static std::string QueueName(int queue) { return queue == 0 ? "q" : "r"; }

  std::string Byte(int byte) const {
    return absl::StrCat("m[", byte % (sketch_.atoms * kAtomSize), "]");
  }
  // Thread t has the bytes at t modulo the number of threads.
  std::string OwnByte(int byte) const {
    const int all = sketch_.atoms * kAtomSize;
    return Byte(byte % all / sketch_.threads * sketch_.threads + thread_);
  }
  std::string Atom(int byte) const {
    const int begin =
        byte % (sketch_.atoms * kAtomSize) / kAtomSize * kAtomSize;
    return absl::StrCat("m[", begin, "..", begin + kAtomSize, ")");
  }
  std::string Fresh() { return absl::StrCat(++value_); }
  std::string Register() { return absl::StrCat("r", ++register_); }

  void Host(const std::string& line) {
    absl::StrAppend(&hosts_[thread_], "  ", line, "\n");
  }
  void Device(const std::string& line) {
    absl::StrAppend(&commands_, "    ", line, "\n");
  }

  void Do(const SketchStep& step) {
    switch (step.kind) {
      case SketchStep::kHostStore:
        return Host(absl::StrCat(OwnByte(step.byte), " = ", Fresh()));
      case SketchStep::kHostLoad:
        return Host(absl::StrCat(Register(), " = ", OwnByte(step.byte)));
      case SketchStep::kFlush:
        return Host(absl::StrCat("flush ", Atom(step.byte)));
      case SketchStep::kInvalidate:
        return Host(absl::StrCat("invalidate ", Atom(step.byte)));
      case SketchStep::kWait:
        return Wait();
      case SketchStep::kSubmit:
        return Submit(step.choice);
      case SketchStep::kHandOver:
        return HandOver();
      case SketchStep::kSwitch:
        thread_ = (thread_ + 1) % sketch_.threads;
        return;
      default:
        return Device(Command(step));
    }
  }

  std::string Command(const SketchStep& step) {
    switch (step.kind) {
      case SketchStep::kDeviceStore:
        return absl::StrCat(Byte(step.byte), " = ", Fresh(), " at ",
                            Pick(kWritePoints, step.choice));
      case SketchStep::kDeviceLoad:
        return absl::StrCat(Register(), " = ", Byte(step.byte), " at ",
                            Pick(kReadPoints, step.choice));
      case SketchStep::kBarrier:
        return absl::StrCat("barrier ", Pick(kBarriers, step.choice));
      case SketchStep::kToHost:
        return absl::StrCat("barrier ", Pick(kToHost, step.choice),
                            step.choice % 2 ? " on " + Atom(step.byte) : "");
      default:
        return absl::StrCat("barrier ", Pick(kFromHost, step.choice));
    }
  }

  void Wait() {
    Signal();
    if (submits_ > 0) Host(absl::StrCat("wait s", submits_));
  }

  void HandOver() {
    if (sketch_.threads == 1) return;
    const std::string flag = absl::StrCat("f", ++flags_);
    Host("post " + flag);
    thread_ = (thread_ + 1) % sketch_.threads;
    Host("await " + flag);
  }

  // What an earlier submission still waits for.
  void Signal() {
    if (!owes_signal_) return;
    owes_signal_ = false;
    Host(absl::StrCat("signal t = ", ++signals_));
  }

  // Bit 0 chooses the queue, bit 1 orders the work after the one before, if
  // that is on another queue, and bit 2 lets it wait for a signal that the host
  // gives later. Two threads might block each other by that.
  void Submit(int choice) {
    Signal();
    const int queue = choice % sketch_.queues;
    std::string begin;
    if ((choice & 2) && submits_ > 0 && queue != last_queue_) {
      const std::string chain = absl::StrCat("c", submits_);
      semaphores_ += absl::StrCat("semaphore ", chain, " binary\n");
      last_ += absl::StrCat("    signal ", chain, "\n");
      begin = absl::StrCat("    wait ", chain, "\n");
    }
    if ((choice & 4) && sketch_.threads == 1) {
      absl::StrAppend(&begin, "    wait t >= ", signals_ + 1, "\n");
      owes_signal_ = true;
      uses_timeline_ = true;
    }
    EndSubmission();
    last_ = begin + commands_;
    last_queue_ = queue;
    commands_.clear();
    Host(absl::StrCat("submit s", ++submits_));
  }

  // The latest submission is kept back, for what follows may append to it.
  void EndSubmission() {
    if (submits_ == 0) return;
    absl::StrAppend(&queues_[last_queue_], "  submission s", submits_, " {\n",
                    last_, "  }\n");
  }

  // Submits what is left, and observes every byte.
  void Close() {
    if (!commands_.empty()) Submit(0);
    Signal();
    if (thread_ != 0) HandOver();
    for (int other = 1; other < sketch_.threads; ++other) {
      thread_ = other;
      Host(absl::StrCat("post end", other));
      thread_ = 0;
      Host(absl::StrCat("await end", other));
    }
    Host("wait idle");
    Host("flush m");
    Device("barrier all_commands/memory_write -> all_commands/memory_read");
    for (int byte = 0; byte < sketch_.atoms * kAtomSize; ++byte) {
      Device(absl::StrCat("o", byte, " = ", Byte(byte)));
    }
    Submit(0);
    Host("wait idle");
    EndSubmission();
  }

  std::string Text() const {
    static constexpr const char* kTypes[] = {"noncoherent", "coherent",
                                             "device_coherent"};
    std::string text = absl::StrCat(
        "litmus random\nmemory m { size ", sketch_.atoms * kAtomSize, "; type ",
        kTypes[sketch_.type], "; atom ", kAtomSize,
        sketch_.whole_atoms ? "" : "; write_back byte", " }\n");
    absl::StrAppend(&text, semaphores_);
    if (uses_timeline_) absl::StrAppend(&text, "semaphore t timeline\n");
    for (int i = 0; i < sketch_.threads; ++i) {
      absl::StrAppend(&text, "host h", i, " {\n", hosts_[i], "}\n");
    }
    for (int i = 0; i < sketch_.queues; ++i) {
      if (queues_[i].empty()) continue;
      absl::StrAppend(&text, "queue ", QueueName(i), " {\n", queues_[i], "}\n");
    }
    return text;
  }

  const Sketch& sketch_;
  std::vector<std::string> hosts_;
  std::string queues_[2];
  std::string commands_;  // not yet submitted
  std::string last_;      // the latest submission's
  int last_queue_ = 0;
  std::string semaphores_;
  bool uses_timeline_ = false;
  bool owes_signal_ = false;
  int thread_ = 0;
  int value_ = 0;
  int register_ = 0;
  int submits_ = 0;
  int signals_ = 0;
  int flags_ = 0;
};

rc::Gen<SketchStep> ArbitraryStep() {
  return rc::gen::construct<SketchStep>(
      rc::gen::map(
          rc::gen::weightedElement<int>({{4, SketchStep::kHostStore},
                                         {3, SketchStep::kHostLoad},
                                         {3, SketchStep::kFlush},
                                         {3, SketchStep::kInvalidate},
                                         {3, SketchStep::kWait},
                                         {4, SketchStep::kSubmit},
                                         {3, SketchStep::kDeviceStore},
                                         {3, SketchStep::kDeviceLoad},
                                         {2, SketchStep::kBarrier},
                                         {3, SketchStep::kToHost},
                                         {1, SketchStep::kFromHost},
                                         {2, SketchStep::kHandOver},
                                         {1, SketchStep::kSwitch}}),
          [](int kind) { return static_cast<SketchStep::Kind>(kind); }),
      rc::gen::inRange(0, 6), rc::gen::inRange(0, 8));
}

using Steps = std::vector<SketchStep>;

// What programs are made for: each of them delivers a write to a read.
const std::vector<std::vector<SketchStep::Kind>>& Purposes() {
  static const auto* purposes = new std::vector<std::vector<SketchStep::Kind>>{
      // upload
      {SketchStep::kHostStore, SketchStep::kFlush, SketchStep::kDeviceLoad,
       SketchStep::kSubmit},
      // readback
      {SketchStep::kDeviceStore, SketchStep::kToHost, SketchStep::kSubmit,
       SketchStep::kWait, SketchStep::kInvalidate, SketchStep::kHostLoad},
      // update in place
      {SketchStep::kDeviceStore, SketchStep::kToHost, SketchStep::kSubmit,
       SketchStep::kWait, SketchStep::kInvalidate, SketchStep::kHostStore,
       SketchStep::kFlush, SketchStep::kDeviceLoad, SketchStep::kSubmit},
      // from one command to the next
      {SketchStep::kDeviceStore, SketchStep::kBarrier, SketchStep::kDeviceLoad,
       SketchStep::kSubmit},
      // by another thread
      {SketchStep::kHostStore, SketchStep::kFlush, SketchStep::kHandOver,
       SketchStep::kDeviceLoad, SketchStep::kSubmit},
      // wait before signal
      {SketchStep::kFromHost, SketchStep::kDeviceLoad, SketchStep::kSubmit,
       SketchStep::kHostStore, SketchStep::kFlush, SketchStep::kWait}};
  return *purposes;
}

// One purpose, on one byte and with the strong choices for the most part; now
// and then a step of it is forgotten.
rc::Gen<Steps> ArbitraryPurpose(bool careful) {
  return rc::gen::exec([careful] {
    Steps steps;
    const auto kinds = *rc::gen::elementOf(Purposes());
    const int byte = *rc::gen::inRange(0, 6);
    const bool early = kinds[0] == SketchStep::kFromHost;
    const size_t forgotten =
        careful ? kinds.size() : *rc::gen::inRange<size_t>(0, 2 * kinds.size());
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (i == forgotten) continue;
      int choice =
          careful ? 0
                  : *rc::gen::weightedElement<int>({{5, 0}, {1, 1}, {1, 2}});
      // Bit 2 of a submit's choice makes it wait for the host.
      if (early && kinds[i] == SketchStep::kSubmit) choice |= 4;
      steps.push_back({kinds[i], byte, choice});
    }
    return steps;
  });
}

rc::Gen<Steps> ArbitrarySteps(int size, bool careful) {
  return rc::gen::exec([size, careful] {
    Steps steps;
    if (!careful) {
      steps = *rc::gen::resize(size / 2,
                               rc::gen::container<Steps>(ArbitraryStep()));
    }
    while (static_cast<int>(steps.size()) < size) {
      const Steps purpose = *ArbitraryPurpose(careful);
      steps.insert(steps.end(), purpose.begin(), purpose.end());
    }
    return steps;
  });
}

}  // namespace

rc::Gen<Sketch> ArbitrarySketch(const SketchLimits& limits) {
  return rc::gen::exec([limits] {
    Sketch sketch;
    sketch.type = static_cast<Sketch::Type>(
        *rc::gen::weightedElement<int>({{5, Sketch::kNonCoherent},
                                        {3, Sketch::kCoherent},
                                        {1, Sketch::kDeviceCoherent}}));
    sketch.whole_atoms = *rc::gen::inRange(0, 6) != 0;
    sketch.atoms = *rc::gen::inRange(1, 3);
    sketch.queues = *rc::gen::inRange(1, limits.queues + 1);
    sketch.threads = limits.threads;
    const bool aimless = !limits.careful && *rc::gen::arbitrary<bool>();
    sketch.steps =
        aimless ? *rc::gen::resize(limits.steps,
                                   rc::gen::container<Steps>(ArbitraryStep()))
                : *ArbitrarySteps(limits.steps, limits.careful);
    return sketch;
  });
}

std::string TextOf(const Sketch& sketch) { return Writer(sketch).Write(); }

Program ProgramOf(const Sketch& sketch) {
  const std::string text = TextOf(sketch);
  absl::StatusOr<Program> program = ParseProgram(text, "random.litmus");
  if (!program.ok()) {
    RC_FAIL(absl::StrCat(program.status().message(), "\n", text));
  }
  return *std::move(program);
}

void showValue(const Sketch& sketch, std::ostream& out) {
  out << "\n" << TextOf(sketch);
}

}  // namespace incoherent::litmus
