#include "sim/memory/host_pointer.h"

#include "absl/strings/str_format.h"
#include "sim/memory/allocation.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

absl::Status HandleError(const char* vuid, absl::string_view message) {
  return ValidUsageError(vuid, message, ReturnCode::kInvalidExternalHandle);
}

absl::Status CheckPointer(const char* vuid, const MemoryLimits& limits,
                          uint64_t address) {
  const uint64_t alignment = limits.min_imported_host_pointer_alignment;
  if (IsMultipleOf(address, alignment)) return absl::OkStatus();
  return HandleError(vuid,
                     absl::StrFormat("host pointer 0x%x is no multiple of "
                                     "minImportedHostPointerAlignment (0x%x)",
                                     address, alignment));
}

}  // namespace

bool IsHostPointerHandleType(uint32_t handle_type) {
  return handle_type == kHandleTypeHostAllocation ||
         handle_type == kHandleTypeHostMappedForeignMemory;
}

absl::Status CheckHostPointerQuery(const MemoryLimits& limits,
                                   uint32_t handle_type, uint64_t address) {
  if (!IsHostPointerHandleType(handle_type)) {
    return HandleError(
        "VUID-vkGetMemoryHostPointerPropertiesEXT-handleType-01752",
        absl::StrFormat("handleType 0x%x is no host-pointer type",
                        handle_type));
  }
  return CheckPointer(
      "VUID-vkGetMemoryHostPointerPropertiesEXT-pHostPointer-01753", limits,
      address);
}

absl::Status CheckHostPointerImport(const MemoryProperties& properties,
                                    const AllocateRequest& request) {
  if (request.origin != PayloadOrigin::kHostPointer) return absl::OkStatus();
  if (!IsHostPointerHandleType(request.host_pointer_handle_type)) {
    return HandleError(
        "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01748",
        absl::StrFormat("handleType 0x%x is no host-pointer type",
                        request.host_pointer_handle_type));
  }
  if (request.host_pointer == 0) {
    return ReturnCodeError(ReturnCode::kInvalidExternalHandle,
                           "import of a null pointer");
  }
  if (absl::Status status = CheckPointer(
          "VUID-VkImportMemoryHostPointerInfoEXT-pHostPointer-01749",
          properties.limits, request.host_pointer);
      !status.ok()) {
    return status;
  }
  if (request.size == 0) {
    // No rule is broken: 0 is a multiple of every alignment.
    return ReturnCodeError(ReturnCode::kInvalidExternalHandle,
                           "import of 0 bytes");
  }
  const uint64_t alignment =
      properties.limits.min_imported_host_pointer_alignment;
  if (!IsMultipleOf(request.size, alignment)) {
    return HandleError(
        "VUID-VkMemoryAllocateInfo-allocationSize-01745",
        absl::StrFormat("import of 0x%x bytes, which is no multiple of "
                        "minImportedHostPointerAlignment (0x%x)",
                        request.size, alignment));
  }
  if ((request.host_pointer_type_bits >> request.type_index & 1) == 0) {
    return HandleError(
        "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01744",
        absl::StrFormat("memory type %d is not among the types that "
                        "vkGetMemoryHostPointerPropertiesEXT reports for this "
                        "pointer (0x%x)",
                        request.type_index, request.host_pointer_type_bits));
  }
  return absl::OkStatus();
}

}  // namespace incoherent
