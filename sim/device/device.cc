// Memory objects and findings.

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
      host_(options.host),
      machine_([this](const Command& command, const std::string& error) {
        Told(absl::InvalidArgumentError(error), command.text).IgnoreError();
      }),
      schedule_(options.policy.kind, machine_, objects_, pages_, coins_) {
  if (host_ == nullptr) {
    HostOptions host;
    host.report_useless_sync = options.report_useless_sync;
    host_ = std::make_shared<Host>(host);
  }
  Lock lock(host_->mutex());
  journey_device_ = journey().AddDevice();
}

Device::~Device() {
  Schedule::Pages pages;  // which lock the host when they go
  Lock lock(host_->mutex());
  for (uint32_t index = 0; index < objects_.size(); ++index) {
    if (objects_[index]) Release(MemoryId{index});
  }
  for (const auto& known : known_pages_) {
    pages.push_back(known.lock());
    if (pages.back()) pages.back()->ForgetDevice(this);
  }
}

DeviceObjectMemory& Device::Object(MemoryId memory) {
  INCOHERENT_CHECK(
      IndexOf(memory) < objects_.size() && objects_[IndexOf(memory)] != nullptr,
      "a memory object that exists");
  return *objects_[IndexOf(memory)];
}

DeviceMemoryState Device::State() {
  DeviceMemoryState state;
  state.properties = &options_.memory;
  state.features = options_.features;
  state.physical_device_count = options_.physical_device_count;
  state.live_allocations = live_allocations_;
  state.heaps = &heaps_;
  return state;
}

DeviceMemoryInfo Device::InfoFor(const AllocateRequest& request) {
  DeviceMemoryInfo info;
  info.size = request.size;
  info.type_index = request.type_index;
  info.type = options_.memory.types[request.type_index];
  info.non_coherent_atom_size = options_.memory.limits.non_coherent_atom_size;
  info.multi_instance = HasMultipleInstances(State(), request);
  return info;
}

Journey::PayloadInfo Device::JourneyInfo(const DeviceMemoryInfo& info) const {
  Journey::PayloadInfo journey_info;
  journey_info.size = info.size;
  journey_info.atom_size = info.non_coherent_atom_size;
  journey_info.non_coherent = info.type.IsNonCoherent();
  journey_info.device_coherent = info.type.Has(kDeviceCoherentAmd);
  journey_info.whole_atoms = options_.write_back == WriteBack::kWholeAtom;
  return journey_info;
}

absl::StatusOr<MemoryId> Device::Allocate(const AllocateRequest& request) {
  Lock lock(host_->mutex());
  const absl::Status status =
      Told(CheckAllocation(State(), request), "vkAllocateMemory");
  if (!status.ok()) return status;
  // The two domains, their marks, and a host view with its marks.
  if (!ZeroedBytes::Fits(5, request.size)) {
    return ReturnCodeError(ReturnCode::kOutOfHostMemory,
                           "the simulation has no room for so many bytes");
  }
  const DeviceMemoryInfo info = InfoFor(request);
  heaps_.Take(info.type.heap_index, info.size);

  const Journey::PayloadInfo journey_info = JourneyInfo(info);
  const bool undefined =
      options_.undefined_contents && !request.flags.zero_initialize;
  auto payload = std::make_shared<DevicePayload>(
      info.size, journey_info.device_coherent,
      /*merged=*/journey_info.device_coherent && info.type.Has(kHostCoherent),
      undefined ? Contents::kUndefined : Contents::kZeros);
  machine_.AddPayload(payload);
  ObjectInfo object;
  object.payload = journey().AddPayload(journey_info);
  object.defined = !undefined;
  return AddObject(info, std::move(payload), std::move(object));
}

absl::StatusOr<MemoryId> Device::AllocateSharing(MemoryId other) {
  Lock lock(host_->mutex());
  const DeviceObjectMemory& object = Object(other);
  if (object_infos_[IndexOf(other)].pages) {
    return absl::InvalidArgumentError(
        "the memory is an import of host pages; import them once more");
  }
  DeviceMemoryInfo info = object.rules().info();
  info.imported = true;
  heaps_.TakeImport(info.type.heap_index, info.size);
  ObjectInfo sharing;
  sharing.payload = object_infos_[IndexOf(other)].payload;
  sharing.base = object_infos_[IndexOf(other)].base;
  sharing.defined = object_infos_[IndexOf(other)].defined;
  return AddObject(info, object.payload(), std::move(sharing));
}

MemoryId Device::AddObject(const DeviceMemoryInfo& info,
                           std::shared_ptr<DevicePayload> payload,
                           ObjectInfo object) {
  const auto id = MemoryId{static_cast<uint32_t>(objects_.size())};
  objects_.push_back(std::make_unique<DeviceObjectMemory>(
      info, std::move(payload), options_.write_back, object.base));
  object.name = absl::StrCat("memory", IndexOf(id));
  object.reference =
      journey().AddReference(object.payload, info.type.IsNonCoherent());
  object.heap = info.type.heap_index;
  object.imported = info.imported;
  if (!info.imported) host_->NamePayload(object.payload, object.name);
  object_infos_.push_back(std::move(object));
  ++live_allocations_;
  schedule_.Pass();
  return id;
}

absl::Status Device::Free(MemoryId memory) {
  std::shared_ptr<HostAllocation> pages;  // which locks the host when it goes
  Lock lock(host_->mutex());
  Object(memory);
  absl::Status status;
  for (const auto& entry : machine_.pending()) {
    for (const KernelMemory::Touch& touch : entry.second.touches) {
      if (touch.access.bytes.memory != memory || !status.ok()) continue;
      status = ValidUsageError(
          "VUID-vkFreeMemory-memory-00677",
          absl::StrCat("'", entry.second.command->text, "' has yet to run"));
    }
  }
  pages = object_infos_[IndexOf(memory)].pages;
  Release(memory);
  schedule_.Pass();
  return Told(status, "vkFreeMemory");
}

void Device::Release(MemoryId memory) {
  ObjectInfo& info = object_infos_[IndexOf(memory)];
  const uint64_t size = Object(memory).rules().info().size;
  info.imported ? heaps_.GiveBackImport(info.heap, size)
                : heaps_.GiveBack(info.heap, size);
  --live_allocations_;
  GiveBackAddress(info);
  // What it has not written back may never get anywhere now.
  objects_[IndexOf(memory)].reset();
  journey().LoseCache(info.reference);
  if (info.pages == nullptr) {
    if (!IsPayloadLive(info.payload)) journey().RemovePayload(info.payload);
    return;
  }
  info.pages->RemoveImport(this, memory);
  if (!info.pages->IsImportedBy(this)) {
    pages_.erase(std::remove(pages_.begin(), pages_.end(), info.pages),
                 pages_.end());
  }
  info.pages.reset();
}

bool Device::IsPayloadLive(Journey::PayloadId payload) const {
  for (size_t index = 0; index < objects_.size(); ++index) {
    if (objects_[index] && object_infos_[index].payload == payload) return true;
  }
  return false;
}

void Device::SetName(MemoryId memory, absl::string_view name) {
  Lock lock(host_->mutex());
  const DeviceMemoryInfo& info = Object(memory).rules().info();
  ObjectInfo& object = object_infos_[IndexOf(memory)];
  object.name = std::string(name);
  if (!info.imported) host_->NamePayload(object.payload, object.name);
}

std::string Device::NameOf(MemoryId memory) const {
  Lock lock(host_->mutex());
  return IndexOf(memory) < object_infos_.size()
             ? object_infos_[IndexOf(memory)].name
             : "no memory";
}

bool Device::IsLive(MemoryId memory) const {
  Lock lock(host_->mutex());
  return IndexOf(memory) < objects_.size() &&
         objects_[IndexOf(memory)] != nullptr;
}

DeviceMemoryInfo Device::InfoOf(MemoryId memory) const {
  Lock lock(host_->mutex());
  return const_cast<Device*>(this)->Object(memory).rules().info();
}

std::vector<MemoryId> Device::ObjectsThat(
    const std::function<bool(const DeviceObjectMemory&)>& wanted) const {
  Lock lock(host_->mutex());
  std::vector<MemoryId> found;
  for (uint32_t index = 0; index < objects_.size(); ++index) {
    if (objects_[index] && wanted(*objects_[index])) {
      found.push_back(MemoryId{index});
    }
  }
  return found;
}

std::vector<MemoryId> Device::LiveMemory() const {
  return ObjectsThat([](const DeviceObjectMemory&) { return true; });
}

std::vector<MemoryId> Device::MappedMemory() const {
  return ObjectsThat([](const DeviceObjectMemory& object) {
    return object.rules().mapping().has_value();
  });
}

Byte Device::DeviceDomain(MemoryId memory, uint64_t offset) const {
  Lock lock(host_->mutex());
  const uint32_t index = IndexOf(memory);
  if (index >= objects_.size() || !objects_[index] ||
      offset >= objects_[index]->rules().info().size) {
    return Byte::Undefined();
  }
  return objects_[index]->payload()->DeviceLoad(object_infos_[index].base +
                                                offset);
}

ThreadId Device::AddThread() { return host_->AddThread(); }

void Device::SetThread(ThreadId thread) { host_->SetThread(thread); }

Journey::Moment Device::Post() { return host_->Post(); }

void Device::Await(const Journey::Moment& moment) { host_->Await(moment); }

std::string Device::TextOf(const MemoryRange& bytes) const {
  const uint32_t index = IndexOf(bytes.memory);
  const std::string name = index < object_infos_.size()
                               ? object_infos_[index].name
                               : std::string("no memory");
  return absl::StrCat(name, "[", bytes.range.offset, ", ", bytes.range.end(),
                      ")");
}

absl::Status Device::Told(const absl::Status& status, absl::string_view command,
                          const absl::optional<MemoryRange>& bytes) {
  if (status.ok() || ReturnCodeOf(status).has_value()) {
    if (!VuidOf(status)) return status;
  }
  DeviceFinding finding;
  finding.hazard.kind = HazardKind::kInvalidUsage;
  finding.hazard.payload = kNoPayload;
  if (bytes && IndexOf(bytes->memory) < object_infos_.size()) {
    finding.hazard.payload = object_infos_[IndexOf(bytes->memory)].payload;
    finding.hazard.range = InPayload(*bytes);
  }
  finding.vuid = VuidOf(status).value_or("");
  finding.message = absl::StrCat("invalid-usage: ", command, ": ",
                                 std::string(status.message()));
  if (!finding.vuid.empty()) {
    absl::StrAppend(&finding.message, " [", finding.vuid, "]");
  }
  host_->Tell(std::move(finding), *this);
  return status;
}

absl::Status Device::Report(const absl::Status& broken, absl::string_view call,
                            const absl::optional<MemoryRange>& bytes) {
  Lock lock(host_->mutex());
  return Told(broken, call, bytes);
}

void Device::Hear(const DeviceFinding& finding) {
  if (options_.on_finding) options_.on_finding(finding);
  findings_.push_back(finding);
}

std::vector<DeviceFinding> Device::findings() const {
  Lock lock(host_->mutex());
  return findings_;
}

std::vector<Hazard> Device::hazards() const {
  Lock lock(host_->mutex());
  std::vector<Hazard> hazards;
  for (const DeviceFinding& finding : findings_) {
    hazards.push_back(finding.hazard);
  }
  return hazards;
}

}  // namespace incoherent
