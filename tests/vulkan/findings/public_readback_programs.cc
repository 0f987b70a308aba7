// Bugs of public projects on the way back to the host.

#include <sys/mman.h>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/counter_kernel.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/host_import.h"

namespace incoherent {
namespace {

constexpr char kFile[] = "public_readback_programs.cc";
constexpr char kDispatch[] = "vkCmdDispatch";
constexpr char kFill[] = "vkCmdFillBuffer";
constexpr char kImageCopy[] = "vkCmdCopyImageToBuffer";
constexpr char kNotMapped[] = "VUID-VkMappedMemoryRange-memory-00684";

constexpr VkDeviceSize kSize = 4096;
constexpr uint8_t kNew = 0xaa;
constexpr uint32_t kWidth = 32;  // an image of kSize bytes

// An image that the device has filled.
void Paint(VulkanApp& app, AppImage& image, const Bytes& texels) {
  AppMemory pixels(app, kSize, MemoryKind::kCoherent);
  Write(pixels.Map(), texels);
  app.Run([&](Commands& rec) { rec.Copy(pixels, image); });
}

// The memory is coherent and unified, so results are read where they are; no
// flush and no invalidate is not the same as no barrier.
Outcome UnifiedMemoryResult(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const CounterKernel counters(app, m);
  const uint8_t* p = MapCleared(app, m);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    if (build == Build::kRight) rec.Barrier(kShaderWrites, kHostReads);
  });
  return {BytesOf(1), BytesOf(LoadWord(p + 1200))};
}

// Two storage buffers, a barrier for one.
Outcome OneBarrierForTwoBuffers(VulkanApp& app, Build build) {
  AppMemory first(app, kSize, MemoryKind::kCoherent);
  AppMemory second(app, kSize, MemoryKind::kCoherent);
  first.Name("first");
  second.Name("second");
  const CounterKernel count_first(app, first);
  const CounterKernel count_second(app, second);
  const uint8_t* p = MapCleared(app, first);
  const uint8_t* q = MapCleared(app, second);
  app.Run([&](Commands& rec) {
    count_first.Dispatch(rec);
    count_second.Dispatch(rec);
    rec.Barrier(kShaderWrites, kHostReads, first);
    if (build == Build::kRight) {
      rec.Barrier(kShaderWrites, kHostReads, second);
    }
  });
  Outcome outcome = {BytesOf(1), BytesOf(LoadWord(p + 1200))};
  Append(outcome.want, BytesOf(1));
  Append(outcome.got, BytesOf(LoadWord(q + 1200)));
  return outcome;
}

// A block of a pool has several producers; the barrier was written for one.
Outcome SecondProducer(VulkanApp& app, Build build) {
  AppImage image(app, kWidth, kWidth, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  Paint(app, image, Filled(kSize, kNew));
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("block");
  const CounterKernel counters(app, m);
  const uint8_t* p = MapCleared(app, m);
  app.Run([&](Commands& rec) {
    counters.Dispatch(rec);
    rec.Barrier(kShaderWrites, kHostReads);
  });
  Outcome outcome = {BytesOf(1), BytesOf(LoadWord(p + 1200))};
  app.Run([&](Commands& rec) {
    rec.Copy(image, m);
    if (build == Build::kRight) rec.Barrier(kTransferWrites, kHostReads);
  });
  Append(outcome.want, WordOf(kNew));
  Append(outcome.got, BytesOf(LoadWord(p + 1200)));
  return outcome;
}

// "The buffer is provably idle": a counter is read and set to 0.
Outcome ReadAndClearCounter(VulkanApp& app, Build build) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("counters");
  const CounterKernel counters(app, m);
  uint8_t* p = MapCleared(app, m);
  Outcome outcome;
  for (int run = 0; run < 2; ++run) {
    app.Run([&](Commands& rec) {
      counters.Dispatch(rec);
      if (build == Build::kRight) rec.BarrierToHost();
    });
    Append(outcome.want, BytesOf(1));
    Append(outcome.got, BytesOf(LoadWord(p + 1200)));
    StoreWord(p + 1200, 0);
  }
  return outcome;
}

// Fills, brings it to the host as told, and reads a word.
Outcome FillBarrierRead(VulkanApp& app, const Side& to) {
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("result");
  const uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.Barrier(kTransferWrites, to);
  });
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

// The access of the host, and not its stage.
Outcome HostAccessWithoutStage(VulkanApp& app, Build build) {
  const Side wrong = {VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                      VK_ACCESS_HOST_READ_BIT};
  return FillBarrierRead(app, build == Build::kRight ? kHostReads : wrong);
}

// Its stage, and not its access.
Outcome HostStageWithDeviceAccess(VulkanApp& app, Build build) {
  const Side wrong = {
      VK_PIPELINE_STAGE_HOST_BIT | VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
      VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT};
  return FillBarrierRead(app, build == Build::kRight ? kHostReads : wrong);
}

// An image aspect, read back with a barrier to the top of the pipe.
Outcome ImageAspectToTopOfPipe(VulkanApp& app, Build build) {
  AppImage image(app, kWidth, kWidth, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  Paint(app, image, Filled(kSize, kNew));
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  m.Name("aspect");
  const uint8_t* p = m.Map();
  const Side top = {VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, 0};
  app.Run([&](Commands& rec) {
    rec.Copy(image, m);
    rec.Barrier(kTransferWrites, build == Build::kRight ? kHostReads : top);
  });
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

// Barrier and invalidate are for the predicate; the result is what is read.
Outcome PredicateForResult(VulkanApp& app, Build build) {
  AppMemory predicate(app, kSize);
  AppMemory result(app, kSize);
  predicate.Name("predicate");
  result.Name("result");
  predicate.Map();
  const uint8_t* p = result.Map();
  AppMemory& named = build == Build::kRight ? result : predicate;
  app.Run([&](Commands& rec) {
    rec.Fill(result, 0, kSize, kNew);
    rec.Barrier(kTransferWrites, kHostReads, named);
  });
  named.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

// The invalidate stands where the commands are recorded, and the read after it
// fetches the old bytes.
Outcome InvalidateWhileRecording(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  m.Name("samples");
  const uint8_t* p = m.Map();
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, kSize, kNew);
    rec.BarrierToHost();
    m.Invalidate(0, VK_WHOLE_SIZE);
    LoadWord(p + 1200);
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(kNew), BytesOf(LoadWord(p + 1200))};
}

// A frame is downloaded: no barrier, and a flush where an invalidate belongs.
Outcome FrameDownload(VulkanApp& app, Build build) {
  AppImage frame(app, kWidth, kWidth, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  Paint(app, frame, Filled(kSize, kNew));
  AppMemory staging(app, kSize);
  staging.Name("staging");
  app.DeviceWrite(staging, 0, Filled(kSize, 0));
  app.Run([&](Commands& rec) {
    rec.Copy(frame, staging);
    if (build == Build::kRight) rec.BarrierToHost();
  });
  const uint8_t* p = staging.Map();
  if (build == Build::kRight) staging.Invalidate(0, VK_WHOLE_SIZE);
  const uint32_t word = LoadWord(p + 1200);
  if (build == Build::kWrong) staging.Flush(0, VK_WHOLE_SIZE);
  staging.Unmap();
  return {WordOf(kNew), BytesOf(word)};
}

// The same into imported pages, which are flushed without being mapped.
Outcome FrameDownloadIntoImport(VulkanApp& app, Build build) {
  AppImage frame(app, kWidth, kWidth, VK_IMAGE_TILING_OPTIMAL,
                 MemoryKind::kNotMappable);
  Paint(app, frame, Filled(kSize, kNew));
  AddressRange pages(kSize, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kSize, app.TypeOf(MemoryKind::kNonCoherent)));
  m.Name("import");
  app.Run([&](Commands& rec) {
    rec.Copy(frame, m);
    if (build == Build::kRight) rec.BarrierToHost();
  });
  const uint8_t* p = pages.at();
  if (build == Build::kRight) {
    p = m.Map();
    m.Invalidate(0, VK_WHOLE_SIZE);
  }
  const uint32_t word = LoadWord(p + 1200);
  if (build == Build::kWrong) m.Flush(0, VK_WHOLE_SIZE);
  return {WordOf(kNew), BytesOf(word)};
}

FindingProgram Forgiven(FindingProgram program) {
  program.sees = Sees::kRightBytes;
  return program;
}

FindingProgram WithImports(FindingProgram program) {
  program.request = HostImportDevice();
  return program;
}

}  // namespace

std::vector<FindingProgram> PublicReadbackPrograms() {
  const ByteRange at = {1200, 4};
  const ExpectedFinding no_barrier = NoBarrier(at).Exactly();
  const ExpectedFinding filled =
      no_barrier.Command(kFill).Of("result").ReadIn("FillBarrierRead", kFile);
  const ExpectedFinding counted = no_barrier.Command(kDispatch).Of("counters");
  const ExpectedFinding stale = Stale(at).Exactly();
  return {
      Forgiven({"UnifiedMemoryResult",
                "https://github.com/ggml-org/llama.cpp/pull/23770",
                UnifiedMemoryResult,
                {no_barrier.Command(kDispatch).Of("result").ReadIn(
                    "UnifiedMemoryResult", kFile)}}),
      Forgiven({"OneBarrierForTwoBuffers",
                "https://github.com/Igalia/vkrunner/pull/56",
                OneBarrierForTwoBuffers,
                {no_barrier.Command(kDispatch).Of("second")}}),
      Forgiven({"SecondProducer",
                "https://github.com/mattias800/prosper/issues/3249",
                SecondProducer,
                {no_barrier.Command(kImageCopy).Of("block")}}),
      Forgiven({"ReadAndClearCounter",
                "https://github.com/matiaszanolli/ByroRedux/issues/2740",
                ReadAndClearCounter,
                {counted.ReadIn("ReadAndClearCounter", kFile),
                 counted.WrittenIn("ReadAndClearCounter", kFile)}}),
      Forgiven({"HostAccessWithoutStage",
                "https://github.com/google/amber/pull/1095",
                HostAccessWithoutStage,
                {filled}}),
      Forgiven({"HostStageWithDeviceAccess",
                "https://github.com/google/amber/pull/1097",
                HostStageWithDeviceAccess,
                {filled}}),
      Forgiven({"ImageAspectToTopOfPipe",
                "https://github.com/KhronosGroup/VK-GL-CTS/commit/bd9468ab8",
                ImageAspectToTopOfPipe,
                {no_barrier.Command(kImageCopy).Of("aspect")}}),
      {"PredicateForResult",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/90521647b",
       PredicateForResult,
       {no_barrier.Command(kFill).Of("result"),
        stale.Command(kFill).Of("result").ReadIn("PredicateForResult", kFile)}},
      {"InvalidateWhileRecording",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/413b65f6a",
       InvalidateWhileRecording,
       {stale.Command(kFill).Of("samples").ReadIn("InvalidateWhileRecording",
                                                  kFile)}},
      {"FrameDownload",
       "https://github.com/FFmpeg/FFmpeg/blob/n5.1/libavutil/"
       "hwcontext_vulkan.c",
       FrameDownload,
       {no_barrier.Command(kImageCopy).Of("staging"),
        stale.Command(kImageCopy)
            .Of("staging")
            .ReadIn("FrameDownload", kFile)}},
      WithImports({"FrameDownloadIntoImport",
                   "https://github.com/FFmpeg/FFmpeg/blob/n5.1/libavutil/"
                   "hwcontext_vulkan.c",
                   FrameDownloadIntoImport,
                   {BrokenRule(kNotMapped).Command("vkFlushMappedMemoryRanges"),
                    no_barrier.Command(kImageCopy).Of("import").IfSeen(),
                    stale.Command(kImageCopy).Of("import").IfSeen()}}),
  };
}

}  // namespace incoherent
