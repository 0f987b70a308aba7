// Particles in mapped memory, through guards.
//
// The host puts particles into memory that is not coherent, the device moves
// them, and the host reads them again. Guards invalidate on entry and flush on
// exit, so the program has no flush and no invalidate of its own. What is left
// to it is to open and close them at the right moments.
//
// The program is run twice: as it should be, and with the second guard opened
// too early, before the device is done. On a desktop both would print the same.
//
//   bazel run //examples:particle_guard

#include <cstdio>

#include "incoherent/device.h"
#include "incoherent/mapped_memory.h"

namespace {

using incoherent::CommandBuffer;
using incoherent::Device;
using incoherent::FenceId;
using incoherent::KernelMemory;
using incoherent::MappedMemory;
using incoherent::MemoryRange;
using Types = incoherent::SmallDeviceTypes;

struct Particle {
  float height;
  float mass;
};
constexpr size_t kParticles = 4;
constexpr incoherent::ByteRange kAll = {0, kParticles * sizeof(Particle)};

enum class Reopen { kAfterTheWait, kBeforeTheWait };

// Writes the particles. The flush is the end of the guard.
absl::Status Drop(const MappedMemory& memory) {
  const auto particles = memory.Write<Particle[]>(kAll);
  if (!particles.ok()) return particles.status();
  for (auto particle : *particles)
    particle = Particle{/*height=*/10, /*mass=*/1};
  (*particles)[3].At(&Particle::mass) = 2;  // these four bytes alone
  return absl::OkStatus();
}

// A compute shader: each particle falls by 1.
absl::Status RecordFall(const MemoryRange& all, CommandBuffer& commands) {
  const auto fall = [memory = all.memory](KernelMemory& bytes) {
    for (size_t i = 0; i < kParticles; ++i) {
      const uint64_t at = i * sizeof(Particle);
      bytes.Store(memory, at, bytes.Load<float>(memory, at) - 1);
    }
  };
  const auto shader = incoherent::kStageComputeShader;
  absl::Status status =
      commands.Kernel("fall",
                      {{all,
                        {shader, incoherent::kAccessShaderStorageRead},
                        incoherent::Access::kRead},
                       {all,
                        {shader, incoherent::kAccessShaderStorageWrite},
                        incoherent::Access::kWrite}},
                      fall);
  // What it wrote is for the host to read.
  status.Update(commands.PipelineBarrier2({incoherent::ToHostBarrier()}));
  return status;
}

// Returns the height of the last particle as the host sees it in the end.
absl::StatusOr<float> Run(Device& device, Reopen reopen) {
  const auto memory = MappedMemory::Allocate(device, Types::kNonCoherent, 1024);
  if (!memory.ok()) return memory.status();
  absl::Status status = Drop(*memory);

  CommandBuffer commands = device.NewCommandBuffer();
  status.Update(RecordFall(memory->memory().bytes(kAll), commands));
  const FenceId fence = device.AddFence();
  status.Update(
      device.Submit(device.AddQueue(), {{{}, {&commands}, {}}}, fence));

  // The guard invalidates when it is opened, and only then.
  if (reopen == Reopen::kAfterTheWait)
    status.Update(device.WaitForFence(fence));
  const auto particles = memory->Read<Particle[]>(kAll);
  if (!particles.ok()) return particles.status();
  if (reopen == Reopen::kBeforeTheWait) {
    status.Update(device.WaitForFence(fence));
  }
  if (!status.ok()) return status;
  return (*particles)[3].At(&Particle::height).Get();
}

// Runs it on a device of its own, prints what came of it, and says whether that
// is what was to be expected.
bool Show(const char* name, Reopen reopen, float height, size_t findings) {
  Device device(incoherent::SmallDevice());
  const absl::StatusOr<float> seen = Run(device, reopen);
  if (!seen.ok()) return false;
  std::printf("%-30s height %g\n", name, *seen);
  for (const incoherent::DeviceFinding& finding : device.findings()) {
    std::printf("  %s\n", finding.message.c_str());
  }
  return *seen == height && device.findings().size() == findings;
}

}  // namespace

int main() {
  const bool right = Show("guard opened after the wait:", Reopen::kAfterTheWait,
                          9, /*findings=*/0);
  const bool wrong =
      Show("guard opened before the wait:", Reopen::kBeforeTheWait, 10,
           /*findings=*/1);
  return right && wrong ? 0 : 1;
}
