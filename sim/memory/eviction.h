#ifndef INCOHERENT_SIM_MEMORY_EVICTION_H_
#define INCOHERENT_SIM_MEMORY_EVICTION_H_

// EvictionPolicy: what a host cache does on its own.
//
// Hardware may write a dirty atom back or refill a stale one at any moment; a
// program that relies on either, or on neither, is wrong. The policy decides:
//
//   lazy           never: whatever may be lost or missed is
//   eager          always: looks like a coherent desktop
//   random:SEED    a coin per atom at each opportunity; same seed, same run
//
// An opportunity is any moment at which the simulation calls Run.

#include <cstdint>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/host_view.h"

namespace incoherent {

struct EvictionPolicy {
  enum class Kind { kLazy, kEager, kRandom };

  Kind kind = Kind::kLazy;
  uint64_t seed = 0;  // of kRandom

  // Reads "lazy", "eager", "random" (seed 0) or "random:SEED".
  static absl::StatusOr<EvictionPolicy> Parse(absl::string_view text);
  std::string ToString() const;
};

// Applies a policy to host views. `coins` is the only source of chance, it is
// not drawn from unless the policy is random, and it outlives the evictor.
class Evictor {
 public:
  Evictor(EvictionPolicy policy, std::mt19937_64& coins)
      : policy_(policy), coins_(coins) {}

  // Lets every atom of the range that is dirty or stale take its chance.
  void Run(HostView& host, const ByteRange& range);

 private:
  bool Chance();

  EvictionPolicy policy_;
  std::mt19937_64& coins_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_EVICTION_H_
