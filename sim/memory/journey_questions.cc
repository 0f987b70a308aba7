// What the journey knows, for whoever asks; no event of anybody.

#include "sim/memory/journey.h"
#include "sim/memory/range_set.h"

namespace incoherent {
namespace {

using Writer = ByteHistory::Writer;

}  // namespace

size_t Journey::RunCount(PayloadId payload) const {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  return payloads_[payload].runs.run_count();
}

bool Journey::IsPending(ThreadId thread, PayloadId payload) const {
  INCOHERENT_CHECK(thread < threads_.size(), "no such thread");
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  const VectorClock& known = threads_[thread].known;
  const ByteRange all = {0, payloads_[payload].info.size};
  bool pending = false;
  payloads_[payload].runs.ForEach(
      all, [&](const ByteRange&, const ByteHistory& byte) {
        pending |= byte.writer == Writer::kDevice && !known.Knows(byte.written);
        for (const ByteHistory::Read& read : byte.reads) {
          pending |= read.IsPending(known);
        }
      });
  return pending;
}

bool Journey::HasWaitedFor(ThreadId thread, const Moment& moment) const {
  INCOHERENT_CHECK(thread < threads_.size(), "no such thread");
  return threads_[thread].known.Includes(moment);
}

bool Journey::HoldsFlushedBytes(PayloadId payload,
                                const ByteRange& range) const {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  bool holds = false;
  payloads_[payload].runs.ForEach(
      range, [&](const ByteRange&, const ByteHistory& byte) {
        holds |= byte.writer != Writer::kNobody && !byte.dirty;
      });
  return holds;
}

std::vector<ByteRange> Journey::NeverWritten(PayloadId payload,
                                             const ByteRange& range) const {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  RangeSet unwritten;
  payloads_[payload].runs.ForEach(
      range, [&](const ByteRange& run, const ByteHistory& byte) {
        if (byte.writer == Writer::kNobody && !byte.discarded) {
          unwritten.Insert(run);
        }
      });
  return unwritten.RunsIn(range);
}

std::vector<ByteRange> Journey::LastWrittenBy(PayloadId payload,
                                              const ByteRange& range,
                                              OperationId operation) const {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  RangeSet written;
  payloads_[payload].runs.ForEach(
      range, [&](const ByteRange& run, const ByteHistory& byte) {
        if (byte.writer != Writer::kNobody && byte.operation == operation) {
          written.Insert(run);
        }
      });
  return written.RunsIn(range);
}

std::vector<ByteRange> Journey::Unreadable(ThreadId thread,
                                           ReferenceId reference) const {
  INCOHERENT_CHECK(thread < threads_.size(), "no such thread");
  INCOHERENT_CHECK(reference < references_.size(), "no such reference");
  const Payload& payload = payloads_[references_[reference].payload];
  const VectorClock& known = threads_[thread].known;
  RangeSet unreadable;
  payload.runs.ForEach({0, payload.runs.size()}, [&](const ByteRange& run,
                                                     const ByteHistory& byte) {
    if (byte.writer != Writer::kDevice) return;
    const bool pending = !known.Knows(byte.written);
    const bool barrier_told = options_.host_domain == HostDomain::kReport &&
                              !byte.IsHostAvailable(known);
    const bool unseen =
        !ReachedHost(byte, known) ||
        (IsNonCoherent(reference) && !byte.IsHostVisible(reference, known));
    if (pending || barrier_told || unseen) unreadable.Insert(run);
  });
  return unreadable.RunsIn({0, payload.runs.size()});
}

std::vector<ByteRange> Journey::NotHostAvailable(ThreadId thread,
                                                 PayloadId payload) const {
  INCOHERENT_CHECK(thread < threads_.size(), "no such thread");
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  const VectorClock& known = threads_[thread].known;
  const RunMap<ByteHistory>& runs = payloads_[payload].runs;
  RangeSet unavailable;
  runs.ForEach(
      {0, runs.size()}, [&](const ByteRange& run, const ByteHistory& byte) {
        if (byte.writer == Writer::kDevice && !byte.IsHostAvailable(known)) {
          unavailable.Insert(run);
        }
      });
  return unavailable.RunsIn({0, runs.size()});
}

}  // namespace incoherent
