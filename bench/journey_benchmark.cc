// What the journey costs: against the size of the memory (nothing), and against
// the number of runs it is cut into.

#include <cstdint>

#include "benchmark/benchmark.h"
#include "sim/memory/journey.h"

namespace incoherent {
namespace {

constexpr AccessPoint kRead = {kStageCopy, kAccessTransferRead};
constexpr uint64_t kAtom = 64;

Journey::PayloadInfo NonCoherent(uint64_t size) {
  Journey::PayloadInfo info;
  info.size = size;
  info.atom_size = kAtom;
  info.non_coherent = true;
  return info;
}

// One frame: store, flush, submit, device read, fence.
class Frames {
 public:
  explicit Frames(uint64_t size) {
    memory_ = journey_.AddPayload(NonCoherent(size));
    map_ = journey_.AddReference(memory_);
  }

  void Store(const ByteRange& range) {
    journey_.HostWrite(thread_, map_, range, ++operation_);
  }
  void Run(const ByteRange& range) {
    Store(range);
    journey_.Flush(thread_, map_, range, ++operation_);
    journey_.BeginSubmission(queue_, journey_.Submit(thread_));
    journey_.DeviceAccess(queue_, kRead, memory_, range, Access::kRead,
                          ++operation_);
    journey_.HostWait(thread_, journey_.Signal(queue_, kStageAllCommands));
  }
  size_t RunCount() const { return journey_.RunCount(memory_); }

 private:
  Journey journey_{
      [](const Hazard& hazard) { benchmark::DoNotOptimize(hazard.earlier); }};
  Journey::ThreadId thread_ = journey_.AddThread();
  Journey::QueueId queue_ = journey_.AddQueue();
  Journey::PayloadId memory_ = 0;
  Journey::ReferenceId map_ = 0;
  OperationId operation_ = 0;
};

void BM_FrameAgainstMemorySize(benchmark::State& state) {
  Frames frames(static_cast<uint64_t>(state.range(0)));
  const ByteRange whole = {0, static_cast<uint64_t>(state.range(0))};
  for (auto _ : state) frames.Run(whole);
  state.counters["runs"] = static_cast<double>(frames.RunCount());
}
BENCHMARK(BM_FrameAgainstMemorySize)
    ->RangeMultiplier(32)
    ->Range(1 << 10, 1 << 30);

// One small frame in a memory that is cut into so many written ranges.
void BM_FrameAgainstRuns(benchmark::State& state) {
  const uint64_t written = static_cast<uint64_t>(state.range(0));
  Frames frames(uint64_t{1} << 30);
  for (uint64_t i = 0; i < written; ++i) frames.Store({i * 2 * kAtom, kAtom});
  for (auto _ : state) frames.Run({0, kAtom});
  state.counters["runs"] = static_cast<double>(frames.RunCount());
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_FrameAgainstRuns)
    ->RangeMultiplier(8)
    ->Range(1, 1 << 12)
    ->Complexity(benchmark::oN);

}  // namespace
}  // namespace incoherent

BENCHMARK_MAIN();
