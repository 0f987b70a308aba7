// Any program of allocations, maps, unmaps, flushes and invalidates, with any
// arguments, is ruled as the references rule it, and ends in the same bytes.
//
// Input: five bytes (the device: heaps, atom, alignment, features, write-back),
// then steps: a byte that names the operation, and its arguments. Numbers lie
// for the most part near those that matter (memory_arguments.h).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/byte_source.h"
#include "fuzz/memory_arguments.h"
#include "fuzz/object_bytes.h"
#include "fuzz/reference_allocation.h"
#include "fuzz/reference_map.h"
#include "sim/memory/allocation.h"
#include "sim/memory/check.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/heap_usage.h"
#include "sim/memory/valid_usage.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

using Wide = ReferenceMappedRange::Wide;

constexpr Wide kMost = ~uint64_t{0};
constexpr size_t kMostObjects = 4;
constexpr int kMostSteps = 200;
constexpr uint64_t kMostBytes = 600;  // of an object whose bytes are compared

// A memory object, and its bytes if they are few and of non-coherent memory.
struct Object {
  DeviceMemory memory;
  bool imported;
  std::unique_ptr<ObjectBytes> bytes;
};

class MemoryApi {
 public:
  explicit MemoryApi(ByteSource& source)
      : source_(source),
        properties_(PropertiesFrom(source)),
        arguments_(source, properties_.limits.non_coherent_atom_size),
        heaps_(properties_.heaps),
        allocated_(properties_.heaps.size()),
        imported_(properties_.heaps.size()) {
    const uint8_t features = source_.Byte();
    features_ = FeaturesFrom(features);
    physical_devices_ = features & 16 ? 1 + features / 32 : 1;
    write_back_ =
        source_.Bool() ? WriteBack::kDirtyBytes : WriteBack::kWholeAtom;
  }

  void Run() {
    for (int step = 0; step < kMostSteps && !source_.empty(); ++step) {
      const uint8_t operation = source_.Below(9);
      if (operation == 0 || objects_.empty()) {
        Allocate();
      } else {
        Use(operation,
            objects_[source_.Below(static_cast<unsigned>(objects_.size()))]);
      }
    }
    while (!objects_.empty()) Free(objects_.front());
    for (uint32_t heap = 0; heap < properties_.heaps.size(); ++heap) {
      INCOHERENT_CHECK(heaps_.UsedBytes(heap) == 0, "all was given back");
    }
  }

 private:
  void Use(uint8_t operation, Object& object) {
    switch (operation) {
      case 1:
        return Map(object);
      case 2:
        return Unmap(object);
      case 3:
        return Synchronize(object, &ObjectBytes::Flush);
      case 4:
        return Synchronize(object, &ObjectBytes::Invalidate);
      case 5:
        return HostStore(object);
      case 6:
        return DeviceStore(object);
      case 7:
        return LetTheCacheAct(object);
      default:
        return Free(object);
    }
  }

  void Allocate() {
    const AllocateRequest request = arguments_.Request();
    if (objects_.size() == kMostObjects) return;
    DeviceMemoryState state;
    state.properties = &properties_;
    state.features = features_;
    state.physical_device_count = physical_devices_;
    state.live_allocations = objects_.size();
    state.heaps = &heaps_;
    const absl::Status status = CheckAllocation(state, request);
    CheckRuling(request, status);
    if (!ReturnCodeOf(status).has_value()) {
      AddObject(request, HasMultipleInstances(state, request));
    }
  }

  void CheckRuling(const AllocateRequest& request, const absl::Status& status) {
    std::vector<uint64_t> free_bytes;
    for (uint32_t heap = 0; heap < properties_.heaps.size(); ++heap) {
      free_bytes.push_back(properties_.heaps[heap].size - allocated_[heap]);
      INCOHERENT_CHECK(heaps_.FreeBytes(heap) == free_bytes[heap],
                       "new payloads take room, imports do not");
      const Wide used = imported_[heap] + allocated_[heap];
      INCOHERENT_CHECK(heaps_.UsedBytes(heap) == std::min(used, kMost),
                       "both are in use");
    }
    const ReferenceAllocation reference = {properties_,       features_,
                                           physical_devices_, objects_.size(),
                                           free_bytes,        request};
    const std::set<std::string> broken = reference.BrokenRules();
    const bool stopped = !reference.BrokenRulesThatStop().empty();
    const bool out_of_luck = reference.HasType() && reference.IsOutOfLuck();
    INCOHERENT_CHECK(status.ok() == (broken.empty() && !out_of_luck),
                     "valid if the reference says so");
    INCOHERENT_CHECK(
        ReturnCodeOf(status).has_value() == (stopped || out_of_luck),
        "the call fails if the reference says so");
    const auto vuid = VuidOf(status);
    INCOHERENT_CHECK(!vuid.has_value() || broken.count(*vuid) == 1,
                     "the rule is one of those that are broken");
    INCOHERENT_CHECK(status.ok() || vuid.has_value() || out_of_luck,
                     "without a rule, the call was out of luck");
  }

  void AddObject(const AllocateRequest& request, bool multi_instance) {
    DeviceMemoryInfo info;
    info.size = request.size;
    info.type_index = request.type_index;
    info.type = properties_.types[request.type_index];
    info.non_coherent_atom_size = properties_.limits.non_coherent_atom_size;
    info.multi_instance = multi_instance;
    info.imported = request.origin != PayloadOrigin::kNew;
    if (info.imported) {
      heaps_.TakeImport(info.type.heap_index, info.size);
      imported_[info.type.heap_index] += info.size;
    } else {
      INCOHERENT_CHECK(heaps_.Take(info.type.heap_index, info.size),
                       "what is admitted fits its heap");
      allocated_[info.type.heap_index] += info.size;
    }
    Object object = {DeviceMemory(info), info.imported, nullptr};
    if (info.type.IsNonCoherent() && info.size <= kMostBytes) {
      object.bytes = std::make_unique<ObjectBytes>(
          info.size, info.non_coherent_atom_size, write_back_);
    }
    objects_.push_back(std::move(object));
  }

  void Free(Object& object) {
    const DeviceMemoryInfo& info = object.memory.info();
    const uint32_t heap = info.type.heap_index;
    if (object.imported) {
      heaps_.GiveBackImport(heap, info.size);
      imported_[heap] -= info.size;
    } else {
      heaps_.GiveBack(heap, info.size);
      allocated_[heap] -= info.size;
    }
    objects_.erase(objects_.begin() + (&object - objects_.data()));
  }

  static ByteRange MappingOf(const Object& object) {
    return object.memory.mapping().value_or(ByteRange{});
  }

  CommandForm Form() {
    return source_.Bool() ? CommandForm::kMapMemory2 : CommandForm::kMapMemory;
  }

  void Map(Object& object) {
    const auto before = object.memory.mapping();
    const DeviceMemoryInfo& info = object.memory.info();
    MapRequest request;
    request.form = Form();
    request.offset = arguments_.Number(info.size, MappingOf(object));
    request.size = arguments_.Number(info.size, MappingOf(object));
    const ReferenceMap reference = {info, request};
    const bool can = reference.BrokenRulesThatStop().empty();
    const auto ruling = object.memory.Map(request);
    CheckUsage(ruling.usage, reference.BrokenRules(before.has_value()));
    INCOHERENT_CHECK(ruling.effect.has_value() == can, "mapped if it can be");
    INCOHERENT_CHECK(ReturnCodeOf(ruling.usage).has_value() == !can,
                     "and else the call fails");
    INCOHERENT_CHECK(!can || ruling.effect == object.memory.mapping(),
                     "the effect is the mapping");
    CheckMapping(object, before, reference.begin(), reference.end(), can);
  }

  // The mapping covers the one before, and what was mapped now.
  static void CheckMapping(const Object& object,
                           const absl::optional<ByteRange>& before, Wide begin,
                           Wide end, bool mapped) {
    const auto& now = object.memory.mapping();
    INCOHERENT_CHECK(now.has_value() == (before.has_value() || mapped),
                     "mapped now or before");
    if (!now.has_value()) return;
    Wide least = mapped ? begin : Wide{before->offset};
    Wide most = mapped ? end : Wide{before->end()};
    if (before.has_value()) {
      if (before->offset < least) least = before->offset;
      if (before->end() > most) most = before->end();
    }
    INCOHERENT_CHECK(now->offset == least && now->end() == most,
                     "both ranges are mapped, and what lies between them");
  }

  void Unmap(Object& object) {
    const CommandForm form = Form();
    const bool mapped = object.memory.mapping().has_value();
    const absl::Status status = object.memory.Unmap(form);
    std::set<std::string> broken;
    if (!mapped) {
      broken.insert(form == CommandForm::kMapMemory
                        ? "VUID-vkUnmapMemory-memory-00689"
                        : "VUID-VkMemoryUnmapInfo-memory-07964");
    }
    CheckUsage(status, broken);
    INCOHERENT_CHECK(!object.memory.mapping().has_value(), "it is not mapped");
  }

  void Synchronize(Object& object, void (ObjectBytes::*act)(const ByteRange&)) {
    const DeviceMemory& memory = object.memory;
    const ByteRange mapping = MappingOf(object);
    const uint64_t offset = arguments_.Number(memory.info().size, mapping);
    const uint64_t size = arguments_.Number(memory.info().size, mapping);
    const auto ruling = memory.ResolveMappedRange(offset, size);
    if (!memory.mapping().has_value()) {
      CheckUsage(ruling.usage, {"VUID-VkMappedMemoryRange-memory-00684"});
      INCOHERENT_CHECK(ruling.effect.empty(), "no byte is touched");
      return;
    }
    const ReferenceMappedRange reference = {memory.info().size,
                                            memory.atoms().atom_size(),
                                            mapping.offset,
                                            mapping.end(),
                                            offset,
                                            size};
    CheckUsage(ruling.usage, reference.BrokenRules());
    CheckEffect(object, offset, size, ruling.effect);
    if (object.bytes != nullptr) (object.bytes.get()->*act)(ruling.effect);
  }

  // Whole atoms, and nothing that was not asked for.
  static void CheckEffect(const Object& object, uint64_t offset, uint64_t size,
                          const ByteRange& effect) {
    if (effect.empty()) return;
    const DeviceMemory& memory = object.memory;
    INCOHERENT_CHECK(memory.mapping()->Contains(effect), "it is mapped");
    INCOHERENT_CHECK(effect.offset >= offset, "it begins in the range");
    INCOHERENT_CHECK(
        size == kWholeSize || Wide{effect.end()} <= Wide{offset} + size,
        "it ends in the range");
    const uint64_t atom = memory.atoms().atom_size();
    INCOHERENT_CHECK(effect.offset % atom == 0, "it begins with an atom");
    INCOHERENT_CHECK(
        effect.end() % atom == 0 || effect.end() == memory.info().size,
        "it ends with one");
  }

  static void CheckUsage(const absl::Status& usage,
                         const std::set<std::string>& broken) {
    INCOHERENT_CHECK(usage.ok() == broken.empty(),
                     "valid if the reference says so");
    INCOHERENT_CHECK(
        usage.ok() || broken.count(VuidOf(usage).value_or("")) == 1,
        "the rule is one of those that are broken");
  }

  // Some bytes of `all`.
  ByteRange Part(const ByteRange& all) {
    if (all.empty()) return all;
    const uint64_t skip = (source_.Byte() * 3 + source_.Below(3)) % all.size;
    return {all.offset + skip, source_.Byte() % (all.size - skip + 1)};
  }

  // Through the mapping, or not at all.
  void HostStore(Object& object) {
    if (object.bytes == nullptr) return;
    const ByteRange range = Part(MappingOf(object));
    object.bytes->HostStore(range, source_.Byte());
  }

  void DeviceStore(Object& object) {
    if (object.bytes == nullptr) return;
    const ByteRange range = Part({0, object.bytes->size()});
    object.bytes->DeviceStore(range, source_.Byte());
  }

  void LetTheCacheAct(Object& object) {
    if (object.bytes == nullptr || object.bytes->size() == 0) return;
    const uint64_t byte = source_.Byte() * 3 % object.bytes->size();
    source_.Bool() ? object.bytes->Evict(byte) : object.bytes->Refill(byte);
  }

  ByteSource& source_;
  MemoryProperties properties_;
  MemoryArguments arguments_;
  MemoryFeatures features_;
  uint32_t physical_devices_ = 1;
  WriteBack write_back_ = WriteBack::kWholeAtom;
  HeapUsage heaps_;
  std::vector<uint64_t> allocated_;  // by heap, as it should be
  std::vector<Wide> imported_;
  std::vector<Object> objects_;
};

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  incoherent::ByteSource source(data, size);
  incoherent::MemoryApi(source).Run();
  return 0;
}
