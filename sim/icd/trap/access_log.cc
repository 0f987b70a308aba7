#include "sim/icd/trap/access_log.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace incoherent {
namespace {

enum State : int { kFree, kInUse, kFilled };

struct Entry {
  std::atomic<int> state{kFree};
  const WatchedRegion* region;
  uint64_t number;
  TrappedAccess access;
};

Entry entries[AccessLog::kCapacity];
std::atomic<int> filled{0};
std::atomic<uint64_t> last_number{0};
std::atomic<uint64_t> dropped{0};
// Two that take would hide entries from each other for a moment.
std::mutex taking;

bool Move(Entry& entry, int from, int to) {
  return entry.state.compare_exchange_strong(from, to);
}

}  // namespace

bool AccessLog::Add(const WatchedRegion* region, const TrappedAccess& access) {
  const uint64_t number = last_number.fetch_add(1) + 1;
  for (int i = 0; i < kCapacity; ++i) {
    Entry& entry = entries[(number + i) % kCapacity];
    if (entry.state.load() != kFree || !Move(entry, kFree, kInUse)) continue;
    entry.region = region;
    entry.number = number;
    entry.access = access;
    filled.fetch_add(1);
    entry.state.store(kFilled);
    return true;
  }
  dropped.fetch_add(1);
  return false;
}

std::vector<TrappedAccess> AccessLog::Take(const WatchedRegion* region) {
  if (!HasEntries()) return {};
  const std::lock_guard<std::mutex> lock(taking);
  std::vector<std::pair<uint64_t, TrappedAccess>> found;
  for (Entry& entry : entries) {
    if (!Move(entry, kFilled, kInUse)) continue;
    const bool is_asked_for = entry.region == region;
    if (is_asked_for) {
      found.emplace_back(entry.number, entry.access);
      filled.fetch_sub(1);
    }
    entry.state.store(is_asked_for ? kFree : kFilled);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<TrappedAccess> accesses;
  accesses.reserve(found.size());
  for (const auto& [number, access] : found) accesses.push_back(access);
  return accesses;
}

bool AccessLog::HasEntries() { return filled.load() != 0; }

uint64_t AccessLog::Dropped() { return dropped.load(); }

}  // namespace incoherent
