#include "sim/icd/chain.h"
#include "sim/icd/commands.h"
#include "sim/icd/device.h"
#include "sim/icd/exported_payloads.h"
#include "sim/icd/voice.h"

namespace incoherent {
namespace {

MemoryObject* FindMemory(VkDevice device, VkDeviceMemory memory) {
  Device* state = Devices().Find(device);
  return state == nullptr ? nullptr : state->memory().Find(memory);
}

PlacedMapRequest ReadPlacedMap(const VkMemoryMapInfoKHR& info) {
  PlacedMapRequest request;
  request.map = {CommandForm::kMapMemory2, info.offset, info.size};
  const auto* placed = FindInChain<VkMemoryMapPlacedInfoEXT>(
      info.pNext, VK_STRUCTURE_TYPE_MEMORY_MAP_PLACED_INFO_EXT);
  if (placed != nullptr && placed->pPlacedAddress != nullptr) {
    request.address = reinterpret_cast<uint64_t>(placed->pPlacedAddress);
  }
  return request;
}

}  // namespace

VKAPI_ATTR VkResult VKAPI_CALL
AllocateMemory(VkDevice device, const VkMemoryAllocateInfo* info,
               const VkAllocationCallbacks* allocator, VkDeviceMemory* memory) {
  return Devices().Find(device)->AllocateMemory(*info, allocator, memory);
}

VKAPI_ATTR void VKAPI_CALL FreeMemory(VkDevice device, VkDeviceMemory memory,
                                      const VkAllocationCallbacks* allocator) {
  if (memory == VK_NULL_HANDLE) return;
  Devices().Find(device)->FreeMemory(memory, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL MapMemory(VkDevice device, VkDeviceMemory memory,
                                         VkDeviceSize offset, VkDeviceSize size,
                                         VkMemoryMapFlags flags, void** data) {
  constexpr char kCommand[] = "vkMapMemory";
  MemoryObject* object = FindMemory(device, memory);
  if (object == nullptr) return VK_ERROR_MEMORY_MAP_FAILED;
  ReportUsage(kCommand,
              CheckMapMemoryFlags((flags & VK_MEMORY_MAP_PLACED_BIT_EXT) != 0),
              object->ForFinding());
  const VkResult result =
      object->Map({CommandForm::kMapMemory, offset, size}, kCommand, data);
  if (result == VK_SUCCESS) {
    Devices().Find(device)->observer().Mapped(*object, kCommand);
  }
  return result;
}

VKAPI_ATTR void VKAPI_CALL UnmapMemory(VkDevice device, VkDeviceMemory memory) {
  MemoryObject* object = FindMemory(device, memory);
  if (object == nullptr) return;
  Devices().Find(device)->observer().Unmapping(*object, "vkUnmapMemory");
  object->Unmap(CommandForm::kMapMemory, "vkUnmapMemory");
}

VKAPI_ATTR VkResult VKAPI_CALL MapMemory2KHR(VkDevice device,
                                             const VkMemoryMapInfoKHR* info,
                                             void** data) {
  constexpr char kCommand[] = "vkMapMemory2KHR";
  MemoryObject* object = FindMemory(device, info->memory);
  if (object == nullptr) return VK_ERROR_MEMORY_MAP_FAILED;
  Device& state = *Devices().Find(device);
  const PlacedMapRequest request = ReadPlacedMap(*info);
  const bool placed = (info->flags & VK_MEMORY_MAP_PLACED_BIT_EXT) != 0;
  const VkResult result =
      placed ? object->MapPlaced(request, state.placed_map_rules(), data)
             : object->Map(request.map, kCommand, data);
  if (result == VK_SUCCESS) state.observer().Mapped(*object, kCommand);
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL
UnmapMemory2KHR(VkDevice device, const VkMemoryUnmapInfoKHR* info) {
  MemoryObject* object = FindMemory(device, info->memory);
  if (object == nullptr) return VK_SUCCESS;
  Devices().Find(device)->observer().Unmapping(*object, "vkUnmapMemory2KHR");
  if ((info->flags & VK_MEMORY_UNMAP_RESERVE_BIT_EXT) != 0) {
    return object->UnmapReserving(Devices().Find(device)->features().placed);
  }
  return object->Unmap(CommandForm::kMapMemory2, "vkUnmapMemory2KHR");
}

VKAPI_ATTR VkResult VKAPI_CALL FlushMappedMemoryRanges(
    VkDevice device, uint32_t count, const VkMappedMemoryRange* ranges) {
  for (uint32_t i = 0; i < count; ++i) {
    MemoryObject* object = FindMemory(device, ranges[i].memory);
    if (object == nullptr) continue;
    Devices().Find(device)->observer().Flush(*object, ranges[i].offset,
                                             ranges[i].size);
  }
  return VK_SUCCESS;
}

VKAPI_ATTR VkResult VKAPI_CALL InvalidateMappedMemoryRanges(
    VkDevice device, uint32_t count, const VkMappedMemoryRange* ranges) {
  for (uint32_t i = 0; i < count; ++i) {
    MemoryObject* object = FindMemory(device, ranges[i].memory);
    if (object == nullptr) continue;
    Devices().Find(device)->observer().Invalidate(*object, ranges[i].offset,
                                                  ranges[i].size);
  }
  return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL GetDeviceMemoryCommitment(VkDevice device,
                                                     VkDeviceMemory memory,
                                                     VkDeviceSize* committed) {
  *committed = 0;
  const MemoryObject* object = FindMemory(device, memory);
  if (object == nullptr) return;
  ReportUsage("vkGetDeviceMemoryCommitment",
              CheckCommitmentQuery(object->info().type), object->ForFinding());
  // The stand-in of a lazy type may not be lazy; then all of it is committed.
  *committed = object->info().size;
}

VKAPI_ATTR void VKAPI_CALL SetDeviceMemoryPriorityEXT(VkDevice device,
                                                      VkDeviceMemory memory,
                                                      float priority) {
  const MemoryObject* object = FindMemory(device, memory);
  if (object == nullptr) return;
  const absl::Status status = CheckMemoryPriority(priority);
  ReportUsage("vkSetDeviceMemoryPriorityEXT", status, object->ForFinding());
  if (!status.ok()) return;
  Devices().Find(device)->dispatch().SetDeviceMemoryPriorityEXT(device, memory,
                                                                priority);
}

VKAPI_ATTR VkResult VKAPI_CALL GetMemoryFdKHR(VkDevice device,
                                              const VkMemoryGetFdInfoKHR* info,
                                              int* fd) {
  Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().GetMemoryFdKHR(device, info, fd);
  const MemoryObject* object = FindMemory(device, info->memory);
  if (result == VK_SUCCESS && object != nullptr) {
    ExportedPayloads::Get().Remember(
        *fd, {object->info().size, object->info().type_index});
  }
  return result;
}

}  // namespace incoherent
