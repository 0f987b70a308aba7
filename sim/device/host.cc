#include "sim/device/host.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/device/host_allocation.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

// Each host's addresses begin in a region of its own, so that a pointer of one
// means nothing to another; above all that fits into 32 bits, and at a multiple
// of every alignment.
constexpr int kRegions = 1 << 16;
constexpr int kRegionBits = 47;
constexpr uint64_t kMostAddresses = uint64_t{1} << 46;

uint64_t NextRegion() {
  static std::atomic<uint64_t> next{0};
  return (next++ % kRegions << kRegionBits) + (uint64_t{1} << 40);
}

}  // namespace

Host::Host(const HostOptions& options)
    : journey_([this](const Hazard& hazard) { OnHazard(hazard); },
               {options.report_useless_sync}),
      addresses_(NextRegion(),
                 std::min(options.address_space_size, kMostAddresses)),
      thread_(journey_.AddThread()) {}

std::vector<DeviceFinding> Host::findings() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return findings_;
}

std::vector<std::string> Host::LivePages() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::set<const HostAllocation*> live;
  std::vector<std::string> names;
  for (const auto& entry : pages_) {
    if (entry.second->released() || !live.insert(entry.second).second) continue;
    names.push_back(entry.second->info().name);
  }
  return names;
}

ThreadId Host::AddThread() {
  std::lock_guard<std::mutex> lock(mutex_);
  return ThreadId{journey_.AddThread()};
}

void Host::SetThread(ThreadId thread) {
  std::lock_guard<std::mutex> lock(mutex_);
  thread_ = IndexOf(thread);
}

Journey::Moment Host::Post() {
  std::lock_guard<std::mutex> lock(mutex_);
  return journey_.Post(thread_);
}

void Host::Await(const Journey::Moment& moment) {
  std::lock_guard<std::mutex> lock(mutex_);
  journey_.Await(thread_, moment);
}

OperationId Host::NewOperation(std::string text) {
  operations_.push_back(std::move(text));
  return operations_.size();
}

void Host::Tell(DeviceFinding finding, Listener& listener) {
  findings_.push_back(std::move(finding));
  listener.Hear(findings_.back());
}

void Host::OnHazard(const Hazard& hazard) {
  INCOHERENT_CHECK(listener_ != nullptr, "hazards come of somebody's calls");
  const auto text = [this](OperationId id) {
    return id == 0 ? std::string("nothing") : operations_[id - 1];
  };
  const auto name = names_.find(hazard.payload);
  DeviceFinding finding;
  finding.hazard = hazard;
  finding.message = absl::StrCat(
      HazardKindName(hazard.kind), ": ",
      name == names_.end() ? "memory" : name->second, "[", hazard.range.offset,
      ", ", hazard.range.end(), "): '", text(hazard.earlier), "', then '",
      text(hazard.later), "'; missing: ", MissingStepName(hazard.missing));
  Tell(std::move(finding), *listener_);
}

std::shared_ptr<HostAllocation> Host::PagesAt(uint64_t address,
                                              uint64_t* offset) const {
  auto after = pages_.upper_bound(address);
  if (after == pages_.begin()) return nullptr;
  --after;
  *offset = address - after->first;
  if (*offset >= after->second->size()) return nullptr;
  // Null as well where the last owner is letting go of them just now.
  return after->second->weak_from_this().lock();
}

}  // namespace incoherent
