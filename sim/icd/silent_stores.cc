#include "sim/icd/silent_stores.h"

#include <vector>

#include "sim/icd/host_pages.h"

namespace incoherent {

void SilentStores::Note(const HostView& host, const ByteRange& range) {
  const ByteRange object = {0, host.atoms().object_size()};
  for (const ByteRange& run : watch_.TakeWritten(range)) {
    written_.Insert(Intersect(run, object));
  }
}

void SilentStores::Mark(HostView& host, const ByteRange& range) {
  Note(host, range);
  const AtomGrid pages(HostPages::PageSize(), host.atoms().object_size());
  for (const ByteRange& run : written_.RunsIn(range)) {
    pages.ForEachAtom(run, [&](const ByteRange& page) {
      if (host.HasDirtyByte(page)) {
        written_.Erase(page);
        return;
      }
      const ByteRange silent = Intersect(page, run);
      host.MarkStored(silent);
      written_.Erase(silent);
    });
  }
}

void SilentStores::Forget(const HostView& host, const ByteRange& range) {
  written_.Erase(host.atoms().Outward(range));
}

}  // namespace incoherent
