#include "sim/memory/eviction.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace incoherent {

absl::StatusOr<EvictionPolicy> EvictionPolicy::Parse(absl::string_view text) {
  if (text == "lazy") return EvictionPolicy{Kind::kLazy, 0};
  if (text == "eager") return EvictionPolicy{Kind::kEager, 0};
  if (text == "random") return EvictionPolicy{Kind::kRandom, 0};
  absl::string_view seed = text;
  uint64_t value = 0;
  if (absl::ConsumePrefix(&seed, "random:") && absl::SimpleAtoi(seed, &value)) {
    return EvictionPolicy{Kind::kRandom, value};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", text,
                   "' is no eviction policy; say lazy, eager, random or "
                   "random:SEED (SEED a number)"));
}

std::string EvictionPolicy::ToString() const {
  switch (kind) {
    case Kind::kLazy:
      return "lazy";
    case Kind::kEager:
      return "eager";
    case Kind::kRandom:
      break;
  }
  return absl::StrCat("random:", seed);
}

bool Evictor::Chance() {
  return policy_.kind == EvictionPolicy::Kind::kEager || (coins_() & 1) != 0;
}

void Evictor::Run(HostView& host, const ByteRange& range) {
  if (policy_.kind == EvictionPolicy::Kind::kLazy) return;
  host.atoms().ForEachAtom(range, [&](const ByteRange& atom) {
    if (host.HasDirtyByte(atom) && Chance()) host.WriteBackAtom(atom);
    // A cache holds a dirty line until it is written back: it fetches no line
    // over it, not even into its clean bytes.
    if (host.HasDirtyByte(atom) || !host.HasStaleByte(atom)) return;
    if (Chance()) host.RefillAtom(atom);
  });
}

}  // namespace incoherent
