#include "sim/icd/silent_stores.h"

#include <vector>

#include "sim/icd/host_pages.h"

namespace incoherent {
namespace {

constexpr uint64_t kLongestGap = 2;

bool EachByteByItself(const HostView& host) {
  return host.write_back() == WriteBack::kDirtyBytes ||
         host.atoms().atom_size() <= kLongestGap;
}

bool ShowsNoise(const HostView& host, const ByteRange& range) {
  for (uint64_t byte = range.offset; byte < range.end(); ++byte) {
    uint8_t value = 0;
    host.Load(byte, absl::MakeSpan(&value, 1));
    if (value != HostPages::NoiseAt(byte)) return false;
  }
  return true;
}

// Marks the short gaps of noise between dirty bytes of one page.
void MarkNoiseGaps(HostView& host, const ByteRange& page) {
  uint64_t gap = page.end();  // where the present gap begins, once it can
  for (uint64_t byte = page.offset; byte < page.end(); ++byte) {
    if (!host.HasDirtyByte({byte, 1})) continue;
    const uint64_t size = byte > gap ? byte - gap : 0;
    if (size > 0 && size <= kLongestGap && ShowsNoise(host, {gap, size})) {
      host.MarkStored({gap, size});
    }
    gap = byte + 1;
  }
}

// Whether the device has changed every atom since it was last in step.
bool EveryAtomIsStale(const HostView& host, const ByteRange& range) {
  bool stale = true;
  host.atoms().ForEachAtom(range, [&](const ByteRange& atom) {
    stale = stale && host.HasStaleByte(atom);
  });
  return stale;
}

}  // namespace

AtomGrid SilentStores::PagesOf(const HostView& host) {
  return AtomGrid(HostPages::PageSize(), host.atoms().object_size());
}

void SilentStores::Note(const HostView& host,
                        const std::vector<ByteRange>& written) {
  const ByteRange object = {0, host.atoms().object_size()};
  for (const ByteRange& run : written) {
    PagesOf(host).ForEachAtom(Intersect(run, object),
                              [&](const ByteRange& page) {
                                if (!host.HasDirtyByte(page))
                                  written_.Insert(page);
                              });
  }
}

void SilentStores::Mark(HostView& host, const ByteRange& range) {
  MarkUnchangedPages(host, range);
  if (!EachByteByItself(host)) return;
  PagesOf(host).ForEachAtom(range, [&](const ByteRange& page) {
    const ByteRange part = Intersect(page, range);
    if (host.HasDirtyByte(part)) MarkNoiseGaps(host, part);
  });
}

void SilentStores::MarkUnchangedPages(HostView& host, const ByteRange& range) {
  const AtomGrid pages = PagesOf(host);
  for (const ByteRange& run : written_.RunsIn(range)) {
    pages.ForEachAtom(run, [&](const ByteRange& page) {
      if (host.HasDirtyByte(page)) {
        written_.Erase(page);
        return;
      }
      const ByteRange named = Intersect(page, run);
      const bool all = named == page;
      if (!all || EveryAtomIsStale(host, page)) host.MarkStored(named);
      written_.Erase(named);
    });
  }
}

void SilentStores::Forget(const HostView& host, const ByteRange& range) {
  written_.Erase(host.atoms().Outward(range));
}

}  // namespace incoherent
