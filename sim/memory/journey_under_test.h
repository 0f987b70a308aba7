#ifndef INCOHERENT_SIM_MEMORY_JOURNEY_UNDER_TEST_H_
#define INCOHERENT_SIM_MEMORY_JOURNEY_UNDER_TEST_H_

// JourneyTest: the fixture of the journey's tests.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/memory/journey.h"

namespace incoherent {

inline constexpr AccessPoint kCopyRead = {kStageCopy, kAccessTransferRead};
inline constexpr AccessPoint kCopyWrite = {kStageCopy, kAccessTransferWrite};
inline constexpr AccessPoint kShaderRead = {kStageComputeShader,
                                            kAccessShaderStorageRead};
inline constexpr AccessPoint kShaderWrite = {kStageComputeShader,
                                             kAccessShaderStorageWrite};
inline constexpr Scope kFromDevice = {kStageAllCommands, kAccessMemoryWrite};
inline constexpr Scope kToHost = {kStageHost, kAccessHostRead};
inline constexpr Scope kFromHost = {kStageHost, kAccessHostWrite};
inline constexpr Scope kToDevice = {kStageAllCommands,
                                    kAccessMemoryRead | kAccessMemoryWrite};

// Two host threads and two queues on one object of four atoms.
class JourneyTest : public ::testing::Test {
 protected:
  enum Type { kNonCoherent, kCoherent, kDeviceCoherent };

  void Use(Type type, bool whole_atoms = true) {
    Journey::PayloadInfo info;
    info.size = 250;
    info.atom_size = 64;
    info.non_coherent = type == kNonCoherent;
    info.device_coherent = type == kDeviceCoherent;
    info.whole_atoms = whole_atoms;
    memory_ = journey_.AddPayload(info);
    map_ = journey_.AddReference(memory_);
  }

  // One operation each, numbered from 1.
  void Store(ByteRange range, int thread = 0) {
    journey_.HostWrite(thread_[thread], map_, range, ++operation_);
  }
  void Load(ByteRange range, int thread = 0) {
    journey_.HostRead(thread_[thread], map_, range, ++operation_);
  }
  void Flush(ByteRange range, int thread = 0) {
    journey_.Flush(thread_[thread], map_, range, ++operation_);
  }
  void Invalidate(ByteRange range) {
    journey_.Invalidate(thread_[0], map_, range, ++operation_);
  }
  void Submit(int queue = 0, int thread = 0) {
    journey_.BeginSubmission(queue_[queue], journey_.Submit(thread_[thread]));
  }
  void Read(const AccessPoint& point, ByteRange range, int queue = 0) {
    journey_.DeviceAccess(queue_[queue], point, memory_, range, Access::kRead,
                          ++operation_);
  }
  void Write(const AccessPoint& point, ByteRange range, int queue = 0) {
    journey_.DeviceAccess(queue_[queue], point, memory_, range, Access::kWrite,
                          ++operation_);
  }
  void Barrier(Scope source, Scope destination,
               absl::optional<ByteRange> range = {}) {
    absl::optional<PayloadRange> where;
    if (range) where = PayloadRange{memory_, *range};
    journey_.Dependency(queue_[0], source, destination, where);
  }
  void WaitFence(int queue = 0) {
    journey_.HostWait(thread_[0],
                      journey_.Signal(queue_[queue], kStageAllCommands));
  }

  // "lost-host-write [0, 4) 1 -> 2: flush", a star if by the letter only.
  std::vector<std::string> Hazards() const {
    std::vector<std::string> lines;
    for (const Hazard& hazard : hazards_) {
      lines.push_back(absl::StrCat(
          HazardKindName(hazard.kind), hazard.by_the_letter ? "* [" : " [",
          hazard.range.offset, ", ", hazard.range.end(), ") ", hazard.earlier,
          " -> ", hazard.later, ": ", MissingStepName(hazard.missing)));
    }
    return lines;
  }

  explicit JourneyTest(
      Journey::HostDomain host_domain = Journey::HostDomain::kStrict)
      : journey_([this](const Hazard& hazard) { hazards_.push_back(hazard); },
                 Journey::Options{/*report_useless_sync=*/true, host_domain}) {}

  std::vector<Hazard> hazards_;
  Journey journey_;
  Journey::ThreadId thread_[2] = {journey_.AddThread(), journey_.AddThread()};
  Journey::QueueId queue_[2] = {journey_.AddQueue(), journey_.AddQueue()};
  Journey::PayloadId memory_ = 0;
  Journey::ReferenceId map_ = 0;
  OperationId operation_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_JOURNEY_UNDER_TEST_H_
