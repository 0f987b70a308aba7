// What the model costs against the byte loops that say what is right: the same
// program on HostView, on HostLines over PayloadBytes, and on the reference
// memory, in one run. The ratio of bytes_per_second is the price, or the gain.
//
//   Frame     the host stores all and flushes; the device stores all and the
//             host invalidates
//   Sparse    one store of an atom, and a flush of the whole memory
//   Clean     a flush and an invalidate of the whole memory with nothing to do

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/types/span.h"
#include "sim/memory/host_view.h"
#include "sim/memory/payload_bytes.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

constexpr uint64_t kAtom = 64;

// Each of the three has the same five operations on [0, size).

class View {
 public:
  explicit View(uint64_t size)
      : view_(size),
        synced_(size),
        device_(size),
        host_({absl::MakeSpan(view_), absl::MakeSpan(synced_),
               absl::MakeSpan(device_)},
              AtomGrid(kAtom, size), WriteBack::kWholeAtom) {}

  void HostStore(uint64_t size, uint8_t value) {
    // As an application does, through its pointer.
    std::memset(view_.data(), value, size);
    benchmark::ClobberMemory();
  }
  void DeviceStore(uint64_t size, uint8_t value) {
    std::memset(device_.data(), value, size);
    benchmark::ClobberMemory();
  }
  void Flush() { host_.Flush({0, view_.size()}); }
  void Invalidate() { host_.Invalidate({0, view_.size()}); }
  uint8_t HostLoad(uint64_t byte) const { return view_[byte]; }

 private:
  std::vector<uint8_t> view_, synced_, device_;
  HostView host_;
};

class Lines {
 public:
  explicit Lines(uint64_t size)
      : host_(size),
        device_(size),
        marks_(size),
        view_(size),
        view_marks_(size),
        payload_({absl::MakeSpan(host_), absl::MakeSpan(device_),
                  absl::MakeSpan(marks_)},
                 /*merged=*/false),
        lines_({absl::MakeSpan(view_), absl::MakeSpan(view_marks_)}, payload_,
               AtomGrid(kAtom, size), WriteBack::kWholeAtom) {}

  void HostStore(uint64_t size, uint8_t value) {
    for (uint64_t at = 0; at < size; ++at) lines_.Store(at, {value});
  }
  void DeviceStore(uint64_t size, uint8_t value) {
    for (uint64_t at = 0; at < size; ++at) payload_.DeviceWrite(at, {value});
    payload_.MoveToHost({0, size});
  }
  void Flush() {
    lines_.Flush({0, view_.size()});
    payload_.MoveToDevice({0, view_.size()});
  }
  void Invalidate() { lines_.Invalidate({0, view_.size()}); }
  uint8_t HostLoad(uint64_t byte) const { return lines_.Load(byte).value; }

 private:
  std::vector<uint8_t> host_, device_, marks_, view_, view_marks_;
  PayloadBytes payload_;
  HostLines lines_;
};

class Reference {
 public:
  explicit Reference(uint64_t size)
      : size_(size), memory_(size, kAtom, ReferenceMemory::kWholeAtoms) {}

  void HostStore(uint64_t size, uint8_t value) {
    for (uint64_t at = 0; at < size; ++at) memory_.HostStore(at, value);
  }
  void DeviceStore(uint64_t size, uint8_t value) {
    for (uint64_t at = 0; at < size; ++at) memory_.DeviceStore(at, value);
  }
  void Flush() { memory_.Flush(0, size_); }
  void Invalidate() { memory_.Invalidate(0, size_); }
  uint8_t HostLoad(uint64_t byte) const { return memory_.HostLoad(byte); }

 private:
  uint64_t size_;
  ReferenceMemory memory_;
};

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(4 << 10)->Arg(64 << 10)->Arg(1 << 20);
}

template <typename Memory>
void BM_Frame(benchmark::State& state) {
  const uint64_t size = static_cast<uint64_t>(state.range(0));
  Memory memory(size);
  uint8_t value = 0;
  for (auto _ : state) {
    memory.HostStore(size, ++value);
    memory.Flush();
    memory.DeviceStore(size, ++value);
    memory.Invalidate();
    if (memory.HostLoad(size - 1) != value) state.SkipWithError("stale");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_TEMPLATE(BM_Frame, View)->Apply(Sizes);
BENCHMARK_TEMPLATE(BM_Frame, Lines)->Apply(Sizes);
BENCHMARK_TEMPLATE(BM_Frame, Reference)->Apply(Sizes);

template <typename Memory>
void BM_Sparse(benchmark::State& state) {
  Memory memory(static_cast<uint64_t>(state.range(0)));
  uint8_t value = 0;
  for (auto _ : state) {
    memory.HostStore(kAtom, ++value);
    memory.Flush();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_TEMPLATE(BM_Sparse, View)->Apply(Sizes);
BENCHMARK_TEMPLATE(BM_Sparse, Lines)->Apply(Sizes);
BENCHMARK_TEMPLATE(BM_Sparse, Reference)->Apply(Sizes);

template <typename Memory>
void BM_Clean(benchmark::State& state) {
  Memory memory(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    memory.Flush();
    memory.Invalidate();
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_TEMPLATE(BM_Clean, View)->Apply(Sizes);
BENCHMARK_TEMPLATE(BM_Clean, Lines)->Apply(Sizes);
BENCHMARK_TEMPLATE(BM_Clean, Reference)->Apply(Sizes);

}  // namespace
}  // namespace incoherent

BENCHMARK_MAIN();
