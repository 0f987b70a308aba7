#ifndef INCOHERENT_SIM_ICD_SILENT_STORES_H_
#define INCOHERENT_SIM_ICD_SILENT_STORES_H_

// SilentStores: stores of the host that changed no byte.
//
// A program that clears a counter before each frame stores zeros over the zeros
// that its stale view still shows, while the device has counted on. No byte of
// the view tells of the store, and yet its flush must reach the device.
//
// What shows nothing is taken for stored in two cases.
//
// The kernel tells that a page was written. If something on the page differs
// from what it held when it was last in step, that explains the write. If
// nothing does, the store was silent, and where it was must be guessed: in what
// a flush names of the page, if it names a part; if it names all of the page,
// only if the device has changed every atom of it.
//
// A fresh view holds noise, and one byte in 256 that is stored over it has the
// noise's value by chance. Where each byte is written back by itself, a gap of
// one or two such bytes between changed ones was stored as well.

#include <vector>

#include "sim/memory/host_view.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class SilentStores {
 public:
  // Before a flush of `range`: marks in `host` what must have been stored.
  void Mark(HostView& host, const ByteRange& range);

  // Takes the pages that the host wrote, and notes those of them on which no
  // byte has changed.
  void Note(const HostView& host, const std::vector<ByteRange>& written);

  // Calls visit(ByteRange page) for the pages without such a note.
  template <typename Visit>
  void ForEachOtherPage(const HostView& host, Visit visit) const {
    PagesOf(host).ForEachAtom({0, host.atoms().object_size()},
                              [&](const ByteRange& page) {
                                if (!written_.Intersects(page)) visit(page);
                              });
  }

  // What the host stored into the range no longer matters.
  void Forget(const HostView& host, const ByteRange& range);

 private:
  static AtomGrid PagesOf(const HostView& host);
  void MarkUnchangedPages(HostView& host, const ByteRange& range);

  RangeSet written_;  // on pages that were written and show nothing
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_SILENT_STORES_H_
