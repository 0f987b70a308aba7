// How fast the explorer is, on a model of three atoms: the host writes into
// each, the device copies and writes back, and nobody synchronizes, so that
// every act of the caches counts.

#include <cstdint>

#include "benchmark/benchmark.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/language/parser.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr char kThreeAtoms[] = R"(
litmus three-atoms
memory m { size 12; type noncoherent; atom 4 }
host {
  m[0] = 1; m[4] = 2; m[8] = 3
  submit q
  m[1] = 4; flush m[4..8)
  r0 = m[2]; r1 = m[6]; r2 = m[10]
  wait q
  invalidate m[8..12)
  r3 = m[9]
}
queue q {
  r0 = m[0]; r1 = m[4]; r2 = m[8]
  m[2] = 5; m[6] = 6; m[10] = 7
  barrier all_commands/memory_write -> host/host_read
  m[9] = 8
}
)";

void Explore(benchmark::State& state, bool prune) {
  const absl::StatusOr<Program> program =
      ParseProgram(kThreeAtoms, "three-atoms.litmus");
  INCOHERENT_CHECK(program.ok(), "a program that parses");
  ExploreOptions options;
  options.prune = prune;
  options.max_states = static_cast<uint64_t>(state.range(0));
  uint64_t states = 0;
  uint64_t outcomes = 0;
  for (auto _ : state) {
    const absl::StatusOr<Exploration> exploration = Explore(*program, options);
    INCOHERENT_CHECK(exploration.ok(), "a program that fits");
    states += exploration->states;
    outcomes = exploration->finals.size();
  }
  state.counters["states/s"] = benchmark::Counter(static_cast<double>(states),
                                                  benchmark::Counter::kIsRate);
  state.counters["states"] =
      static_cast<double>(states) / static_cast<double>(state.iterations());
  state.counters["outcomes"] = static_cast<double>(outcomes);
}

void BM_Explore(benchmark::State& state) { Explore(state, /*prune=*/true); }
void BM_ExploreUnpruned(benchmark::State& state) {
  Explore(state, /*prune=*/false);
}
BENCHMARK(BM_Explore)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ExploreUnpruned)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace incoherent::litmus

BENCHMARK_MAIN();
