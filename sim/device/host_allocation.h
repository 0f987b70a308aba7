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
//   not HOST_VISIBLE       must not be used; stores are dropped, loads are
//                          undefined, both are findings. Contents are undefined
//                          from the import on, and still after the free
//                          (chapter Device Memory, "Memory Import" notes)
//
//   Release                while a device has them imported, it is a finding,
//                          and so is each use of them from then on, by whomever
//
// Two devices reach each other's bytes through the host domain. Offsets are
// bytes from the first page. Findings go to the Host, and to every device that
// has the pages imported.
//
// Thread-safe. Made with Create; the Host outlives it.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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
  // InvalidArgument: size 0, an alignment that is no power of two, a handle
  // type that is none of the two. VK_ERROR_OUT_OF_HOST_MEMORY: no room.
  static absl::StatusOr<std::shared_ptr<HostAllocation>> Create(
      const std::shared_ptr<Host>& host, const HostAllocationInfo& info);
  ~HostAllocation() override;

  uint64_t size() const { return info_.size; }
  const HostAllocationInfo& info() const { return info_; }
  // Of the first byte.
  uint64_t address() const { return addresses_.front(); }
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

  // --- For devices, which hold the Host's mutex.
  struct Import {
    Device* device = nullptr;
    MemoryId memory{};
    ByteRange range;  // of the pages
    DeviceMemoryInfo info;
    WriteBack write_back = WriteBack::kWholeAtom;
  };
  bool released() const { return released_; }
  // What the journey calls the pages, once they were imported.
  Journey::PayloadId payload() const { return *payload_; }
  // The device's own payload over them.
  std::shared_ptr<DevicePayload> PayloadOf(const Device* device);
  bool IsImportedBy(const Device* device) const;
  void AddImport(const Import& import, const Journey::PayloadInfo& info);
  void RemoveImport(const Device* device, MemoryId memory);
  // What the original pointer sees.
  DeviceObjectMemory& view() { return *view_; }

  void Hear(const DeviceFinding& finding) override;

 private:
  HostAllocation(std::shared_ptr<Host> host, const HostAllocationInfo& info);

  absl::Status CheckRange(const char* call, uint64_t offset, uint64_t size);
  absl::Status CheckAccess(const char* call, const ByteRange& range);
  absl::Status Misused(const char* call, const std::string& why);
  std::string NameOf(const ByteRange& range) const;
  void MakeView();
  void LetDevicesAct();

  std::shared_ptr<Host> host_;
  HostAllocationInfo info_;
  std::vector<uint64_t> addresses_;
  bool released_ = false;

  // The host domain; its device domain is nobody's.
  std::shared_ptr<DevicePayload> pages_;
  std::vector<std::pair<Device*, std::shared_ptr<DevicePayload>>> payloads_;
  std::vector<Import> imports_;
  RangeSet undefined_;  // by imports that are not host-visible
  std::unique_ptr<DeviceObjectMemory> view_;
  absl::optional<Journey::PayloadId> payload_;
  Journey::ReferenceId reference_ = 0;  // of the original pointer
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_HOST_ALLOCATION_H_
