#ifndef INCOHERENT_SIM_DEVICE_DEVICE_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_H_

// Device: a simulated Vulkan device whose memory is not coherent.
//
// Two things run side by side. The bytes: what the host and the device really
// see, under one EvictionPolicy (schedule.h says what each does). And the
// journey of each byte, which finds every missing step whether or not it showed
// this time; it assumes that kernels touch all that they declare.
//
// A call that waits returns an error instead of waiting for ever. All else of
// errors:
//
//   a rule is broken      the Status has the rule's VUID, the rule's own effect
//                         takes place (see DeviceMemory), and it is a finding
//   the call cannot be    the Status has its ReturnCode; nothing happens
//   made here
//   it makes no sense     InvalidArgument; nothing happens; a finding
//
// What the host reads or writes outside the current mapping is of the last
// kind; reads are then undefined. Ids that a Device did not give abort.
//
// Deterministic: the same calls under the same policy and seed do the same.
// Thread-safe: calls may come from any thread, and are one after the other. All
// are one thread of the model's, and in order, until AddThread and SetThread
// say otherwise. Kernels and on_finding run inside of calls, and make none.
//
// Example: a forgotten flush.
//
//   DeviceOptions options;
//   options.memory = LoadProfile("strict")->memory;
//   Device device(options);
//   MemoryId staging = *device.Allocate({/*size=*/64, /*type_index=*/1});
//   device.Map(staging);
//   device.Store(staging, 0, {1, 2, 3, 4});
//   CommandBuffer commands = device.NewCommandBuffer();
//   commands.Copy({staging, {0, 4}}, {buffer, {0, 4}});
//   device.Submit(queue, {{{}, {&commands}, {}}});
//   device.findings()[0].message;  // "lost-host-write: memory0[0, 4): ..."

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/device/command_buffer.h"
#include "sim/device/device_finding.h"
#include "sim/device/device_ids.h"
#include "sim/device/device_machine.h"
#include "sim/device/device_object_memory.h"
#include "sim/device/fence.h"
#include "sim/device/host.h"
#include "sim/device/host_allocation.h"
#include "sim/device/schedule.h"
#include "sim/device/submit_batch.h"
#include "sim/memory/allocation.h"
#include "sim/memory/check.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/eviction.h"
#include "sim/memory/heap_usage.h"
#include "sim/memory/journey.h"
#include "sim/memory/memory_properties.h"
#include "sim/memory/submission_order.h"
#include "sim/memory/valid_usage.h"
#include "sim/profiles/profile.h"

namespace incoherent {

struct DeviceOptions {
  static DeviceOptions Of(const Profile& profile, EvictionPolicy policy = {});

  MemoryProperties memory;
  WriteBack write_back = WriteBack::kWholeAtom;
  MemoryFeatures features;
  EvictionPolicy policy;
  uint32_t physical_device_count = 1;  // of a device group
  // Fresh memory is undefined to a Vulkan program; else it is zeros here.
  bool undefined_contents = false;
  bool report_useless_sync = false;  // unless a host is given, which says it
  // A host load of what nobody has written since the allocation is a finding.
  // Wants undefined_contents.
  bool report_undefined_loads = false;
  // Of VK_EXT_external_memory_host: a second import of the same pages fails
  // with VK_ERROR_INVALID_EXTERNAL_HANDLE, as it may.
  bool refuse_second_import = false;
  // VkPhysicalDeviceVulkanSC10Properties::deviceNoDynamicHostAllocations.
  bool no_dynamic_host_allocations = false;
  // Shared by devices that import the same pages; none: one of its own.
  std::shared_ptr<Host> host;
  // Hears of each finding at once.
  std::function<void(const DeviceFinding&)> on_finding;
};

// Where a memory object is mapped.
struct HostMapping {
  ByteRange range;       // of the object
  uint64_t address = 0;  // of its first byte
  uint64_t number = 0;   // counts the mappings of the object, from 1
};

class Device : private Host::Listener {
 public:
  explicit Device(const DeviceOptions& options);
  ~Device() override;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // --- Memory objects (CheckAllocation, DeviceMemory).
  absl::StatusOr<MemoryId> Allocate(const AllocateRequest& request);
  // Another memory object over the payload of that one, as an import makes it.
  // InvalidArgument: of an import of host pages; import them once more instead.
  absl::StatusOr<MemoryId> AllocateSharing(MemoryId other);
  // Memory over pages of the host's own, from that address on
  // (VkImportMemoryHostPointerInfoEXT). request.host_pointer and the rest of
  // the request say what of; its type bits are filled in.
  // handleType-01750, 01751: the pages are of that kind, and as many.
  // VK_ERROR_INVALID_EXTERNAL_HANDLE: a broken rule, pages that cannot be
  // imported, or a second import where that is refused.
  absl::StatusOr<MemoryId> Import(AllocateRequest request);
  // vkGetMemoryHostPointerPropertiesEXT handleType-01752, pHostPointer-01753,
  // 01754, 01755: memoryTypeBits.
  absl::StatusOr<uint32_t> HostPointerTypes(uint32_t handle_type,
                                            uint64_t address);
  // vkFreeMemory memory-00677 while submitted commands have yet to run.
  absl::Status Free(MemoryId memory);
  // vkMapMemory. VK_ERROR_MEMORY_MAP_FAILED: the host has no contiguous room
  // for it among its addresses. The first byte's address minus the offset is a
  // multiple of minMemoryMapAlignment.
  absl::Status Map(MemoryId memory, const MapRequest& request = {});
  absl::optional<HostMapping> MappingOf(MemoryId memory) const;
  // The next Map that would succeed fails with that code, one of
  // VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_DEVICE_MEMORY and
  // VK_ERROR_MEMORY_MAP_FAILED; nothing is mapped. InvalidArgument: another
  // one, or the first where no_dynamic_host_allocations rules it out.
  absl::Status FailNextMap(ReturnCode code);
  absl::Status Unmap(MemoryId memory);
  absl::Status Flush(MemoryId memory, uint64_t offset = 0,
                     uint64_t size = kWholeSize);
  absl::Status Invalidate(MemoryId memory, uint64_t offset = 0,
                          uint64_t size = kWholeSize);
  // What findings call it.
  void SetName(MemoryId memory, absl::string_view name);
  std::string NameOf(MemoryId memory) const;

  const MemoryProperties& memory_properties() const { return options_.memory; }
  const std::shared_ptr<Host>& host() const { return host_; }
  // Whether the id is of a memory object that is not freed.
  bool IsLive(MemoryId memory) const;
  DeviceMemoryInfo InfoOf(MemoryId memory) const;
  // What is not freed, and what is mapped, in the order of the allocations.
  std::vector<MemoryId> LiveMemory() const;
  std::vector<MemoryId> MappedMemory() const;

  // --- The host, through the mapping; offsets are the object's.
  absl::Status Store(MemoryId memory, uint64_t offset,
                     absl::Span<const uint8_t> values);
  absl::StatusOr<std::vector<Byte>> Load(MemoryId memory, uint64_t offset,
                                         uint64_t size);

  // What the device domain holds, for tests; no access of anybody. Undefined
  // where there is no such byte.
  Byte DeviceDomain(MemoryId memory, uint64_t offset) const;

  // --- Host threads. There is one at first; calls are of the latest set.
  ThreadId AddThread();
  void SetThread(ThreadId thread);
  // What the thread did before the moment happened before what another one does
  // after it awaits the moment.
  Journey::Moment Post();
  void Await(const Journey::Moment& moment);

  // --- Queues and what orders them.
  QueueId AddQueue(uint32_t family = 0);
  CommandBuffer NewCommandBuffer();
  SemaphoreId AddBinarySemaphore();
  SemaphoreId AddTimelineSemaphore(uint64_t initial_value = 0);
  EventId AddEvent(bool device_only = false);
  FenceId AddFence();

  // vkQueueSubmit and vkQueueSubmit2: VkSubmitInfo pWaitDstStageMask-00078;
  // binary waits without a signal 03873, 03238; signals of what is signaled
  // 03868, 00067; timeline values that do not rise 03882, 03242. With a fence
  // that is in use (04894, 04895; 00063, 00064), nothing is submitted.
  absl::Status Submit(QueueId queue, const std::vector<SubmitBatch>& batches,
                      absl::optional<FenceId> fence = absl::nullopt,
                      SubmitForm form = SubmitForm::kSubmit2);

  // FailedPrecondition: it would wait for ever.
  absl::Status WaitForFence(FenceId fence);
  absl::Status WaitIdle(QueueId queue);
  absl::Status WaitIdle();
  // vkWaitSemaphores semaphores-03256: timeline only.
  absl::Status WaitSemaphore(SemaphoreId semaphore, uint64_t value);
  // VkSemaphoreSignalInfo semaphore-03257, value-03258, value-03259.
  absl::Status SignalSemaphore(SemaphoreId semaphore, uint64_t value);
  // vkSetEvent event-03941, event-09543; vkResetEvent event-03823.
  absl::Status SetEvent(EventId event);
  absl::Status ResetEvent(EventId event);
  // vkResetFences pFences-01123.
  absl::Status ResetFence(FenceId fence);

  // Whether all commands that were submitted have run, and all signals.
  bool IsIdle() const;
  // What has happened by now. A signaled fence orders like a wait for it, the
  // other two order nothing.
  bool IsSignaled(FenceId fence);
  uint64_t CounterValue(SemaphoreId semaphore);
  // vkGetEventStatus event-03940.
  absl::StatusOr<bool> IsSet(EventId event);

  // --- What was wrong.
  std::vector<DeviceFinding> findings() const;
  std::vector<Hazard> hazards() const;
  // For a layer on top, that has rules of its own: tells a finding of the kind
  // invalid-usage, about those bytes if they are given, and gives `broken`
  // back. Nothing is told of an OK, or of a return code without a VUID.
  absl::Status Report(const absl::Status& broken, absl::string_view call,
                      const absl::optional<MemoryRange>& bytes = absl::nullopt);

 private:
  friend class HostAllocation;  // its pages are some of the device's
  using Lock = std::lock_guard<std::mutex>;

  struct ObjectInfo {
    std::string name;
    Journey::PayloadId payload = 0;
    Journey::ReferenceId reference = 0;
    uint32_t heap = 0;
    bool imported = false;
    bool defined = false;                   // from the start
    uint64_t base = 0;                      // where in the payload it begins
    std::shared_ptr<HostAllocation> pages;  // of an import
    absl::optional<uint64_t> address;       // of the mapping
    uint64_t mappings = 0;                  // so far
  };
  struct QueueInfo {
    uint32_t family = 0;
    Journey::QueueId journey = 0;
    absl::optional<DeviceSubmission> latest;
    // The latest set of each event on this queue.
    std::map<uint32_t, DeviceMachine::Number> sets;
  };
  struct SemaphoreInfo {
    bool timeline = false;
    // Of a binary one: signals less waits, as submitted.
    int outstanding = 0;
  };

  // An object of that id.
  template <typename List, typename Id>
  static decltype(auto) At(List& list, Id id) {
    INCOHERENT_CHECK(IndexOf(id) < list.size(), "an id that this device gave");
    return list[IndexOf(id)];
  }

  // device.cc
  DeviceObjectMemory& Object(MemoryId memory);
  DeviceMemoryState State();
  DeviceMemoryInfo InfoFor(const AllocateRequest& request);
  Journey::PayloadInfo JourneyInfo(const DeviceMemoryInfo& info) const;
  MemoryId AddObject(const DeviceMemoryInfo& info,
                     std::shared_ptr<DevicePayload> payload, ObjectInfo object);
  void Release(MemoryId memory);
  bool IsPayloadLive(Journey::PayloadId payload) const;
  std::vector<MemoryId> ObjectsThat(
      const std::function<bool(const DeviceObjectMemory&)>& wanted) const;
  // Of the payload.
  ByteRange InPayload(const MemoryRange& bytes) const {
    const uint64_t base = object_infos_[IndexOf(bytes.memory)].base;
    return {base + bytes.range.offset, bytes.range.size};
  }

  // device_mapping.cc
  absl::Status TakeAddress(MemoryId memory, const ByteRange& range,
                           const absl::optional<ByteRange>& previous);
  void GiveBackAddress(ObjectInfo& info);
  // Flush or invalidate: its command, what operations are called, and who acts.
  struct HostSynchronization {
    const char* command;
    const char* text;
    void (Journey::*told)(Journey::ThreadId, Journey::ReferenceId,
                          const ByteRange&, OperationId);
    void (DeviceObjectMemory::*done)(const ByteRange&);
  };
  absl::Status Synchronize(const HostSynchronization& call,
                           const MemoryRange& asked);
  absl::Status CheckPages(const ObjectInfo& info, const ByteRange& bytes) const;
  void ReportUndefinedLoad(MemoryId memory, const ByteRange& range);
  absl::StatusOr<std::shared_ptr<HostAllocation>> CheckImport(
      const AllocateRequest& request, uint64_t* offset);
  absl::Status CheckHostAccess(MemoryId memory, const ByteRange& range) const;
  std::string TextOf(const MemoryRange& bytes) const;
  Journey& journey() { return host_->JourneyFor(*this); }
  Journey::ThreadId thread() const { return host_->thread(); }
  absl::Status Told(const absl::Status& status, absl::string_view command,
                    const absl::optional<MemoryRange>& bytes = absl::nullopt);
  void Hear(const DeviceFinding& finding) override;
  void LetCachesAct() { schedule_.Pass(); }

  // device_synchronization.cc
  absl::Status WaitQueueIdle(QueueId queue);

  // device_submission.cc
  std::string FreedPagesIn(const Command& command) const;
  absl::Status CheckFence(FenceId fence, SubmitForm form);
  absl::Status CheckObjects(const std::vector<SubmitBatch>& batches) const;
  // Check, and count binary signals and waits.
  absl::Status AdmitWaits(const SubmitBatch& batch, SubmitForm form);
  absl::Status AdmitSignals(const SubmitBatch& batch, SubmitForm form);
  DeviceBatch QueueBatch(uint32_t queue, const SubmitBatch& batch,
                         SubmitForm form);
  void QueueCommand(uint32_t queue,
                    const std::shared_ptr<const Command>& command,
                    DeviceBatch& batch);
  void QueueKernel(uint32_t queue,
                   const std::shared_ptr<const Command>& command,
                   DeviceBatch& batch);
  void QueueDependency(uint32_t queue, const Command& command,
                       DeviceBatch& batch);
  MemoryBarrier OwnHalf(const MemoryBarrier& barrier, uint32_t family) const;

  DeviceOptions options_;
  std::mt19937_64 coins_;
  HeapUsage heaps_;
  uint64_t live_allocations_ = 0;
  std::vector<DeviceFinding> findings_;
  absl::optional<ReturnCode> next_map_fails_;

  std::shared_ptr<Host> host_;
  Journey::DeviceId journey_device_ = 0;
  SubmissionOrder order_;
  DeviceMachine machine_;
  Schedule::Objects objects_;
  Schedule::Pages pages_;  // of imports that are not freed
  std::vector<std::weak_ptr<HostAllocation>> known_pages_;  // of all imports
  Schedule schedule_;

  std::vector<ObjectInfo> object_infos_;
  std::vector<QueueInfo> queues_;
  std::vector<SemaphoreInfo> semaphores_;
  std::vector<bool> device_only_events_;
  std::vector<Fence> fences_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_H_
