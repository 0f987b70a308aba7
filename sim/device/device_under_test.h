#ifndef INCOHERENT_SIM_DEVICE_DEVICE_UNDER_TEST_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_UNDER_TEST_H_

// DeviceUnderTest: a Device with one queue and 64-byte objects of each type,
// for tests. Atoms are of 16 bytes.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/device/device.h"

namespace incoherent {

inline constexpr uint32_t kLocalType = 0;
inline constexpr uint32_t kCoherentType = 1;
inline constexpr uint32_t kNonCoherentType = 2;
inline constexpr uint32_t kDeviceCoherentType = 3;

inline constexpr EvictionPolicy kLazy = {EvictionPolicy::Kind::kLazy, 0};
inline constexpr EvictionPolicy kEager = {EvictionPolicy::Kind::kEager, 0};
inline constexpr EvictionPolicy RandomPolicy(uint64_t seed) {
  return {EvictionPolicy::Kind::kRandom, seed};
}

inline constexpr AccessPoint kCopyWritePoint = {kStageCopy,
                                                kAccessTransferWrite};
inline constexpr AccessPoint kShaderReadPoint = {kStageComputeShader,
                                                 kAccessShaderStorageRead};
inline constexpr AccessPoint kShaderWritePoint = {kStageComputeShader,
                                                  kAccessShaderStorageWrite};
inline constexpr Scope kAnyWrite = {kStageAllCommands, kAccessMemoryWrite};
inline constexpr Scope kAnything = {kStageAllCommands,
                                    kAccessMemoryRead | kAccessMemoryWrite};
inline constexpr Scope kHostRead = {kStageHost, kAccessHostRead};
inline constexpr Scope kHostWrite = {kStageHost, kAccessHostWrite};

inline MemoryBarrier BarrierFrom(const Scope& source,
                                 const Scope& destination) {
  MemoryBarrier barrier;
  barrier.source = source;
  barrier.destination = destination;
  return barrier;
}

inline DeviceOptions OptionsUnderTest(const EvictionPolicy& policy) {
  DeviceOptions options;
  options.policy = policy;
  options.memory.types = {
      {kDeviceLocal, 0},
      {kHostVisible | kHostCoherent, 1},
      {kHostVisible | kHostCached, 1},
      {kHostVisible | kHostCoherent | kDeviceCoherentAmd, 1}};
  options.memory.heaps = {{1 << 20, kHeapDeviceLocal}, {1 << 20, 0}};
  options.memory.limits.non_coherent_atom_size = 16;
  options.features.device_coherent_memory = true;
  return options;
}

inline void ExpectOk(const absl::Status& status) {
  EXPECT_TRUE(status.ok()) << status;
}

struct DeviceUnderTest : Device {
  explicit DeviceUnderTest(const EvictionPolicy& policy)
      : DeviceUnderTest(OptionsUnderTest(policy)) {}
  explicit DeviceUnderTest(const DeviceOptions& options) : Device(options) {
    for (const MemoryId memory : {coherent, staging, merged}) {
      ExpectOk(Map(memory));
    }
  }

  MemoryId New(uint32_t type) {
    AllocateRequest request;
    request.size = 64;
    request.type_index = type;
    const absl::StatusOr<MemoryId> memory = Allocate(request);
    EXPECT_TRUE(memory.ok()) << memory.status();
    return *memory;
  }
  void StoreByte(MemoryId memory, uint64_t at, uint8_t value) {
    ExpectOk(Store(memory, at, {value}));
  }
  Byte LoadByte(MemoryId memory, uint64_t at) {
    const absl::StatusOr<std::vector<Byte>> bytes = Load(memory, at, 1);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return (*bytes)[0];
  }
  // Submits one command buffer with a fence.
  FenceId Send(const CommandBuffer& commands) {
    const FenceId fence = AddFence();
    ExpectOk(Submit(queue, {{{}, {&commands}, {}}}, fence));
    return fence;
  }
  void SendAndWait(const CommandBuffer& commands) {
    ExpectOk(WaitForFence(Send(commands)));
  }

  std::set<std::string> Kinds() const {
    std::set<std::string> kinds;
    for (const DeviceFinding& finding : findings()) {
      kinds.insert(HazardKindName(finding.hazard.kind));
    }
    return kinds;
  }
  std::string Messages() const {
    std::string all;
    for (const DeviceFinding& finding : findings()) {
      all += finding.message + "\n";
    }
    return all;
  }

  const MemoryId local = New(kLocalType);
  const MemoryId coherent = New(kCoherentType);
  const MemoryId staging = New(kNonCoherentType);
  const MemoryId merged = New(kDeviceCoherentType);
  const QueueId queue = AddQueue();
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_UNDER_TEST_H_
