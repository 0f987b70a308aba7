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
// The kernel tells that a page was written. If nothing on the page differs from
// what it held when it was last in step, then the store was silent, and what is
// flushed there was stored. If something differs, that explains the write, and
// silent stores beside it stay unseen.
//
// A fresh view holds noise, and one byte in 256 that is stored over it has the
// noise's value by chance. Where each byte is written back by itself, a gap of
// one or two such bytes between changed ones was stored as well.

#include "sim/icd/write_watch.h"
#include "sim/memory/host_view.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class SilentStores {
 public:
  // Sees none.
  SilentStores() = default;
  explicit SilentStores(const WriteWatch& watch) : watch_(watch) {}

  // Before a flush of `range`: marks in `host` what must have been stored.
  void Mark(HostView& host, const ByteRange& range);

  // Before stores of our own into the view: notes what the host wrote so far.
  void Note(const HostView& host, const ByteRange& range);
  // After them: what the kernel saw since was us.
  void ForgetOwnStores(const ByteRange& range) { watch_.TakeWritten(range); }

  // What the host stored into the range no longer matters.
  void Forget(const HostView& host, const ByteRange& range);

 private:
  void MarkUnchangedPages(HostView& host, const ByteRange& range);

  WriteWatch watch_;
  RangeSet written_;  // on pages that were written, not yet explained
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_SILENT_STORES_H_
