// Laws of vkMapMemory: any program of maps and unmaps over few addresses.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "gtest/gtest.h"
#include "incoherent/memory.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sim/host/map/reference_addresses.h"

namespace incoherent {
namespace {

constexpr uint64_t kAddresses = 1024;
constexpr uint64_t kAlignment = 64;
// Where a host's addresses begin in its region.
constexpr uint64_t kRegion = uint64_t{1} << 47;
constexpr uint64_t kFirstAddress = uint64_t{1} << 40;

struct Object {
  Memory memory;
  uint64_t size;
  absl::optional<ByteRange> mapping;
  uint64_t place = 0;  // of the mapping
  HostPointer pointer;
};

struct MapProgram {
  MapProgram() : device(OptionsWithFewAddresses()) {
    for (int i = 0; i < 4; ++i) {
      const auto size = *rc::gen::inRange<uint64_t>(1, 700);
      objects.push_back(
          {*Memory::Allocate(device, SmallDeviceTypes::kCoherent, size), size,
           absl::nullopt});
    }
  }

  static DeviceOptions OptionsWithFewAddresses() {
    DeviceOptions options = SmallDevice();
    options.undefined_contents = false;
    HostOptions host;
    host.address_space_size = kAddresses;
    options.host = std::make_shared<Host>(host);
    return options;
  }

  void Map(Object& object) {
    const auto offset = *rc::gen::inRange<uint64_t>(0, object.size);
    const bool whole = *rc::gen::arbitrary<bool>();
    const uint64_t rest = object.size - offset;
    const uint64_t size =
        whole ? rest : *rc::gen::inRange<uint64_t>(1, rest + 1);
    const auto place = addresses.Find(size, kAlignment, offset);
    const auto pointer = object.memory.Map(offset, whole ? kWholeSize : size);
    RC_ASSERT(pointer.ok() == place.has_value());
    RC_CLASSIFY(!place.has_value(), "a map failed");
    if (!place) {
      RC_ASSERT(ReturnCodeOf(pointer.status()) == ReturnCode::kMemoryMapFailed);
      RC_ASSERT(!object.memory.mapping().has_value());
      return;
    }
    RC_ASSERT(pointer->address() % kRegion == kFirstAddress + *place);
    RC_ASSERT((pointer->address() - offset) % kAlignment == 0u);
    addresses.Set(*place, size, true);
    object.mapping = ByteRange{offset, size};
    object.place = *place;
    object.pointer = *pointer;
  }

  void Unmap(Object& object) {
    RC_ASSERT(object.memory.Unmap().ok());
    addresses.Set(object.place, object.mapping->size, false);
    object.mapping.reset();
  }

  Device device;
  ReferenceAddresses addresses{kAddresses};
  std::vector<Object> objects;
};

// Maps succeed if and only if a loop over the addresses finds room, and then
// where it does; unmapping gives the room back.
RC_GTEST_PROP(MapLaw, AddressesAreGivenOnceAndGivenBack, ()) {
  MapProgram program;
  const int steps = *rc::gen::inRange(1, 40);
  for (int step = 0; step < steps; ++step) {
    Object& object = program.objects[*rc::gen::inRange<size_t>(0, 4)];
    object.mapping ? program.Unmap(object) : program.Map(object);
    for (const Object& each : program.objects) {
      RC_ASSERT(each.memory.mapping() == each.mapping);
    }
  }
  RC_ASSERT(program.device.findings().empty());
}

// Of coherent memory: what is written through a pointer is read back through
// any other pointer to the byte, now or after a remap.
RC_GTEST_PROP(MapLaw, BytesBelongToTheObjectAndNotToTheMapping, ()) {
  MapProgram program;
  Object& object = program.objects[0];
  std::vector<uint8_t> expected(object.size, 0);
  const int steps = *rc::gen::inRange(1, 40);
  for (int step = 0; step < steps; ++step) {
    if (!object.mapping) {
      program.Map(object);
      continue;
    }
    const ByteRange mapping = *object.mapping;
    const auto at = *rc::gen::inRange<uint64_t>(0, mapping.size);
    const auto value = *rc::gen::arbitrary<uint8_t>();
    RC_ASSERT((object.pointer + at).Store(value).ok());
    expected[mapping.offset + at] = value;
    const std::vector<uint8_t> all = *object.pointer.Read(mapping.size);
    RC_ASSERT(all == std::vector<uint8_t>(expected.begin() + mapping.offset,
                                          expected.begin() + mapping.end()));
    if (*rc::gen::arbitrary<bool>()) program.Unmap(object);
  }
  RC_ASSERT(program.device.findings().empty());
}

}  // namespace
}  // namespace incoherent
