// Frames from one process to another, through shared memory, on a machine whose
// caches are not coherent.
//
// A producer draws frames into a Vmo, and a consumer in another process shows
// them. They take turns by two signals: "a frame is ready", "the buffer is free
// again". As on Fuchsia, a signal says *when* and orders no memory. So the
// producer has to release its writes before it signals, and the consumer has to
// acquire them after it was signaled.
//
// The program is run three times: as it should be, without the release, and
// without the acquire. On most machines all three would show the same frames.
// Here the mistakes show old ones, and are named.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "incoherent/vmo.h"

namespace {

constexpr size_t kFrameSize = 4096;
constexpr int kFrames = 3;
// Nobody waits forever for a process that died.
constexpr std::chrono::seconds kPatience{60};

struct Steps {
  const char* name;
  bool release;
  bool acquire;
};

// How the two processes tell each other that it is their turn. Slots of a Vmo
// are shared by all who have it; a pipe or an eventfd would do as well.
struct Turns {
  explicit Turns(const incoherent::Vmo& vmo)
      : ready(*vmo.Signal(0, incoherent::SignalOrdering::kNone)),
        free(*vmo.Signal(1, incoherent::SignalOrdering::kNone)) {}

  incoherent::VmoSignal ready;
  incoherent::VmoSignal free;
};

bool Failed(const absl::Status& status) {
  if (status.ok()) return false;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return true;
}

// Draws frame after frame: the first is all 1, the second all 2, ...
bool Produce(incoherent::Mapping& mapping, const Turns& turns,
             const Steps& steps) {
  for (int frame = 1; frame <= kFrames; ++frame) {
    mapping.Write(std::vector<uint8_t>(kFrameSize, frame));
    // The last thing before the signal.
    if (steps.release && Failed(mapping.ReleaseWrites())) return false;
    if (Failed(turns.ready.Raise(mapping))) return false;
    if (Failed(turns.free.Wait(mapping, kPatience))) return false;
  }
  return true;
}

// Shows frame after frame; returns how many were not the one that was drawn.
int Consume(incoherent::Mapping& mapping, const Turns& turns,
            const Steps& steps) {
  int wrong = 0;
  std::vector<uint8_t> shown(kFrameSize);
  for (int frame = 1; frame <= kFrames; ++frame) {
    if (Failed(turns.ready.Wait(mapping, kPatience))) return kFrames;
    // The first thing after the signal.
    if (steps.acquire && Failed(mapping.AcquireWrites())) return kFrames;
    mapping.Read(absl::MakeSpan(shown));
    if (shown != std::vector<uint8_t>(kFrameSize, frame)) ++wrong;
    if (Failed(turns.free.Raise(mapping))) return kFrames;
  }
  return wrong;
}

// The consumer's process. The Vmo came over fork; each process maps it for
// itself. Its exit status is the number of frames that were wrong.
[[noreturn]] void RunConsumer(const incoherent::Vmo& vmo, const Steps& steps) {
  auto mapping = incoherent::Mapping::CreateFromVmo(
      vmo, kFrameSize, incoherent::kPermRead, {"consumer"});
  if (Failed(mapping.status())) _exit(kFrames);
  _exit(Consume(*mapping, Turns(vmo), steps));
}

// Both processes; returns how many frames were wrong, and prints what was
// found.
int Run(const Steps& steps, size_t* findings) {
  auto made =
      incoherent::Mapping::AllocateWithName(kFrameSize, "frames", {"producer"});
  if (Failed(made.status())) return kFrames;
  auto& [mapping, vmo] = *made;

  const pid_t consumer = fork();
  if (consumer < 0) return kFrames;
  if (consumer == 0) RunConsumer(vmo, steps);
  const bool produced = Produce(mapping, Turns(vmo), steps);
  int status = 0;
  waitpid(consumer, &status, 0);
  if (!produced || !WIFEXITED(status)) return kFrames;

  std::printf("%s: %d of %d frames wrong\n", steps.name, WEXITSTATUS(status),
              kFrames);
  // Both processes would list the same.
  for (const incoherent::DeviceFinding& finding : vmo.findings()) {
    std::printf("  %s\n", finding.message.c_str());
  }
  *findings = vmo.findings().size();
  return WEXITSTATUS(status);
}

// Whether a run went as this file says.
bool Expect(const Steps& steps, int wrong_frames, size_t findings) {
  size_t found = 0;
  return Run(steps, &found) == wrong_frames && found == findings;
}

}  // namespace

int main() {
  const bool as_told =
      Expect({"released and acquired", true, true}, 0, 0) &&
      // Each frame is lost: the consumer sees the memory as it was made.
      Expect({"not released", false, true}, kFrames, kFrames) &&
      // Each frame is published, and the consumer does not look.
      Expect({"not acquired", true, false}, kFrames, kFrames);
  return as_told ? 0 : 1;
}
