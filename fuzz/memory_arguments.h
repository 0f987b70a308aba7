#ifndef INCOHERENT_FUZZ_MEMORY_ARGUMENTS_H_
#define INCOHERENT_FUZZ_MEMORY_ARGUMENTS_H_

// Devices, and arguments of the memory commands, out of a fuzzer's bytes.

#include <cstddef>
#include <cstdint>

#include "fuzz/byte_source.h"
#include "sim/memory/allocation.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

inline MemoryProperties PropertiesFrom(ByteSource& source) {
  static constexpr uint64_t kHeapSizes[] = {64, 4096, uint64_t{1} << 20,
                                            uint64_t{1} << 40, ~uint64_t{0}};
  MemoryProperties properties;
  const uint8_t heaps = source.Byte();
  properties.heaps = {{kHeapSizes[heaps % 5], kHeapDeviceLocal},
                      {kHeapSizes[heaps / 5 % 5], 0},
                      {kHeapSizes[heaps / 25 % 5], kHeapMultiInstance}};
  properties.types = {{kHostVisible | kHostCached, 1},
                      {kHostVisible | kHostCoherent, 1},
                      {kDeviceLocal | kHostVisible | kHostCached, 0},
                      {kDeviceLocal, 0},
                      {kHostVisible | kHostCached, 2},
                      {kDeviceLocal | kProtected, 0},
                      {kHostVisible | kHostCoherent | kDeviceCoherentAmd, 1}};
  properties.limits.non_coherent_atom_size = uint64_t{1} << source.Below(9);
  const uint8_t limits = source.Byte();
  properties.limits.min_imported_host_pointer_alignment = uint64_t{1}
                                                          << limits % 17;
  properties.limits.max_memory_allocation_count = limits % 2 ? 2 : 4096;
  return properties;
}

inline MemoryFeatures FeaturesFrom(uint8_t bits) {
  MemoryFeatures features;
  features.protected_memory = bits & 1;
  features.device_coherent_memory = bits & 2;
  features.buffer_device_address = bits & 4;
  features.buffer_device_address_capture_replay = bits & 8;
  return features;
}

// Arguments for the commands of one device.
class MemoryArguments {
 public:
  MemoryArguments(ByteSource& source, uint64_t atom_size)
      : source_(source), atom_size_(atom_size) {}

  // A number near one that matters, or any at all.
  uint64_t Number(uint64_t size, const ByteRange& mapping) {
    const uint8_t choice = source_.Byte();
    const uint64_t near = static_cast<uint64_t>(int64_t{choice / 8 % 8} - 3);
    const uint64_t anchors[] = {0,
                                size,
                                mapping.offset,
                                mapping.end(),
                                uint64_t{1} << 32,
                                uint64_t{1} << 63,
                                kWholeSize};
    if (choice % 8 == 7) return source_.Integer();
    const uint64_t step = choice / 64 % 2 ? 1 : atom_size_;
    return choice / 128 ? source_.Byte() * step
                        : anchors[choice % 8] + near * step;
  }

  AllocateRequest Request() {
    AllocateRequest request;
    request.size = Number(kUsualSize, {0, 64});
    request.type_index = source_.Below(8);
    const uint8_t extras = source_.Byte();
    if (extras & 1) AddImport(request);
    request.exportable = extras & 2;
    if (extras & 4) AddFlags(request.flags);
    if (extras & 8) AddDedicated(request);
    if (extras & 16) request.priority = source_.Below(5) * 0.5f - 0.5f;
    return request;
  }

 private:
  static constexpr uint64_t kUsualSize = 300;

  void AddImport(AllocateRequest& request) {
    static constexpr uint32_t kHandleTypes[] = {
        kHandleTypeHostAllocation, kHandleTypeHostMappedForeignMemory, 0x1, 0};
    const uint8_t choice = source_.Byte();
    request.origin = static_cast<PayloadOrigin>(1 + choice % 3);
    request.import_count = 1 + choice / 128;
    request.host_pointer_handle_type = kHandleTypes[choice / 4 % 4];
    request.host_pointer = Number(0, {0, 0});
    request.host_pointer_type_bits = source_.Byte();
    if (choice & 16) request.exported_size = Number(request.size, {0, 0});
    if (choice & 32) request.exported_type_index = source_.Below(8);
  }

  void AddFlags(AllocateFlags& flags) {
    const uint8_t bits = source_.Byte();
    flags.device_address = bits & 1;
    flags.capture_replay = bits & 2;
    flags.zero_initialize = bits & 4;
    if (bits & 8) flags.opaque_capture_address = source_.Byte();
    if (bits & 16) flags.device_mask = source_.Byte();
    if (bits & 32) flags.device_mask = static_cast<uint32_t>(source_.Integer());
  }

  void AddDedicated(AllocateRequest& request) {
    const uint8_t bits = source_.Byte();
    request.dedicated.names_buffer = bits & 1;
    request.dedicated.names_image = bits & 2;
    request.dedicated.sparse_binding = bits & 4;
    request.dedicated.disjoint = bits & 8;
    if (bits & 16) {
      request.dedicated.required_size = Number(request.size, {0, 0});
    }
  }

  ByteSource& source_;
  uint64_t atom_size_;
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_MEMORY_ARGUMENTS_H_
