#include "sim/icd/trap/watched_region.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr uint64_t kPage = 4096;
constexpr int kOpenProtection = PROT_READ | PROT_WRITE;
constexpr int kEchoes = 64;
// How long a removal waits for threads that are in a step, in microseconds.
constexpr int kMoment = 20;
constexpr int kPatience = 50000;

std::vector<ByteRange> PageRuns(const std::vector<ByteRange>& bytes) {
  std::vector<ByteRange> runs;
  for (const ByteRange& range : bytes) {
    const uint64_t begin = range.offset / kPage * kPage;
    const uint64_t end = (range.end() + kPage - 1) / kPage * kPage;
    if (!runs.empty() && begin <= runs.back().end()) {
      runs.back() = ByteRange::Between(runs.back().offset, end);
    } else {
      runs.push_back(ByteRange::Between(begin, end));
    }
  }
  return runs;
}

// The first of sorted runs that ends behind `offset`.
std::vector<ByteRange>::const_iterator FirstBehind(
    const std::vector<ByteRange>& runs, uint64_t offset) {
  return std::partition_point(
      runs.begin(), runs.end(),
      [offset](const ByteRange& run) { return run.end() <= offset; });
}

bool Meets(const std::vector<ByteRange>& runs, const ByteRange& range) {
  const auto run = FirstBehind(runs, range.offset);
  return run != runs.end() && run->offset < range.end();
}

// Calls visit(piece) for what is in `runs` and not in `others`; stops when it
// returns false.
template <typename Visit>
bool ForEachOnlyIn(const std::vector<ByteRange>& runs,
                   const std::vector<ByteRange>& others, Visit visit) {
  auto other = others.begin();
  for (const ByteRange& run : runs) {
    uint64_t at = run.offset;
    while (other != others.end() && other->end() <= at) ++other;
    for (auto cut = other;
         at < run.end() && cut != others.end() && cut->offset < run.end();
         ++cut) {
      if (cut->offset > at && !visit(ByteRange::Between(at, cut->offset))) {
        return false;
      }
      at = cut->end();
    }
    if (at < run.end() && !visit(ByteRange::Between(at, run.end()))) {
      return false;
    }
  }
  return true;
}

void CheckSorted(const std::vector<ByteRange>& ranges, uint64_t size) {
  uint64_t at = 0;
  for (const ByteRange& range : ranges) {
    INCOHERENT_CHECK(range.offset >= at && !range.empty() &&
                         Fits(range.offset, range.size, size),
                     "guarded ranges are sorted, apart and in the region");
    at = range.end();
  }
}

}  // namespace

WatchedRegion WatchedRegion::regions[kMaxRegions];
std::atomic<int> WatchedRegion::regions_used{0};

absl::StatusOr<WatchedRegion*> WatchedRegion::Add(absl::Span<uint8_t> bytes) {
  const auto begin = reinterpret_cast<uint64_t>(bytes.data());
  INCOHERENT_CHECK(begin % kPage == 0 && !bytes.empty(),
                   "a region begins at a page");
  WatchedRegion* region = std::find_if(
      std::begin(regions), std::end(regions), [](const WatchedRegion& r) {
        return r.begin_.load() == kNowhere && r.holders_.load() == 0;
      });
  if (region == std::end(regions)) {
    return absl::ResourceExhaustedError("4096 regions are trapped already");
  }
  region->process_.store(getpid());
  region->end_.store(begin + bytes.size());
  region->begin_.store(begin);  // from here on handlers find it
  const int used = static_cast<int>(region - regions) + 1;
  if (used > regions_used.load()) regions_used.store(used);
  return region;
}

void WatchedRegion::Remove() {
  Guard({}, 0, 0);
  const uint64_t begin = begin_.load();
  former_begin_.store(kNowhere);
  former_end_.store(end_.load());
  echoes_left_.store(kEchoes);
  former_begin_.store(begin);
  begin_.store(kNowhere);
  // A step takes microseconds; its thread may have to get a processor first.
  for (int i = 0; i < kPatience && holders_.load() != 0; ++i) usleep(kMoment);
  state_.store((state_.load() | 1) + 1);
  Retire(guarded_.exchange(nullptr));
}

void WatchedRegion::Guard(std::vector<ByteRange> bytes, int guilty_patience,
                          int innocent_patience) {
  CheckSorted(bytes, size());
  guilty_left_.store(guilty_patience);
  innocent_left_.store(innocent_patience);
  const Guarded* old = guarded_.load();
  const bool is_same =
      old == nullptr ? bytes.empty() : old->bytes == bytes && IsGuarding();
  if (is_same) return;

  auto next = std::make_unique<Guarded>();
  next->pages = PageRuns(bytes);
  next->bytes = std::move(bytes);
  if (next->pages.size() > kMaxPageRuns) {
    next->pages.resize(kMaxPageRuns);
    while (next->bytes.back().offset >= next->pages.back().end()) {
      next->bytes.pop_back();
    }
  }
  const Guarded* now = next.release();
  guarded_.store(now);
  // To the next version, guarding. A handler may give up at the same time.
  uint64_t before = state_.load();
  while (!state_.compare_exchange_weak(before, (before | 1) + 2)) {
  }
  const bool was_guarding = old != nullptr && (before & 1) != 0;
  const std::vector<ByteRange> none;
  if (!Change(was_guarding ? old->pages : none, now->pages)) GiveUp();
  // A handler that gave up meanwhile has opened what was closed after it.
  if (!IsGuarding()) OpenForGood();
  Retire(old);
}

bool WatchedRegion::Change(const std::vector<ByteRange>& from,
                           const std::vector<ByteRange>& to) const {
  return ForEachOnlyIn(from, to,
                       [&](const ByteRange& run) {
                         return Protect(run, kOpenProtection);
                       }) &&
         ForEachOnlyIn(to, from, [&](const ByteRange& run) {
           return Protect(run, PROT_NONE);
         });
}

void WatchedRegion::Retire(const Guarded* guarded) {
  if (guarded != nullptr) {
    guarded->retired_before = retired_;
    retired_ = guarded;
  }
  // Whoever comes to hold the region from here on sees none of these.
  if (holders_.load() != 0) return;
  while (retired_ != nullptr) {
    delete std::exchange(retired_, retired_->retired_before);
  }
}

WatchedRegion* WatchedRegion::Acquire(uint64_t address) {
  const int used = regions_used.load();
  for (int i = 0; i < used; ++i) {
    WatchedRegion& region = regions[i];
    if (!region.Watches(address)) continue;
    region.Hold();
    // As long as it is held it stays what it is.
    if (region.Watches(address)) return &region;
    region.Release();
  }
  return nullptr;
}

bool WatchedRegion::Watches(uint64_t address) const {
  const uint64_t begin = begin_.load();
  if (begin == kNowhere || address < begin) return false;
  // The last page is watched as a whole.
  return address / kPage <= (end_.load() - 1) / kPage;
}

bool WatchedRegion::WasWatched(uint64_t address) {
  const int used = regions_used.load();
  for (int i = 0; i < used; ++i) {
    WatchedRegion& region = regions[i];
    const uint64_t begin = region.former_begin_.load();
    if (begin == kNowhere || address < begin) continue;
    if (address / kPage > (region.former_end_.load() - 1) / kPage) continue;
    if (region.echoes_left_.fetch_sub(1) > 0) return true;
  }
  return false;
}

void WatchedRegion::ForgetHolders() {
  for (WatchedRegion& region : regions) region.holders_.store(0);
}

bool WatchedRegion::IsOfThisProcess() const {
  return process_.load() == getpid();
}

ByteRange WatchedRegion::Clip(uint64_t address, uint64_t size) const {
  const uint64_t begin = begin_.load();
  const uint64_t length = end_.load() - begin;
  const uint64_t before = address < begin ? begin - address : 0;
  const uint64_t offset =
      std::min(address < begin ? 0 : address - begin, length);
  const uint64_t left = size > before ? size - before : 0;
  return {offset, std::min(left, length - offset)};
}

bool WatchedRegion::MeetsGuardedByte(const ByteRange& range) const {
  const Guarded* guarded = guarded_.load();
  return guarded != nullptr && IsGuarding() && Meets(guarded->bytes, range);
}

bool WatchedRegion::MeetsGuardedPage(const ByteRange& range) const {
  const Guarded* guarded = guarded_.load();
  return guarded != nullptr && IsGuarding() &&
         Meets(guarded->pages, PagesOf(range));
}

ByteRange WatchedRegion::PagesOf(const ByteRange& range) const {
  return ByteRange::Between(range.offset / kPage * kPage,
                            (range.end() + kPage - 1) / kPage * kPage);
}

bool WatchedRegion::Protect(const ByteRange& pages, int protection) const {
  void* address = reinterpret_cast<void*>(begin_.load() + pages.offset);
  return mprotect(address, pages.size, protection) == 0;
}

void WatchedRegion::Open(const ByteRange& range) const {
  Protect(PagesOf(range), kOpenProtection);
}

void WatchedRegion::OpenForGood() const { Open({0, size()}); }

void WatchedRegion::CloseGuardedPages(const ByteRange& range) const {
  const Guarded* guarded = guarded_.load();
  if (guarded == nullptr || !IsGuarding()) return;
  for (auto run = FirstBehind(guarded->pages, range.offset);
       run != guarded->pages.end() && run->offset < range.end(); ++run) {
    Protect(Intersect(*run, range), PROT_NONE);
  }
}

void WatchedRegion::Settle(const ByteRange& range) const {
  const ByteRange pages = PagesOf(range);
  uint64_t state = state_.load();
  CloseGuardedPages(pages);
  while (state != state_.load()) {
    state = state_.load();
    Protect(pages, kOpenProtection);
    CloseGuardedPages(pages);
  }
}

bool WatchedRegion::CountAccess(bool is_guilty) {
  std::atomic<int>& left = is_guilty ? guilty_left_ : innocent_left_;
  if (left.fetch_sub(1) != 1) return false;
  GiveUp();
  return true;
}

void WatchedRegion::GiveUp() {
  uint64_t state = state_.load();
  if ((state & 1) == 0) return;
  const uint64_t open = state + 1;  // the next version, open
  if (!state_.compare_exchange_strong(state, open)) return;
  const ByteRange all{0, size()};
  Protect(PagesOf(all), kOpenProtection);
  if (state_.load() != open) Settle(all);
}

}  // namespace incoherent
