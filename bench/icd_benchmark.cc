// What the ICD costs: a frame that uploads and reads back, on the downstream
// alone and through the ICD in each mode, in one run. Per frame 64 KiB go to
// the device and come back, with every flush, barrier and invalidate in its
// place.
//
//   bazel run -c opt //bench:icd_benchmark
//
// INCOHERENT_TEST_DOWNSTREAM names another downstream than lavapipe.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/vulkan_app.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kFrame = 64 << 10;

IcdEnvironment Alone() {
  IcdEnvironment environment;
  environment.driver = IcdEnvironment::TestedDownstream();
  if (environment.driver.empty()) return PlainLavapipe();
  return environment;
}

IcdEnvironment Through(const char* host_domain, const char* trap) {
  IcdEnvironment environment = WithProfile("strict");
  environment.host_domain = host_domain;
  environment.trap = trap;
  return environment;
}

void RunFrames(benchmark::State& state, const IcdEnvironment& environment,
               MemoryKind kind) {
  VulkanApp app(environment);
  AppMemory upload(app, kFrame, kind);
  AppMemory readback(app, kFrame, kind);
  AppMemory on_device(app, kFrame, MemoryKind::kNotMappable);
  uint8_t* to = upload.Map();
  const uint8_t* from = readback.Map();
  uint8_t value = 0;
  uint64_t sum = 0;
  for (auto _ : state) {
    std::memset(to, ++value, kFrame);
    upload.Flush(0, VK_WHOLE_SIZE);
    app.Run([&](Commands& rec) {
      rec.Copy(upload, 0, on_device, 0, kFrame);
      rec.BarrierBetween();
      rec.Copy(on_device, 0, readback, 0, kFrame);
      rec.BarrierToHost();
    });
    readback.Invalidate(0, VK_WHOLE_SIZE);
    for (VkDeviceSize i = 0; i < kFrame; i += 64) sum += from[i];
  }
  benchmark::DoNotOptimize(sum);
}

void Register(const char* name, const IcdEnvironment& environment) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    const std::string full =
        std::string(name) +
        (kind == MemoryKind::kCoherent ? "/coherent" : "/non-coherent");
    benchmark::RegisterBenchmark(full.c_str(),
                                 [environment, kind](benchmark::State& state) {
                                   RunFrames(state, environment, kind);
                                 })
        ->Unit(benchmark::kMicrosecond)
        ->Iterations(2000)
        ->UseRealTime();
  }
}

}  // namespace
}  // namespace incoherent

int main(int argc, char** argv) {
  // Where `bazel run` puts the ICD.
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  setenv("TEST_SRCDIR", (self + ".runfiles").c_str(), /*overwrite=*/0);
  setenv("TEST_WORKSPACE", "incoherent", /*overwrite=*/0);
  benchmark::Initialize(&argc, argv);
  incoherent::Register("downstream", incoherent::Alone());
  incoherent::Register("merged", incoherent::Through("merged", "off"));
  incoherent::Register("report,trap=off", incoherent::Through("report", "off"));
  incoherent::Register("report", incoherent::Through("report", "on"));
  incoherent::Register("strict", incoherent::Through("strict", "on"));
  benchmark::RunSpecifiedBenchmarks();
}
