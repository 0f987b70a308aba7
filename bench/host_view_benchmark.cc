// What the simulated host cache costs, next to the memcpy that a program
// without it would do.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/memory/host_view.h"

namespace incoherent {
namespace {

constexpr uint64_t kAtom = 64;

struct Memory {
  explicit Memory(size_t size)
      : view(size),
        synced(size),
        device(size),
        host({absl::MakeSpan(view), absl::MakeSpan(synced),
              absl::MakeSpan(device)},
             AtomGrid(kAtom, size), WriteBack::kWholeAtom) {}

  std::vector<uint8_t> view;
  std::vector<uint8_t> synced;
  std::vector<uint8_t> device;
  HostView host;
};

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(64 << 10)->Arg(1 << 20)->Arg(16 << 20);
}

// The host writes everything, nothing else happens: the floor of what follows.
void BM_Memset(benchmark::State& state) {
  Memory memory(static_cast<size_t>(state.range(0)));
  uint8_t value = 0;
  for (auto _ : state) {
    std::memset(memory.view.data(), ++value, memory.view.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Memset)->Apply(Sizes);

void BM_MemsetAndFlush(benchmark::State& state) {
  Memory memory(static_cast<size_t>(state.range(0)));
  uint8_t value = 0;
  for (auto _ : state) {
    std::memset(memory.view.data(), ++value, memory.view.size());
    memory.host.Flush({0, memory.view.size()});
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_MemsetAndFlush)->Apply(Sizes);

void BM_FlushClean(benchmark::State& state) {
  Memory memory(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(memory.host.Flush({0, memory.view.size()}));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_FlushClean)->Apply(Sizes);

void BM_DeviceWritesAndInvalidate(benchmark::State& state) {
  Memory memory(static_cast<size_t>(state.range(0)));
  uint8_t value = 0;
  for (auto _ : state) {
    std::memset(memory.device.data(), ++value, memory.device.size());
    memory.host.Invalidate({0, memory.view.size()});
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_DeviceWritesAndInvalidate)->Apply(Sizes);

}  // namespace
}  // namespace incoherent

BENCHMARK_MAIN();
