// Any calls of vkMapMemory, unmap, flush, invalidate and free, with any
// numbers, and any use of any pointer that they gave, live or dead.
//
// Input: a byte for the size of the address space, then steps: a byte that
// names the operation, one that names the object, and its arguments. The
// references say what is valid; nothing crashes; a pointer works if and only if
// its mapping stands and the bytes are in it; what it wrote last is what it
// reads.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "fuzz/byte_source.h"
#include "fuzz/reference_map.h"
#include "incoherent/memory.h"
#include "sim/memory/check.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

constexpr int kMostSteps = 100;
constexpr size_t kObjects = 3;
constexpr uint64_t kSizes[kObjects] = {200, 256, 64};
constexpr uint32_t kTypes[kObjects] = {SmallDeviceTypes::kNonCoherent,
                                       SmallDeviceTypes::kCoherent,
                                       SmallDeviceTypes::kDeviceLocal};

// A pointer that some map gave, and what it was good for.
struct Given {
  HostPointer pointer;
  size_t object;
  uint64_t number;  // of the mapping
  ByteRange range;
};

struct Object {
  std::unique_ptr<Memory> memory;
  absl::optional<ByteRange> mapping;
  uint64_t number = 0;
  std::vector<uint8_t> view;  // what the host reads
};

class RawMap {
 public:
  explicit RawMap(ByteSource& source)
      : source_(source), device_(Options(source)) {
    for (size_t i = 0; i < kObjects; ++i) {
      objects_[i].memory = std::make_unique<Memory>(
          *Memory::Allocate(device_, kTypes[i], kSizes[i]));
      objects_[i].view.resize(kSizes[i], 0);
    }
  }

  void Run() {
    for (int step = 0; step < kMostSteps && !source_.empty(); ++step) {
      const uint8_t operation = source_.Below(7);
      const size_t which = source_.Below(kObjects);
      Object& object = objects_[which];
      switch (operation) {
        case 0:
          Map(which);
          break;
        case 1:
          Unmap(object);
          break;
        case 2:
        case 3:
          Synchronize(object, operation == 2);
          break;
        case 4:
        case 5:
          if (!given_.empty()) Use(given_[source_.Byte() % given_.size()]);
          break;
        default:
          if (source_.Below(8) == 0) Free(object);
      }
    }
  }

 private:
  static DeviceOptions Options(ByteSource& source) {
    DeviceOptions options = SmallDevice();
    options.undefined_contents = false;
    HostOptions host;
    host.address_space_size = 64 * source.Byte();
    options.host = std::make_shared<Host>(host);
    return options;
  }

  // A small number, one near the ends of objects, or a huge one.
  uint64_t Number() {
    switch (source_.Below(4)) {
      case 0:
        return source_.Byte();
      case 1:
        return source_.Below(6) * 64;
      case 2:
        return kWholeSize - source_.Below(3);
      default:
        return source_.Integer();
    }
  }

  void Map(size_t which) {
    Object& object = objects_[which];
    MapRequest request;
    request.offset = Number();
    request.size = Number();
    const uint32_t flags = source_.Below(4) == 0 ? 1 : 0;
    HostPointer data;
    const absl::Status status =
        MapMemory(&device_, object.memory->handle(), request.offset,
                  request.size, flags, &data);
    if (!object.memory->is_live()) {
      Require(status, "VUID-vkMapMemory-memory-parameter");
      return;
    }
    const DeviceMemoryInfo info = device_.InfoOf(object.memory->id());
    const ReferenceMap reference = {info, request};
    std::set<std::string> broken =
        reference.BrokenRules(object.mapping.has_value());
    const bool stopped = !reference.BrokenRulesThatStop().empty();
    if (flags != 0) broken.insert("VUID-vkMapMemory-flags-zerobitmask");
    INCOHERENT_CHECK(!stopped || data.is_null(), "nothing to point to");
    const bool failed =
        ReturnCodeOf(status) == ReturnCode::kMemoryMapFailed && !stopped;
    if (!failed) CheckRules(status, broken);
    INCOHERENT_CHECK(data.is_null() == (stopped || failed), "mapped, or not");
    if (data.is_null()) return;
    Note(which, data, reference);
  }

  void Note(size_t which, const HostPointer& data,
            const ReferenceMap& reference) {
    Object& object = objects_[which];
    const ByteRange range = {static_cast<uint64_t>(reference.begin()),
                             static_cast<uint64_t>(reference.end()) -
                                 static_cast<uint64_t>(reference.begin())};
    if (!object.mapping) ++object.number;
    object.mapping = object.mapping ? Hull(*object.mapping, range) : range;
    INCOHERENT_CHECK(object.memory->mapping() == object.mapping,
                     "the mapping covers both");
    INCOHERENT_CHECK((data.address() - range.offset) % 64 == 0,
                     "pointer minus offset is aligned");
    given_.push_back({data, which, object.number, range});
  }

  static void Require(const absl::Status& status, const char* vuid) {
    INCOHERENT_CHECK(VuidOf(status) == std::string(vuid), vuid);
  }

  static void CheckRules(const absl::Status& status,
                         const std::set<std::string>& broken) {
    INCOHERENT_CHECK(status.ok() == broken.empty(),
                     "valid if the reference says so");
    INCOHERENT_CHECK(
        status.ok() || broken.count(VuidOf(status).value_or("")) == 1,
        "the rule is one of those that are broken");
  }

  void Unmap(Object& object) {
    const absl::Status status = object.memory->Unmap();
    INCOHERENT_CHECK(status.ok() == object.mapping.has_value(),
                     "what is mapped can be unmapped");
    object.mapping.reset();
  }

  void Synchronize(Object& object, bool flush) {
    const ByteRange range = {Number(), Number()};
    Memory& memory = *object.memory;
    const absl::Status status =
        flush ? memory.Flush(range) : memory.Invalidate(range);
    if (!object.mapping) {
      INCOHERENT_CHECK(!status.ok(), "nothing is mapped");
      return;
    }
    const ReferenceMappedRange reference = {
        memory.size(),         64,           object.mapping->offset,
        object.mapping->end(), range.offset, range.size};
    CheckRules(status, reference.BrokenRules());
    // An invalidate over what was not flushed leaves anything there.
    if (!flush) Forget(object);
  }

  void Forget(Object& object) {
    for (uint64_t at = object.mapping->offset; at < object.mapping->end();
         ++at) {
      INCOHERENT_CHECK(device_.Store(object.memory->id(), at, {0}).ok(),
                       "mapped bytes can be stored to");
      object.view[at] = 0;
    }
  }

  void Use(const Given& given) {
    Object& object = objects_[given.object];
    const uint64_t displacement = Number();
    const uint64_t size = source_.Below(9);
    const bool inside = Fits(displacement, size, given.range.size);
    const bool alive =
        object.mapping.has_value() && object.number == given.number;
    const HostPointer pointer = given.pointer + displacement;
    const uint8_t value = source_.Byte();
    const absl::Status written =
        pointer.Write(std::vector<uint8_t>(size, value));
    INCOHERENT_CHECK(written.ok() == (inside && alive), "good, or found");
    const auto read = pointer.Read(size);
    INCOHERENT_CHECK(read.ok() == written.ok(), "both or neither");
    if (!read.ok()) return;
    for (uint64_t i = 0; i < size; ++i) {
      object.view[given.range.offset + displacement + i] = value;
      INCOHERENT_CHECK((*read)[i] == value, "it reads what it wrote");
    }
    CheckView(object);
  }

  void CheckView(const Object& object) {
    const auto bytes = device_.Load(object.memory->id(), object.mapping->offset,
                                    object.mapping->size);
    for (uint64_t i = 0; i < object.mapping->size; ++i) {
      INCOHERENT_CHECK(
          (*bytes)[i].value == object.view[object.mapping->offset + i],
          "and nothing else changed");
    }
  }

  void Free(Object& object) {
    const bool live = object.memory->is_live();
    INCOHERENT_CHECK(object.memory->Free().ok() == live, "freed once");
    object.mapping.reset();
  }

  ByteSource& source_;
  Device device_;
  Object objects_[kObjects];
  std::vector<Given> given_;
};

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  incoherent::ByteSource source(data, size);
  incoherent::RawMap(source).Run();
  return 0;
}
