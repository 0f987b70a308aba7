#ifndef INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_H_
#define INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_H_

// HostAllocation: pages of the host's own, which devices may import
// (VK_EXT_external_memory_host). It is used by its own pointer, before, while
// and after devices share it.
//
//   imported as            the original pointer, meanwhile
//   HOST_COHERENT          touches the host domain itself
//   not HOST_COHERENT      has a cached view of its own: what was stored needs
//                          CleanCache to get out of it, what comes from a
//                          device InvalidateCache to get in. vkFlush- and
//                          vkInvalidateMappedMemoryRanges are for mapped
//                          pointers only
//   not HOST_VISIBLE       must not be used: loads and stores are refused, and
//                          are findings. Contents are undefined from the import
//                          on, and still after the free, when a load of what
//                          nobody has written since is a finding
//                          (VkImportMemoryHostPointerInfoEXT)
//
//   Release                while a device has them imported, it is a finding,
//                          and so is each use of them from then on, by whomever
//
// When the last import that is not coherent is freed, nothing is between the
// host and its pages any more: what was stored and not cleaned has got out.
//
// Two devices reach each other's bytes through the host domain. Offsets are
// bytes from the first page. Findings of these calls go to the Host, and to
// every device that has the pages imported.
//
// Errors: FailedPrecondition, of what was freed or must not be touched;
// OutOfRange, of what is not in the pages. Each is a finding.
//
// Thread-safe. Made with Create; the Host outlives it.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/device/device_ids.h"
#include "sim/device/device_object_memory.h"
#include "sim/device/device_payload.h"
#include "sim/device/host.h"
#include "sim/memory/host_pointer.h"
#include "sim/memory/journey.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class Device;

struct HostAllocationInfo {
  uint64_t size = 0;
  uint64_t alignment = 4096;  // a power of two
  std::string name = "pages";
  // kHandleTypeHostAllocation: ordinary memory; or memory of a foreign device,
  // mapped to the host.
  uint32_t handle_type = kHandleTypeHostAllocation;
  // Some pages the platform cannot share, such as those of a mapped file: each
  // import of them is refused.
  bool importable = true;
};

class HostAllocation : public Host::Listener,
                       public std::enable_shared_from_this<HostAllocation> {
 public:
  // InvalidArgument: no host, size 0, an alignment that is no power of two, a
  // handle type that is none of the two. VK_ERROR_OUT_OF_HOST_MEMORY: no room.
  static absl::StatusOr<std::shared_ptr<HostAllocation>> Create(
      const std::shared_ptr<Host>& host, const HostAllocationInfo& info);
  ~HostAllocation() override;

  uint64_t size() const { return info_.size; }
  const HostAllocationInfo& info() const { return info_; }
  // Of the first byte.
  uint64_t address() const { return address_; }
  // Maps the same pages once more, to another address.
  absl::StatusOr<uint64_t> MapAgain();

  // --- By the original pointer, or another one to the same pages.
  absl::Status Store(uint64_t offset, absl::Span<const uint8_t> values);
  absl::StatusOr<std::vector<Byte>> Load(uint64_t offset, uint64_t size);
  // What the platform, not Vulkan, has for caches. On pages that are coherent
  // they do nothing.
  absl::Status CleanCache(uint64_t offset, uint64_t size);
  absl::Status InvalidateCache(uint64_t offset, uint64_t size);

  // Frees the pages.
  absl::Status Release();

  // For a handle on top, that has rules of its own: tells a finding of the kind
  // invalid-usage, about those bytes if there are some, and gives the error
  // back.
  absl::Status Report(absl::StatusCode code, absl::string_view call,
                      absl::string_view why, const ByteRange& bytes = {});

  // --- For devices, which hold the Host's mutex.
  struct Import {
    Device* device = nullptr;
    MemoryId memory{};
    ByteRange range;  // of the pages
    DeviceMemoryInfo info;
    WriteBack write_back = WriteBack::kWholeAtom;
  };
  bool released() const { return released_; }
  // The first of the bytes that are imported as memory that is not
  // host-visible.
  ByteRange TakenFromHost(const ByteRange& range) const;
  // What the journey calls the pages, once they were imported.
  Journey::PayloadId payload() const { return *payload_; }
  // The device's own payload over them.
  std::shared_ptr<DevicePayload> PayloadOf(const Device* device);
  bool IsImportedBy(const Device* device) const {
    return IsImportedBy(device, {0, info_.size});
  }
  // Some of those bytes.
  bool IsImportedBy(const Device* device, const ByteRange& range) const;
  // Whether the pages were imported before as memory of a type that is
  // DEVICE_COHERENT where this one is not, or the reverse.
  bool HasOtherCoherence(const MemoryType& type) const;
  void AddImport(const Import& import);
  void RemoveImport(const Device* device, MemoryId memory);
  // The device goes, and its imports have.
  void ForgetDevice(const Device* device);
  // Tells of what was loaded undefined because it was once imported as memory
  // that is not host-visible.
  void ReportUndefinedLoad(absl::string_view call, uint64_t offset,
                           const std::vector<Byte>& loaded);
  // What the original pointer sees.
  DeviceObjectMemory& view() { return *view_; }

  void Hear(const DeviceFinding& finding) override;

 private:
  HostAllocation(std::shared_ptr<Host> host, const HostAllocationInfo& info,
                 uint64_t address);

  // For whoever holds the mutex.
  absl::Status Misused(absl::StatusCode code, absl::string_view call,
                       absl::string_view why, const ByteRange& bytes = {});
  absl::Status CheckRange(absl::string_view call, uint64_t offset,
                          uint64_t size);
  absl::Status CheckAccess(absl::string_view call, const ByteRange& range);
  OperationId Operation(absl::string_view what, const ByteRange& range);
  // Not DEVICE_COHERENT; DEVICE_COHERENT; HOST_COHERENT as well, so that host
  // and device domain are one.
  enum class DeviceCoherence { kNone, kDevice, kMerged };
  static DeviceCoherence DeviceCoherenceOf(const MemoryType& type);
  // How the original pointer is cached with the imports there are.
  DeviceMemoryInfo ViewInfo() const;
  WriteBack ViewWriteBack() const;
  Journey::PayloadInfo JourneyInfo() const;
  void UpdateView();
  void MakeUndefined(const ByteRange& range);
  void GiveBackAddresses();
  std::vector<Device*> Importers() const;
  void LetDevicesAct();

  std::shared_ptr<Host> host_;
  HostAllocationInfo info_;
  const uint64_t address_;
  std::vector<uint64_t> other_addresses_;
  bool released_ = false;

  // The host domain; its device domain is nobody's.
  std::shared_ptr<DevicePayload> pages_;
  // By the journey's device; one stays while the device does, for what is in
  // the device's own domain only.
  std::map<Journey::DeviceId, std::shared_ptr<DevicePayload>> payloads_;
  std::vector<Import> imports_;
  // Made so by imports that are not host-visible; some of it may have been
  // written since.
  RangeSet undefined_;
  WriteBack view_write_back_ = WriteBack::kDirtyBytes;
  std::unique_ptr<DeviceObjectMemory> view_;
  absl::optional<Journey::PayloadId> payload_;
  DeviceCoherence device_coherence_ = DeviceCoherence::kNone;  // of all imports
  Journey::ReferenceId reference_ = 0;  // of the original pointer
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_H_
