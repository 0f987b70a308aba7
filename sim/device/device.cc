// Memory objects, the host's accesses, threads and findings.

#include "sim/device/device.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

DeviceOptions DeviceOptions::Of(const Profile& profile, EvictionPolicy policy) {
  DeviceOptions options;
  options.memory = profile.memory;
  options.write_back = profile.write_back;
  options.policy = policy;
  return options;
}

Device::Device(const DeviceOptions& options)
    : options_(options),
      coins_(options.policy.seed),
      heaps_(options.memory.heaps),
      journey_([this](const Hazard& hazard) { AddHazard(hazard); },
               {options.report_useless_sync}),
      machine_([this](const Command& command, const std::string& error) {
        Told(absl::InvalidArgumentError(error), command.text).IgnoreError();
      }),
      schedule_(options.policy.kind, machine_, objects_, coins_) {
  thread_ = journey_.AddThread();
}

DeviceObjectMemory& Device::Object(MemoryId memory) {
  INCOHERENT_CHECK(
      IndexOf(memory) < objects_.size() && objects_[IndexOf(memory)] != nullptr,
      "a memory object that exists");
  return *objects_[IndexOf(memory)];
}

absl::StatusOr<MemoryId> Device::Allocate(const AllocateRequest& request) {
  DeviceMemoryState state;
  state.properties = &options_.memory;
  state.features = options_.features;
  state.live_allocations = live_allocations_;
  state.heaps = &heaps_;
  const absl::Status status =
      Told(CheckAllocation(state, request), "vkAllocateMemory");
  if (!status.ok()) return status;
  // The two domains, their marks, and a host view with its marks.
  if (!ZeroedBytes::Fits(5 * request.size)) {
    return ReturnCodeError(ReturnCode::kOutOfHostMemory,
                           "the simulation has no room for so many bytes");
  }
  DeviceMemoryInfo info;
  info.size = request.size;
  info.type_index = request.type_index;
  info.type = options_.memory.types[request.type_index];
  info.non_coherent_atom_size = options_.memory.limits.non_coherent_atom_size;
  info.multi_instance = HasMultipleInstances(state, request);
  heaps_.Take(info.type.heap_index, info.size);

  const bool device_coherent = info.type.Has(kDeviceCoherentAmd);
  auto payload = std::make_shared<DevicePayload>(
      info.size, device_coherent,
      /*merged=*/device_coherent && info.type.Has(kHostCoherent));
  if (options_.undefined_contents && !request.flags.zero_initialize) {
    payload->MakeUndefined(payload->all());
  }
  machine_.AddPayload(payload);
  Journey::PayloadInfo journey_info;
  journey_info.size = info.size;
  journey_info.atom_size = info.non_coherent_atom_size;
  journey_info.non_coherent = info.type.IsNonCoherent();
  journey_info.device_coherent = device_coherent;
  journey_info.whole_atoms = options_.write_back == WriteBack::kWholeAtom;
  return AddObject(info, std::move(payload), journey_.AddPayload(journey_info));
}

absl::StatusOr<MemoryId> Device::AllocateSharing(MemoryId other) {
  const DeviceObjectMemory& object = Object(other);
  DeviceMemoryInfo info = object.rules().info();
  info.imported = true;
  heaps_.TakeImport(info.type.heap_index, info.size);
  return AddObject(info, object.payload(),
                   object_infos_[IndexOf(other)].payload);
}

absl::StatusOr<MemoryId> Device::AddObject(
    const DeviceMemoryInfo& info, std::shared_ptr<DevicePayload> payload,
    Journey::PayloadId journey_payload) {
  const auto id = MemoryId{static_cast<uint32_t>(objects_.size())};
  objects_.push_back(std::make_unique<DeviceObjectMemory>(
      info, std::move(payload), options_.write_back));
  ObjectInfo object;
  object.name = absl::StrCat("memory", IndexOf(id));
  object.payload = journey_payload;
  object.reference = journey_.AddReference(journey_payload);
  object.heap = info.type.heap_index;
  object.imported = info.imported;
  object_infos_.push_back(object);
  ++live_allocations_;
  schedule_.Pass();
  return id;
}

absl::Status Device::Free(MemoryId memory) {
  DeviceObjectMemory& object = Object(memory);
  absl::Status status;
  for (const auto& entry : machine_.pending()) {
    for (const KernelMemory::Touch& touch : entry.second.touches) {
      if (touch.access.bytes.memory != memory || !status.ok()) continue;
      status = ValidUsageError(
          "VUID-vkFreeMemory-memory-00677",
          absl::StrCat("'", entry.second.command->text, "' has yet to run"));
    }
  }
  const ObjectInfo& info = object_infos_[IndexOf(memory)];
  const uint64_t size = object.rules().info().size;
  info.imported ? heaps_.GiveBackImport(info.heap, size)
                : heaps_.GiveBack(info.heap, size);
  --live_allocations_;
  objects_[IndexOf(memory)].reset();
  schedule_.Pass();
  return Told(status, "vkFreeMemory");
}

absl::Status Device::Map(MemoryId memory, const MapRequest& request) {
  const absl::Status status = Object(memory).rules().Map(request).usage;
  schedule_.Pass();
  return Told(status, "vkMapMemory");
}

absl::Status Device::Unmap(MemoryId memory) {
  DeviceObjectMemory& object = Object(memory);
  const absl::Status status = object.rules().Unmap(CommandForm::kMapMemory);
  if (status.ok()) object.Abandon();
  schedule_.Pass();
  return Told(status, "vkUnmapMemory");
}

absl::Status Device::Flush(MemoryId memory, uint64_t offset, uint64_t size) {
  DeviceObjectMemory& object = Object(memory);
  const Ruling<ByteRange> ruling =
      object.rules().ResolveMappedRange(offset, size);
  if (!ruling.effect.empty()) {
    journey_.Flush(
        thread_, object_infos_[IndexOf(memory)].reference, ruling.effect,
        NewOperation(absl::StrCat("flush ", NameOf({memory, ruling.effect}))));
    object.Flush(ruling.effect);
  }
  schedule_.Pass();
  return Told(ruling.usage, "vkFlushMappedMemoryRanges");
}

absl::Status Device::Invalidate(MemoryId memory, uint64_t offset,
                                uint64_t size) {
  DeviceObjectMemory& object = Object(memory);
  const Ruling<ByteRange> ruling =
      object.rules().ResolveMappedRange(offset, size);
  if (!ruling.effect.empty()) {
    journey_.Invalidate(thread_, object_infos_[IndexOf(memory)].reference,
                        ruling.effect,
                        NewOperation(absl::StrCat(
                            "invalidate ", NameOf({memory, ruling.effect}))));
    object.Invalidate(ruling.effect);
  }
  schedule_.Pass();
  return Told(ruling.usage, "vkInvalidateMappedMemoryRanges");
}

void Device::SetName(MemoryId memory, absl::string_view name) {
  Object(memory);
  object_infos_[IndexOf(memory)].name = std::string(name);
}

absl::Status Device::CheckHostAccess(MemoryId memory,
                                     const ByteRange& range) const {
  const auto& object = objects_[IndexOf(memory)];
  const absl::optional<ByteRange>& mapping = object->rules().mapping();
  if (!mapping) return absl::InvalidArgumentError("the memory is not mapped");
  if (!mapping->Contains(range)) {
    return absl::InvalidArgumentError(
        absl::StrCat("bytes [", range.offset, ", ", range.end(),
                     ") are not in the mapping [", mapping->offset, ", ",
                     mapping->end(), ")"));
  }
  return absl::OkStatus();
}

absl::Status Device::Store(MemoryId memory, uint64_t offset,
                           absl::Span<const uint8_t> values) {
  DeviceObjectMemory& object = Object(memory);
  const ByteRange range = {offset, values.size()};
  const absl::Status status = CheckHostAccess(memory, range);
  if (!status.ok()) return Told(status, "host store");
  if (range.empty()) return absl::OkStatus();
  journey_.HostWrite(
      thread_, object_infos_[IndexOf(memory)].reference, range,
      NewOperation(absl::StrCat("host store ", NameOf({memory, range}))));
  object.Store(offset, values);
  schedule_.Pass();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Byte>> Device::Load(MemoryId memory, uint64_t offset,
                                               uint64_t size) {
  DeviceObjectMemory& object = Object(memory);
  const ByteRange range = {offset, size};
  const absl::Status status = CheckHostAccess(memory, range);
  if (!status.ok()) return Told(status, "host load");
  std::vector<Byte> bytes;
  if (range.empty()) return bytes;
  journey_.HostRead(
      thread_, object_infos_[IndexOf(memory)].reference, range,
      NewOperation(absl::StrCat("host load ", NameOf({memory, range}))));
  for (uint64_t at = offset; at < range.end(); ++at) {
    bytes.push_back(object.Load(at));
  }
  schedule_.Pass();
  return bytes;
}

Byte Device::DeviceDomain(MemoryId memory, uint64_t offset) const {
  return objects_[IndexOf(memory)]->payload()->DeviceLoad(offset);
}

ThreadId Device::AddThread() { return ThreadId{journey_.AddThread()}; }

void Device::SetThread(ThreadId thread) { thread_ = IndexOf(thread); }

Journey::Moment Device::Post() { return journey_.Post(thread_); }

void Device::Await(const Journey::Moment& moment) {
  journey_.Await(thread_, moment);
}

std::string Device::NameOf(const MemoryRange& bytes) const {
  const uint32_t index = IndexOf(bytes.memory);
  const std::string name = index < object_infos_.size()
                               ? object_infos_[index].name
                               : std::string("no memory");
  return absl::StrCat(name, "[", bytes.range.offset, ", ", bytes.range.end(),
                      ")");
}

OperationId Device::NewOperation(std::string text) {
  operations_.push_back(std::move(text));
  return operations_.size();
}

absl::Status Device::Told(const absl::Status& status,
                          absl::string_view command) {
  if (status.ok() || ReturnCodeOf(status).has_value()) {
    if (!VuidOf(status)) return status;
  }
  DeviceFinding finding;
  finding.hazard.kind = HazardKind::kInvalidUsage;
  finding.vuid = VuidOf(status).value_or("");
  finding.message = absl::StrCat("invalid-usage: ", command, ": ",
                                 std::string(status.message()));
  if (!finding.vuid.empty()) {
    absl::StrAppend(&finding.message, " [", finding.vuid, "]");
  }
  AddFinding(std::move(finding));
  return status;
}

void Device::AddHazard(const Hazard& hazard) {
  const auto text = [this](OperationId id) {
    return id == 0 ? std::string("nothing") : operations_[id - 1];
  };
  std::string name = "memory";
  for (const ObjectInfo& object : object_infos_) {
    if (object.payload == hazard.payload) {
      name = object.name;
      break;
    }
  }
  DeviceFinding finding;
  finding.hazard = hazard;
  finding.message = absl::StrCat(
      HazardKindName(hazard.kind), ": ", name, "[", hazard.range.offset, ", ",
      hazard.range.end(), "): '", text(hazard.earlier), "', then '",
      text(hazard.later), "'; missing: ", MissingStepName(hazard.missing));
  AddFinding(std::move(finding));
}

void Device::AddFinding(DeviceFinding finding) {
  if (options_.on_finding) options_.on_finding(finding);
  findings_.push_back(std::move(finding));
}

std::vector<Hazard> Device::hazards() const {
  std::vector<Hazard> hazards;
  for (const DeviceFinding& finding : findings_) {
    hazards.push_back(finding.hazard);
  }
  return hazards;
}

}  // namespace incoherent
