// Programs over a raw map, in pairs: one that leaves out a step, and its twin
// that does not.
//
// Of the wrong one: what is found, at which bytes, and that the lazy policy
// shows it. Of the right one: silence, and the right byte, under each policy.

#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/memory.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

constexpr uint8_t kValue = 7;

enum class Build { kWrong, kRight };

template <typename Result>
void ExpectOk(const Result& result) {
  EXPECT_TRUE(result.ok());
}

// What the programs have: two objects of 256 bytes, one of them mapped.
struct Scene {
  explicit Scene(const EvictionPolicy& policy)
      : device(SmallDevice(policy)), queue(device.AddQueue()) {
    pointer = *host.Map();
  }

  Memory New(uint32_t type) { return *Memory::Allocate(device, type, 256); }
  FenceId Submit(const CommandBuffer& commands) {
    const FenceId fence = device.AddFence();
    ExpectOk(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
    return fence;
  }
  FenceId SubmitUpload() {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Copy(host.bytes({4, 4}), local.bytes({4, 4})));
    return Submit(commands);
  }
  FenceId SubmitFill(bool barrier) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Fill(host.bytes({0, 64}), kValue));
    if (barrier) {
      ExpectOk(commands.PipelineBarrier2({ToHostBarrier()}));
    }
    return Submit(commands);
  }
  void Wait(FenceId fence) { ExpectOk(device.WaitForFence(fence)); }
  void Write() {
    ExpectOk((pointer + 4).Write({kValue, kValue, kValue, kValue}));
  }
  uint8_t Uploaded() { return device.DeviceDomain(local.id(), 4).value; }
  uint8_t Read() { return (*(pointer + 4).Read(1))[0]; }

  Device device;
  QueueId queue;
  Memory host = New(Types::kNonCoherent);
  Memory local = New(Types::kDeviceLocal);
  HostPointer pointer;
};

struct Program {
  const char* name;
  HazardKind kind;
  ByteRange bytes;
  std::function<uint8_t(Scene&, Build)> run;
  bool shows = true;  // whether the lazy policy does
};

void PrintTo(const Program& program, std::ostream* out) {
  *out << program.name;
}

uint8_t UploadWithoutFlush(Scene& scene, Build build) {
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.host.Flush());
  scene.Wait(scene.SubmitUpload());
  return scene.Uploaded();
}

uint8_t FlushAfterTheSubmit(Scene& scene, Build build) {
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.host.Flush());
  const FenceId fence = scene.SubmitUpload();
  scene.Wait(fence);
  if (build == Build::kWrong) ExpectOk(scene.host.Flush());
  return scene.Uploaded();
}

uint8_t UnmapTakenForAFlush(Scene& scene, Build build) {
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.host.Flush());
  ExpectOk(scene.host.Unmap());
  scene.Wait(scene.SubmitUpload());
  return scene.Uploaded();
}

// What was stored before the unmap is nobody's to flush after it.
uint8_t FlushThroughTheNextMapping(Scene& scene, Build build) {
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.host.Flush());
  ExpectOk(scene.host.Unmap());
  ExpectOk(scene.host.Map());
  if (build == Build::kWrong) ExpectOk(scene.host.Flush());
  scene.Wait(scene.SubmitUpload());
  return scene.Uploaded();
}

uint8_t FlushOfAnotherRange(Scene& scene, Build build) {
  scene.Write();
  const ByteRange range =
      build == Build::kRight ? ByteRange{0, 64} : ByteRange{64, 64};
  ExpectOk(scene.host.Flush(range));
  scene.Wait(scene.SubmitUpload());
  return scene.Uploaded();
}

uint8_t ReadWithoutInvalidate(Scene& scene, Build build) {
  scene.Write();
  ExpectOk((scene.pointer + 4).Write({1, 1, 1, 1}));
  ExpectOk(scene.host.Flush());
  scene.Wait(scene.SubmitFill(/*barrier=*/true));
  if (build == Build::kRight) ExpectOk(scene.host.Invalidate());
  return scene.Read();
}

uint8_t MapTakenForAnInvalidate(Scene& scene, Build build) {
  ExpectOk(scene.host.Unmap());
  scene.Wait(scene.SubmitFill(/*barrier=*/true));
  scene.pointer = *scene.host.Map();
  if (build == Build::kRight) ExpectOk(scene.host.Invalidate());
  return scene.Read();
}

uint8_t InvalidateBeforeTheWait(Scene& scene, Build build) {
  const FenceId fence = scene.SubmitFill(/*barrier=*/true);
  if (build == Build::kWrong) ExpectOk(scene.host.Invalidate());
  scene.Wait(fence);
  if (build == Build::kRight) ExpectOk(scene.host.Invalidate());
  return scene.Read();
}

uint8_t ReadWithoutBarrierToHost(Scene& scene, Build build) {
  scene.Wait(scene.SubmitFill(/*barrier=*/build == Build::kRight));
  ExpectOk(scene.host.Invalidate());
  return scene.Read();
}

uint8_t ReadBeforeTheWait(Scene& scene, Build build) {
  const FenceId fence = scene.SubmitFill(/*barrier=*/true);
  if (build == Build::kRight) {
    scene.Wait(fence);
    ExpectOk(scene.host.Invalidate());
  }
  const uint8_t seen = scene.Read();
  scene.Wait(fence);
  return seen;
}

// The upload reads what the host is about to overwrite.
uint8_t WriteBeforeTheWait(Scene& scene, Build build) {
  scene.Write();
  ExpectOk(scene.host.Flush());
  const FenceId fence = scene.SubmitUpload();
  if (build == Build::kRight) scene.Wait(fence);
  ExpectOk((scene.pointer + 4).Write({1}));
  ExpectOk(scene.host.Flush());
  scene.Wait(fence);
  return scene.Uploaded();
}

uint8_t InvalidateOverAnUnflushedWrite(Scene& scene, Build build) {
  scene.Write();
  if (build == Build::kRight) ExpectOk(scene.host.Flush());
  ExpectOk(scene.host.Invalidate());
  return scene.Read();
}

// The host's copy of the device's byte goes along with its own, two bytes on.
uint8_t WriteBesideTheDevices(Scene& scene, Build build) {
  scene.Wait(scene.SubmitFill(/*barrier=*/true));
  if (build == Build::kRight) ExpectOk(scene.host.Invalidate());
  ExpectOk((scene.pointer + 8).Write({1}));
  ExpectOk(scene.host.Flush({0, 64}));
  scene.Wait(scene.SubmitUpload());
  return scene.Uploaded();
}

class MapProgramTest : public testing::TestWithParam<Program> {};

TEST_P(MapProgramTest, WrongBuildIsFoundAndShows) {
  const Program& program = GetParam();
  Scene scene({EvictionPolicy::Kind::kLazy, 0});
  const uint8_t seen = program.run(scene, Build::kWrong);
  EXPECT_THAT(scene.device, HasFinding(program.kind, program.bytes));
  EXPECT_EQ(seen != kValue, program.shows);
}

TEST_P(MapProgramTest, RightBuildIsSilentAndRight) {
  std::vector<EvictionPolicy> policies = {{EvictionPolicy::Kind::kLazy, 0},
                                          {EvictionPolicy::Kind::kEager, 0}};
  for (uint64_t seed = 0; seed < 20; ++seed) {
    policies.push_back({EvictionPolicy::Kind::kRandom, seed});
  }
  for (const EvictionPolicy& policy : policies) {
    Scene scene(policy);
    EXPECT_EQ(GetParam().run(scene, Build::kRight), kValue)
        << policy.ToString();
    EXPECT_THAT(scene.device, HasNoFindings()) << policy.ToString();
  }
}

TEST_P(MapProgramTest, WrongBuildLooksRightOnADesktop) {
  Scene scene({EvictionPolicy::Kind::kEager, 0});
  GetParam().run(scene, Build::kWrong);
  EXPECT_THAT(scene.device, HasFinding(GetParam().kind));
}

const ByteRange kWritten = {4, 4};
const ByteRange kRead = {4, 1};

INSTANTIATE_TEST_SUITE_P(
    Map, MapProgramTest,
    testing::Values(
        Program{"UploadWithoutFlush", HazardKind::kLostHostWrite, kWritten,
                UploadWithoutFlush},
        Program{"FlushAfterTheSubmit", HazardKind::kLostHostWrite, kWritten,
                FlushAfterTheSubmit},
        Program{"UnmapTakenForAFlush", HazardKind::kLostHostWrite, kWritten,
                UnmapTakenForAFlush},
        Program{"FlushThroughTheNextMapping", HazardKind::kLostHostWrite,
                kWritten, FlushThroughTheNextMapping, /*shows=*/false},
        Program{"FlushOfAnotherRange", HazardKind::kLostHostWrite, kWritten,
                FlushOfAnotherRange},
        Program{"ReadWithoutInvalidate", HazardKind::kStaleHostRead, kRead,
                ReadWithoutInvalidate},
        Program{"MapTakenForAnInvalidate", HazardKind::kStaleHostRead, kRead,
                MapTakenForAnInvalidate},
        Program{"InvalidateBeforeTheWait", HazardKind::kStaleHostRead, kRead,
                InvalidateBeforeTheWait},
        Program{"ReadWithoutBarrierToHost", HazardKind::kMissingHostBarrier,
                kRead, ReadWithoutBarrierToHost},
        Program{"ReadBeforeTheWait", HazardKind::kInFlightAccess, kRead,
                ReadBeforeTheWait},
        Program{"WriteBeforeTheWait", HazardKind::kInFlightAccess, kRead,
                WriteBeforeTheWait, /*shows=*/false},
        Program{"InvalidateOverAnUnflushedWrite",
                HazardKind::kDiscardedHostWrite, kWritten,
                InvalidateOverAnUnflushedWrite},
        Program{"WriteBesideTheDevices",
                HazardKind::kAtomClobber,
                {0, 8},
                WriteBesideTheDevices}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace incoherent
