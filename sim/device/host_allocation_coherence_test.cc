// Imports of DEVICE_COHERENT memory; caches that begin and end with imports;
// pages of another host.

#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/device/host_allocation_under_test.h"

namespace incoherent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class HostAllocationCoherenceTest : public HostAllocationTest {
 protected:
  static DeviceOptions Options(const std::shared_ptr<Host>& host) {
    DeviceOptions options = ImportingOptions(host);
    options.memory.host_pointer_types |= 1 << kDeviceCoherentType;
    return options;
  }

  DeviceUnderTest amd_{Options(host_)};
};

TEST_F(HostAllocationCoherenceTest, DeviceCoherentWritesReachThePages) {
  const MemoryId memory = Import(amd_, kDeviceCoherentType);
  CommandBuffer commands = amd_.NewCommandBuffer();
  ExpectOk(commands.Fill({memory, {0, 4}}, 7));
  amd_.SendAndWait(commands);
  EXPECT_EQ(Load(3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationCoherenceTest, PagesAreOfOneDeviceCoherence) {
  const MemoryId memory = Import(amd_, kDeviceCoherentType);
  const auto other =
      TryImport(gpu_, pages_->address(), pages_->size(), kCoherentType);
  EXPECT_EQ(ReturnCodeOf(other.status()), ReturnCode::kInvalidExternalHandle);
  ExpectOk(amd_.Free(memory));
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationCoherenceTest, PagesOfAnotherHostAreNoPages) {
  DeviceUnderTest stranger{ImportingOptions(nullptr)};
  const auto memory =
      TryImport(stranger, pages_->address(), pages_->size(), kCoherentType);
  EXPECT_EQ(ReturnCodeOf(memory.status()), ReturnCode::kInvalidExternalHandle);
  EXPECT_THAT(VuidOf(memory.status()).value_or(""), HasSubstr("01750"));
}

// A cache that is gone writes nothing back.
TEST_F(HostAllocationCoherenceTest, WhatAFreedMappingHadClobbersNothing) {
  const MemoryId memory = Import(gpu_, kNonCoherentType);
  ExpectOk(gpu_.Map(memory));
  gpu_.StoreByte(memory, 0, 1);
  ExpectOk(gpu_.Free(memory));
  const MemoryId again = Import(gpu_, kNonCoherentType);
  Fill(gpu_, {again, {4, 4}}, 7);
  EXPECT_THAT(host_->findings(), IsEmpty());
  EXPECT_EQ(Read(gpu_, again, 0), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
  EXPECT_THAT(LastMessage(), HasSubstr("missing: flush"));
}

TEST_F(HostAllocationCoherenceTest, MemoryThatTheHostDidNotSeeHasNoHistory) {
  const MemoryId memory = Import(gpu_, kLocalType);
  Fill(gpu_, {memory, {0, 4}}, 7, /*barrier=*/false);
  ExpectOk(gpu_.Free(memory));
  Store(0, 1);
  EXPECT_EQ(Load(0), Byte{1});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationCoherenceTest, CoherentImportsHaveNoAtoms) {
  Import(gpu_, kNonCoherentType);
  DeviceOptions options = ImportingOptions(host_);
  options.memory.limits.non_coherent_atom_size = 64;
  DeviceUnderTest large_atoms{options};
  const MemoryId memory = Import(large_atoms, kCoherentType);
  Store(0, 1);
  Fill(large_atoms, {memory, {32, 4}}, 7);
  EXPECT_THAT(host_->findings(), IsEmpty()) << "32 is in another atom of 16";
}

TEST_F(HostAllocationCoherenceTest, WithTheLastCacheItsAtomsGo) {
  ExpectOk(other_.Free(Import(other_, kNonCoherentType)));
  const MemoryId memory = Import(gpu_, kCoherentType);
  CommandBuffer commands = gpu_.NewCommandBuffer();
  ExpectOk(commands.Fill({memory, {0, 4}}, 7));
  const FenceId fence = gpu_.Send(commands);
  Store(8, 1);
  EXPECT_THAT(host_->findings(), IsEmpty());
  ExpectOk(gpu_.WaitForFence(fence));
}

TEST(HostAllocationLint, ImportsAndFreesAreNoUselessSync) {
  HostOptions options;
  options.report_useless_sync = true;
  const auto host = std::make_shared<Host>(options);
  HostAllocationInfo info;
  info.size = kPage;
  const auto pages = *HostAllocation::Create(host, info);
  DeviceUnderTest device{ImportingOptions(host)};
  for (const uint32_t type : {kNonCoherentType, kCoherentType}) {
    AllocateRequest request;
    request.host_pointer = pages->address();
    request.size = kPage;
    request.type_index = type;
    const auto memory = device.Import(request);
    ExpectOk(memory.status());
    ExpectOk(pages->Store(0, {1}));
    ExpectOk(device.Free(*memory));
  }
  EXPECT_THAT(host->findings(), IsEmpty());
}

}  // namespace
}  // namespace incoherent
