#ifndef INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_UNDER_TEST_H_
#define INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_UNDER_TEST_H_

// HostAllocationTest: the fixture of the tests of HostAllocation: one host, two
// devices, and pages of 64 bytes, which are also what imports are aligned to.
// Atoms are of 16 bytes.

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/device/device_under_test.h"
#include "sim/device/host_allocation.h"

namespace incoherent {

inline constexpr uint64_t kPage = 64;

inline DeviceOptions ImportingOptions(const std::shared_ptr<Host>& host,
                                      const EvictionPolicy& policy = kLazy) {
  DeviceOptions options = OptionsUnderTest(policy);
  options.memory.limits.min_imported_host_pointer_alignment = kPage;
  options.memory.host_pointer_types =
      1 << kLocalType | 1 << kCoherentType | 1 << kNonCoherentType;
  options.host = host;
  return options;
}

class HostAllocationTest : public testing::Test {
 protected:
  std::shared_ptr<HostAllocation> NewPages(uint64_t size = kPage) {
    HostAllocationInfo info;
    info.size = size;
    auto pages = HostAllocation::Create(host_, info);
    EXPECT_TRUE(pages.ok()) << pages.status();
    return *pages;
  }
  absl::StatusOr<MemoryId> TryImport(Device& device, uint64_t address,
                                     uint64_t size, uint32_t type) {
    AllocateRequest request;
    request.host_pointer = address;
    request.size = size;
    request.type_index = type;
    return device.Import(request);
  }
  MemoryId Import(Device& device, uint32_t type) {
    return Import(device, type, {0, pages_->size()});
  }
  MemoryId Import(Device& device, uint32_t type, const ByteRange& range) {
    const auto memory =
        TryImport(device, pages_->address() + range.offset, range.size, type);
    EXPECT_TRUE(memory.ok()) << memory.status();
    return *memory;
  }

  void Store(uint64_t at, uint8_t value) {
    ExpectOk(pages_->Store(at, {&value, 1}));
  }
  Byte Load(uint64_t at) {
    const auto bytes = pages_->Load(at, 1);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.ok() ? (*bytes)[0] : Byte();
  }
  // A command of the device, waited for, and a barrier to the host before that.
  void Fill(DeviceUnderTest& device, const MemoryRange& range, uint8_t value,
            bool barrier = true) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Fill(range, value));
    if (barrier) {
      ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kHostRead)}));
    }
    device.SendAndWait(commands);
  }
  // What a command reads there.
  Byte Read(DeviceUnderTest& device, MemoryId memory, uint64_t at) {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Copy({memory, {at, 1}}, {device.local, {0, 1}}));
    ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kAnything)}));
    device.SendAndWait(commands);
    return device.DeviceDomain(device.local, 0);
  }

  std::vector<std::string> Kinds() const {
    std::vector<std::string> kinds;
    for (const DeviceFinding& finding : host_->findings()) {
      kinds.push_back(HazardKindName(finding.hazard.kind));
    }
    return kinds;
  }
  std::string LastMessage() const {
    const std::vector<DeviceFinding> findings = host_->findings();
    return findings.empty() ? "" : findings.back().message;
  }

  std::shared_ptr<Host> host_ = std::make_shared<Host>(HostOptions());
  std::shared_ptr<HostAllocation> pages_ = NewPages();
  DeviceUnderTest gpu_{ImportingOptions(host_)};
  DeviceUnderTest other_{ImportingOptions(host_)};
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_UNDER_TEST_H_
