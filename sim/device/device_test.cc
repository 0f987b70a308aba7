// Memory objects, the host's accesses and findings.

#include "sim/device/device.h"

#include "gtest/gtest.h"
#include "sim/device/device_under_test.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

std::string LastVuid(const Device& device) {
  return device.findings().empty() ? "" : device.findings().back().vuid;
}

TEST(DeviceTest, AProfileIsADevice) {
  const absl::StatusOr<Profile> profile = LoadProfile("strict");
  ASSERT_TRUE(profile.ok());
  Device device(DeviceOptions::Of(*profile));
  AllocateRequest request;
  request.size = 4096;
  for (request.type_index = 0;
       request.type_index < profile->memory.types.size();
       ++request.type_index) {
    const MemoryType& type = profile->memory.types[request.type_index];
    if (type.Has(kProtected)) continue;
    const auto memory = device.Allocate(request);
    ASSERT_TRUE(memory.ok()) << memory.status();
    EXPECT_EQ(device.Map(*memory).ok(), type.IsHostVisible());
  }
}

TEST(DeviceTest, AllocationObeysTheRules) {
  DeviceUnderTest device(kLazy);
  AllocateRequest request;
  request.size = 64;
  request.type_index = 9;
  EXPECT_FALSE(device.Allocate(request).ok());
  EXPECT_EQ(LastVuid(device), "VUID-vkAllocateMemory-pAllocateInfo-01714");
  request.type_index = kLocalType;
  request.size = (1 << 20) - 64;  // one object is on the heap already
  const auto most = device.Allocate(request);
  ASSERT_TRUE(most.ok()) << most.status();
  request.size = 64;
  const absl::Status full = device.Allocate(request).status();
  EXPECT_EQ(ReturnCodeOf(full), ReturnCode::kOutOfDeviceMemory);
  EXPECT_EQ(device.findings().size(), 1u) << "a full heap is no finding";
  ExpectOk(device.Free(*most));
  EXPECT_TRUE(device.Allocate(request).ok());
}

TEST(DeviceTest, MapAndUnmapObeyTheRules) {
  DeviceUnderTest device(kLazy);
  EXPECT_EQ(VuidOf(device.Map(device.staging)).value_or(""),
            "VUID-vkMapMemory-memory-00678");
  EXPECT_EQ(LastVuid(device), "VUID-vkMapMemory-memory-00678");
  ExpectOk(device.Unmap(device.staging));
  EXPECT_EQ(VuidOf(device.Unmap(device.staging)).value_or(""),
            "VUID-vkUnmapMemory-memory-00689");
  EXPECT_EQ(VuidOf(device.Map(device.local)).value_or(""),
            "VUID-vkMapMemory-memory-00682");
  EXPECT_EQ(device.Kinds(), std::set<std::string>{"invalid-usage"});
}

TEST(DeviceTest, AMisalignedFlushTakesTheWholeAtomsThatItSurelyMeant) {
  DeviceUnderTest device(kLazy);
  ExpectOk(device.Store(device.staging, 0, std::vector<uint8_t>(64, 5)));
  EXPECT_EQ(VuidOf(device.Flush(device.staging, 8, 24)).value_or(""),
            "VUID-VkMappedMemoryRange-offset-00687");
  device.SendAndWait(device.NewCommandBuffer());
  EXPECT_EQ(device.DeviceDomain(device.staging, 15), Byte{0});
  EXPECT_EQ(device.DeviceDomain(device.staging, 16), Byte{5});
  EXPECT_EQ(device.DeviceDomain(device.staging, 32), Byte{0});
}

TEST(DeviceTest, TheHostReachesItsMappingAndNothingElse) {
  DeviceUnderTest device(kLazy);
  ExpectOk(device.Unmap(device.coherent));
  EXPECT_EQ(device.Store(device.coherent, 0, {1}).code(),
            absl::StatusCode::kInvalidArgument);
  MapRequest part;
  part.offset = 8;
  part.size = 8;
  ExpectOk(device.Map(device.coherent, part));
  ExpectOk(device.Store(device.coherent, 8, {1}));
  EXPECT_FALSE(device.Store(device.coherent, 15, {1, 2}).ok());
  EXPECT_FALSE(device.Load(device.coherent, 7, 2).ok());
  EXPECT_EQ(device.LoadByte(device.coherent, 15), Byte{0})
      << "nothing of a refused store happens";
  EXPECT_EQ(device.LoadByte(device.coherent, 8), Byte{1});
  EXPECT_EQ(device.findings().size(), 3u);
  EXPECT_EQ(LastVuid(device), "");
}

TEST(DeviceTest, FreeWaitsForWhatWasSubmitted) {
  DeviceUnderTest device(kLazy);
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Fill({device.local, {0, 4}}, 1));
  const FenceId fence = device.Send(commands);
  EXPECT_EQ(VuidOf(device.Free(device.local)).value_or(""),
            "VUID-vkFreeMemory-memory-00677");
  ExpectOk(device.WaitForFence(fence));
  EXPECT_FALSE(device.Submit(device.queue, {{{}, {&commands}, {}}}).ok())
      << "it names memory that was freed";

  DeviceUnderTest patient(kLazy);
  CommandBuffer again = patient.NewCommandBuffer();
  ExpectOk(again.Fill({patient.local, {0, 4}}, 1));
  patient.SendAndWait(again);
  ExpectOk(patient.Free(patient.local));
  EXPECT_EQ(patient.Messages(), "");
}

TEST(DeviceTest, FreshContentsMayBeUndefined) {
  DeviceOptions options = OptionsUnderTest(kLazy);
  options.undefined_contents = true;
  DeviceUnderTest device(options);
  EXPECT_EQ(device.LoadByte(device.staging, 0), Byte::Undefined());
  EXPECT_EQ(device.DeviceDomain(device.local, 0), Byte::Undefined());
  AllocateRequest request;
  request.size = 64;
  request.type_index = kCoherentType;
  request.flags.zero_initialize = true;
  const auto zeros = device.Allocate(request);
  ASSERT_TRUE(zeros.ok());
  ExpectOk(device.Map(*zeros));
  EXPECT_EQ(device.LoadByte(*zeros, 0), Byte{0});
}

TEST(DeviceTest, SharedPayloadsNeedAFlushAndAnInvalidate) {
  DeviceUnderTest device(kLazy);
  const auto other = device.AllocateSharing(device.staging);
  ASSERT_TRUE(other.ok());
  ExpectOk(device.Map(*other));
  device.StoreByte(device.staging, 0, 5);
  ExpectOk(device.Flush(device.staging));
  EXPECT_EQ(device.LoadByte(*other, 0), Byte{0});
  EXPECT_EQ(device.Kinds(), std::set<std::string>{"stale-host-read"});
  ExpectOk(device.Invalidate(*other));
  EXPECT_EQ(device.LoadByte(*other, 0), Byte{5});
  EXPECT_EQ(device.findings().size(), 1u);
  ExpectOk(device.Free(device.staging));
  EXPECT_EQ(device.LoadByte(*other, 0), Byte{5}) << "the payload lives on";
}

TEST(DeviceTest, InvalidateOverDirtyBytesMakesThemUndefined) {
  DeviceUnderTest device(kLazy);
  device.StoreByte(device.staging, 0, 5);
  ExpectOk(device.Invalidate(device.staging));
  EXPECT_EQ(device.Kinds(), std::set<std::string>{"discarded-host-write"});
  EXPECT_EQ(device.LoadByte(device.staging, 0), Byte::Undefined());
}

TEST(DeviceTest, FindingsNameBothPartiesAndTheMissingStep) {
  std::vector<std::string> heard;
  DeviceOptions options = OptionsUnderTest(kLazy);
  options.on_finding = [&](const DeviceFinding& finding) {
    heard.push_back(finding.message);
  };
  DeviceUnderTest device(options);
  device.SetName(device.staging, "staging");
  device.SetName(device.local, "vertices");
  device.StoreByte(device.staging, 2, 5);
  CommandBuffer commands = device.NewCommandBuffer();
  ExpectOk(commands.Copy({device.staging, {0, 4}}, {device.local, {8, 4}}));
  device.SendAndWait(commands);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0],
            "lost-host-write: staging[2, 3): 'host store staging[2, 3)', then "
            "'copy staging[0, 4) to vertices[8, 12)'; missing: flush");
  ASSERT_EQ(device.hazards().size(), 1u);
  EXPECT_EQ(device.hazards()[0].missing, MissingStep::kFlush);
}

TEST(DeviceTest, UselessSynchronizationIsToldIfAsked) {
  for (const bool asked : {false, true}) {
    DeviceOptions options = OptionsUnderTest(kLazy);
    options.report_useless_sync = asked;
    DeviceUnderTest device(options);
    ExpectOk(device.Flush(device.staging));
    EXPECT_EQ(device.Kinds().count("useless-sync"), asked ? 1u : 0u);
  }
}

TEST(DeviceTest, ThreadsAreOrderedByWhatTheyPost) {
  for (const bool ordered : {true, false}) {
    DeviceUnderTest device(kLazy);
    const ThreadId other = device.AddThread();
    device.StoreByte(device.coherent, 0, 5);
    const Journey::Moment stored = device.Post();
    device.SetThread(other);
    if (ordered) device.Await(stored);
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Copy({device.coherent, {0, 1}}, {device.local, {0, 1}}));
    device.SendAndWait(commands);
    EXPECT_EQ(device.findings().empty(), ordered) << device.Messages();
  }
}

TEST(DeviceTest, LargeObjectsCostWhatIsTouched) {
  DeviceOptions options = OptionsUnderTest(kEager);
  options.memory.heaps[1].size = uint64_t{1} << 34;
  Device device(options);
  AllocateRequest request;
  request.size = uint64_t{1} << 30;
  request.type_index = kNonCoherentType;
  const auto memory = device.Allocate(request);
  ASSERT_TRUE(memory.ok()) << memory.status();
  ExpectOk(device.Map(*memory));
  const QueueId queue = device.AddQueue();
  for (int i = 0; i < 100; ++i) {
    ExpectOk(device.Store(*memory, uint64_t{1} << 29, {7}));
    ExpectOk(device.Flush(*memory));
    ExpectOk(device.Submit(queue, {}));
  }
  ExpectOk(device.WaitIdle());
  EXPECT_EQ(device.DeviceDomain(*memory, uint64_t{1} << 29), Byte{7});
}

TEST(DeviceDeathTest, IdsAreOnesThatItGave) {
  DeviceUnderTest device(kLazy);
  EXPECT_DEATH(device.Flush(MemoryId{77}).IgnoreError(), "that exists");
  EXPECT_DEATH(device.Submit(QueueId{77}, {}).IgnoreError(), "that exists");
}

}  // namespace
}  // namespace incoherent
