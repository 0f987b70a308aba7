// Caches that begin and end, by no step of a program's.

#include "sim/memory/journey.h"

namespace incoherent {
namespace {

using Writer = ByteHistory::Writer;

}  // namespace

void Journey::Abandon(ReferenceId reference) {
  Payload& payload = PayloadOf(reference);
  payload.runs.Update({0, payload.runs.size()},
                      [&](const ByteRange&, ByteHistory& byte) {
                        if (byte.dirty && byte.dirty->reference == reference) {
                          byte.dirty->abandoned = true;
                        }
                      });
}

void Journey::LoseCache(ReferenceId reference) {
  Payload& payload = PayloadOf(reference);
  payload.runs.Update({0, payload.runs.size()},
                      [&](const ByteRange&, ByteHistory& byte) {
                        if (byte.dirty && byte.dirty->reference == reference) {
                          byte.dirty.reset();
                        }
                      });
}

void Journey::SettleCache(ReferenceId reference) {
  Payload& payload = PayloadOf(reference);
  payload.runs.Update(
      {0, payload.runs.size()}, [&](const ByteRange&, ByteHistory& byte) {
        if (!byte.dirty || byte.dirty->reference != reference) return;
        // Whoever knows of the write may rely on it.
        if (byte.writer == Writer::kHost && byte.written == byte.dirty->event) {
          byte.host_available = {byte.written};
        }
        byte.dirty.reset();
      });
}

}  // namespace incoherent
