// Programs over imported pages, in pairs: one that leaves out a step, or does
// one that must not be, and its twin that is right.
//
// Of the wrong one: what is found and said, at which bytes, under each policy
// the same, and that the lazy policy shows it. Of the right one: silence, and
// the right byte, under each policy.

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/host_import.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

constexpr uint64_t kPage = 4096;
constexpr uint8_t kValue = 7;
constexpr ByteRange kBytes = {4, 4};

enum class Build { kWrong, kRight };

template <typename Result>
void ExpectOk(const Result& result) {
  EXPECT_TRUE(result.ok());
}

// A device of the host's with one queue and some memory of its own. Of host
// pointers it takes device-local memory as well.
struct Gpu {
  Gpu(const std::shared_ptr<Host>& host, const EvictionPolicy& policy)
      : device(OptionsOn(host, policy)),
        queue(device.AddQueue()),
        own(*Memory::Allocate(device, Types::kDeviceLocal, 64)) {}

  static DeviceOptions OptionsOn(const std::shared_ptr<Host>& host,
                                 const EvictionPolicy& policy) {
    DeviceOptions options = SmallDevice(policy);
    options.memory.host_pointer_types |= 1 << Types::kDeviceLocal;
    options.host = host;
    return options;
  }

  FenceId Submit(const CommandBuffer& commands) {
    const FenceId fence = device.AddFence();
    ExpectOk(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
    return fence;
  }
  void Wait(FenceId fence) { ExpectOk(device.WaitForFence(fence)); }
  FenceId SubmitFill(const Memory& memory, bool barrier = true) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Fill(memory.bytes(kBytes), kValue));
    if (barrier) ExpectOk(commands.PipelineBarrier2({ToHostBarrier()}));
    return Submit(commands);
  }
  FenceId SubmitRead(const Memory& memory) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Copy(memory.bytes(kBytes), own.bytes({0, 4})));
    return Submit(commands);
  }
  // What a copy of the bytes has.
  uint8_t Read(const Memory& memory) {
    Wait(SubmitRead(memory));
    return device.DeviceDomain(own.id(), 0).value;
  }

  Device device;
  QueueId queue;
  Memory own;
};

struct Scene {
  explicit Scene(const EvictionPolicy& policy)
      : a(host, policy), b(host, policy) {}

  Memory Import(Gpu& gpu, uint32_t type) {
    return *ImportHostPointer(gpu.device, {pages.pointer(), kPage, type});
  }
  void Write() { Write(pages.pointer()); }
  void Write(const HostPointer& pages_or_mapping) {
    ExpectOk((pages_or_mapping + kBytes.offset)
                 .Write({kValue, kValue, kValue, kValue}));
  }
  uint8_t Read() { return Read(pages.pointer()); }
  uint8_t Read(const HostPointer& pages_or_mapping) {
    return (*(pages_or_mapping + kBytes.offset).Read(kBytes.size))[0];
  }

  std::shared_ptr<Host> host = std::make_shared<Host>(HostOptions());
  HostPages pages = *HostPages::Create(host, {kPage});
  Gpu a, b;
};

// --- The cache of the original pointer.

uint8_t FlushOfANeverMappedImport(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kCoherent);
  scene.Write();
  if (build == Build::kWrong) memory.Flush().IgnoreError();
  return scene.a.Read(memory);
}

uint8_t FlushInsteadOfCleanCache(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kNonCoherent);
  ExpectOk(memory.Map());
  scene.Write();
  if (build == Build::kWrong) ExpectOk(memory.Flush());
  if (build == Build::kRight) ExpectOk(scene.pages.CleanCache());
  return scene.a.Read(memory);
}

uint8_t WriteWithoutCleanCache(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kNonCoherent);
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.pages.CleanCache());
  return scene.a.Read(memory);
}

uint8_t InvalidateOfTheMappingOnly(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kNonCoherent);
  ExpectOk(memory.Map());
  scene.a.Wait(scene.a.SubmitFill(memory));
  ExpectOk(memory.Invalidate());
  if (build == Build::kRight) ExpectOk(scene.pages.InvalidateCache());
  return scene.Read();
}

uint8_t InvalidateCacheOverAnUncleanWrite(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kNonCoherent);
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.pages.CleanCache());
  ExpectOk(scene.pages.InvalidateCache());
  return scene.Read();
}

uint8_t WriteByTheMappingWithoutFlush(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kNonCoherent);
  scene.Write(*memory.Map());
  if (build == Build::kRight) ExpectOk(memory.Flush());
  ExpectOk(scene.pages.InvalidateCache());
  return scene.Read();
}

uint8_t WriteByTheMappingOfAFreedImport(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kNonCoherent);
  scene.Write(*memory.Map());
  if (build == Build::kRight) ExpectOk(memory.Flush());
  ExpectOk(memory.Free());
  return scene.Read();
}

// --- Barriers and waits.

uint8_t NoBarrierToTheHost(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kCoherent);
  scene.a.Wait(scene.a.SubmitFill(memory, build == Build::kRight));
  return scene.Read();
}

uint8_t NoWaitBeforeThePointer(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kCoherent);
  const FenceId fence = scene.a.SubmitFill(memory);
  if (build == Build::kRight) scene.a.Wait(fence);
  const uint8_t seen = scene.Read();
  scene.a.Wait(fence);
  return seen;
}

uint8_t NoBarrierOnTheFirstDevice(Scene& scene, Build build) {
  Memory mine = scene.Import(scene.a, Types::kCoherent);
  Memory yours = scene.Import(scene.b, Types::kCoherent);
  scene.a.Wait(scene.a.SubmitFill(mine, build == Build::kRight));
  return scene.b.Read(yours);
}

uint8_t NoWaitForTheFirstDevice(Scene& scene, Build build) {
  Memory mine = scene.Import(scene.a, Types::kNonCoherent);
  Memory yours = scene.Import(scene.b, Types::kNonCoherent);
  const FenceId fence = scene.a.SubmitFill(mine);
  if (build == Build::kRight) scene.a.Wait(fence);
  const uint8_t seen = scene.b.Read(yours);
  scene.a.Wait(fence);
  return seen;
}

uint8_t SubmittedToTheSecondTooEarly(Scene& scene, Build build) {
  Memory mine = scene.Import(scene.a, Types::kCoherent);
  Memory yours = scene.Import(scene.b, Types::kCoherent);
  FenceId read{};
  if (build == Build::kWrong) read = scene.b.SubmitRead(yours);
  const FenceId fill = scene.a.SubmitFill(mine);
  scene.a.Wait(fill);
  if (build == Build::kRight) read = scene.b.SubmitRead(yours);
  scene.b.Wait(read);
  return scene.b.device.DeviceDomain(scene.b.own.id(), 0).value;
}

// --- Lifetime.

uint8_t PagesFreedWhileImported(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kCoherent);
  scene.Write();
  const uint8_t seen = scene.a.Read(memory);
  if (build == Build::kRight) ExpectOk(memory.Free());
  scene.pages.Free().IgnoreError();
  return seen;
}

uint8_t PagesFreedBeforeTheSubmit(Scene& scene, Build build) {
  Memory memory = scene.Import(scene.a, Types::kCoherent);
  scene.Write();
  if (build == Build::kWrong) scene.pages.Free().IgnoreError();
  return scene.a.Read(memory);
}

// --- Memory that the host cannot see.

uint8_t AliasOfMemoryNotHostVisible(Scene& scene, Build build) {
  const HostPointer alias = *scene.pages.MapAgain();
  Memory memory = scene.Import(scene.a, Types::kDeviceLocal);
  if (build == Build::kRight) ExpectOk(memory.Free());
  (alias + kBytes.offset).Write({kValue, kValue, kValue, kValue}).IgnoreError();
  return scene.a.device.IsLive(memory.id()) ? 0 : scene.Read();
}

uint8_t ReadAfterMemoryNotHostVisible(Scene& scene, Build build) {
  scene.Write();
  ExpectOk(scene.Import(scene.a, Types::kDeviceLocal).Free());
  if (build == Build::kRight) scene.Write();
  return scene.Read();
}

// --- Imports that fail.

// Uploads by an import, if there is one.
uint8_t UploadBy(Scene& scene, const HostPointer& pointer, uint64_t size) {
  const absl::StatusOr<Memory> memory =
      ImportHostPointer(scene.a.device, {pointer, size, Types::kCoherent});
  if (!memory.ok()) return 0;
  scene.Write();
  return scene.a.Read(*memory);
}

uint8_t MisalignedPointer(Scene& scene, Build build) {
  return UploadBy(
      scene, scene.pages.pointer() + (build == Build::kWrong ? 64 : 0), kPage);
}

uint8_t MisalignedSize(Scene& scene, Build build) {
  return UploadBy(scene, scene.pages.pointer(),
                  build == Build::kWrong ? 100 : kPage);
}

uint8_t PagesThatAreTooSmall(Scene& scene, Build build) {
  return UploadBy(scene, scene.pages.pointer(),
                  build == Build::kWrong ? 2 * kPage : kPage);
}

uint8_t ImportOfAMappedPointer(Scene& scene, Build build) {
  Memory memory =
      *Memory::Allocate(scene.b.device, Types::kCoherent, 2 * kPage);
  const HostPointer mapped = *memory.Map();
  const uint64_t skip = (kPage - mapped.address() % kPage) % kPage;
  return UploadBy(
      scene, build == Build::kWrong ? mapped + skip : scene.pages.pointer(),
      kPage);
}

// --- What is expected of them.

struct Program {
  const char* name;
  std::function<uint8_t(Scene&, Build)> run;
  HazardKind kind;
  ByteRange bytes;    // none: not about bytes
  const char* says;   // in some message
  bool shows = true;  // whether the lazy policy does
};

void PrintTo(const Program& program, std::ostream* out) {
  *out << program.name;
}

std::vector<EvictionPolicy> Policies() {
  std::vector<EvictionPolicy> policies = {{EvictionPolicy::Kind::kLazy, 0},
                                          {EvictionPolicy::Kind::kEager, 0}};
  for (uint64_t seed = 0; seed < 20; ++seed) {
    policies.push_back({EvictionPolicy::Kind::kRandom, seed});
  }
  return policies;
}

class ImportProgramsTest : public testing::TestWithParam<Program> {};

TEST_P(ImportProgramsTest, TheWrongOneIsFoundUnderEachPolicy) {
  const Program& program = GetParam();
  for (const EvictionPolicy& policy : Policies()) {
    Scene scene(policy);
    program.run(scene, Build::kWrong);
    const Host& host = *scene.host;
    EXPECT_THAT(host, HasOnlyFindings({program.kind}));
    EXPECT_THAT(host, HasFinding(program.kind, program.bytes));
    EXPECT_THAT(host, HasFindingThat(program.says));
  }
}

TEST_P(ImportProgramsTest, TheWrongOneIsSeenUnderTheLazyPolicy) {
  Scene scene(Policies().front());
  EXPECT_EQ(GetParam().run(scene, Build::kWrong) != kValue, GetParam().shows);
}

TEST_P(ImportProgramsTest, TheRightOneIsSilentAndRightUnderEachPolicy) {
  for (const EvictionPolicy& policy : Policies()) {
    Scene scene(policy);
    EXPECT_EQ(GetParam().run(scene, Build::kRight), kValue);
    EXPECT_THAT(*scene.host, HasNoFindings());
  }
}

constexpr HazardKind kLost = HazardKind::kLostHostWrite;
constexpr HazardKind kMisuse = HazardKind::kInvalidUsage;
constexpr ByteRange kNone = {0, 0};

INSTANTIATE_TEST_SUITE_P(
    Pairs, ImportProgramsTest,
    testing::Values(
        Program{"FlushOfANeverMappedImport", FlushOfANeverMappedImport, kMisuse,
                kNone, "VUID-VkMappedMemoryRange-memory-00684", false},
        Program{"FlushInsteadOfCleanCache", FlushInsteadOfCleanCache, kLost,
                kBytes, "'host store pages[4, 8)'"},
        Program{"WriteWithoutCleanCache", WriteWithoutCleanCache, kLost, kBytes,
                "missing: flush"},
        Program{"InvalidateOfTheMappingOnly", InvalidateOfTheMappingOnly,
                HazardKind::kStaleHostRead, kBytes, "'host load pages[4, 8)'"},
        Program{"InvalidateCacheOverAnUncleanWrite",
                InvalidateCacheOverAnUncleanWrite,
                HazardKind::kDiscardedHostWrite, kBytes, "cache invalidate"},
        Program{"WriteByTheMappingWithoutFlush", WriteByTheMappingWithoutFlush,
                kLost, kBytes, "then 'host load pages[4, 8)'"},
        Program{"WriteByTheMappingOfAFreedImport",
                WriteByTheMappingOfAFreedImport, kLost, kBytes,
                "then 'host load pages[4, 8)'"},
        Program{"NoBarrierToTheHost", NoBarrierToTheHost,
                HazardKind::kMissingHostBarrier, kBytes, "fill"},
        Program{"NoWaitBeforeThePointer", NoWaitBeforeThePointer,
                HazardKind::kInFlightAccess, kBytes, "missing: wait"},
        Program{"NoBarrierOnTheFirstDevice", NoBarrierOnTheFirstDevice,
                HazardKind::kMissingHostBarrier, kBytes,
                "missing: host-read-barrier"},
        Program{"NoWaitForTheFirstDevice", NoWaitForTheFirstDevice,
                HazardKind::kMissingDeviceBarrier, kBytes, "missing: wait"},
        Program{"SubmittedToTheSecondTooEarly", SubmittedToTheSecondTooEarly,
                HazardKind::kMissingDeviceBarrier, kBytes, "missing: wait"},
        Program{"PagesFreedWhileImported",
                PagesFreedWhileImported,
                kMisuse,
                {0, kPage},
                "free the memory object first",
                false},
        Program{"PagesFreedBeforeTheSubmit",
                PagesFreedBeforeTheSubmit,
                kMisuse,
                {0, kPage},
                "whose pages the host has freed"},
        Program{"AliasOfMemoryNotHostVisible", AliasOfMemoryNotHostVisible,
                kMisuse, kBytes, "imported as memory that is not host-visible"},
        Program{"ReadAfterMemoryNotHostVisible", ReadAfterMemoryNotHostVisible,
                kMisuse, kBytes, "write them first"},
        Program{"MisalignedPointer", MisalignedPointer, kMisuse, kNone,
                "VUID-VkImportMemoryHostPointerInfoEXT-pHostPointer-01749"},
        Program{"MisalignedSize", MisalignedSize, kMisuse, kNone,
                "VUID-VkMemoryAllocateInfo-allocationSize-01745"},
        Program{"PagesThatAreTooSmall", PagesThatAreTooSmall, kMisuse, kNone,
                "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750"},
        Program{"ImportOfAMappedPointer", ImportOfAMappedPointer, kMisuse,
                kNone,
                "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750"}),
    [](const auto& info) { return info.param.name; });

// A refusal breaks no rule: whoever does not look has no memory.
class SecondImportTest : public testing::Test {
 protected:
  uint8_t UploadTwice(Scene& scene, Build build) {
    DeviceOptions options = Gpu::OptionsOn(scene.host, {});
    options.refuse_second_import = true;
    Device strict(options);
    const HostPointerImport import = {scene.pages.pointer(), kPage,
                                      Types::kCoherent};
    Memory first = *ImportHostPointer(strict, import);
    if (build == Build::kRight) ExpectOk(first.Free());
    const absl::StatusOr<Memory> second = ImportHostPointer(strict, import);
    if (second.ok()) return kValue;
    EXPECT_EQ(ReturnCodeOf(second.status()),
              ReturnCode::kInvalidExternalHandle);
    EXPECT_THAT(second.status().message(),
                testing::HasSubstr("imports the same pages only once"));
    return 0;
  }
};

TEST_F(SecondImportTest, RefusedUnlessTheFirstIsFreed) {
  Scene scene({});
  EXPECT_EQ(UploadTwice(scene, Build::kWrong), 0);
  EXPECT_EQ(UploadTwice(scene, Build::kRight), kValue);
  EXPECT_THAT(*scene.host, HasNoFindings());
}

}  // namespace
}  // namespace incoherent
