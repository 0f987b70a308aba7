#ifndef INCOHERENT_SIM_HOST_GUARD_GUARD_ACCESS_H_
#define INCOHERENT_SIM_HOST_GUARD_GUARD_ACCESS_H_

// GuardAccess: what a guard is for.

#include <type_traits>

namespace incoherent {

enum class GuardAccess { kRead, kWrite, kReadWrite };

constexpr bool Reads(GuardAccess access) {
  return access != GuardAccess::kWrite;
}
constexpr bool Writes(GuardAccess access) {
  return access != GuardAccess::kRead;
}

// For members that only guards have which read, write, or both.
template <GuardAccess kAccess>
using IfReads = std::enable_if_t<Reads(kAccess), int>;
template <GuardAccess kAccess>
using IfWrites = std::enable_if_t<Writes(kAccess), int>;
template <GuardAccess kAccess>
using IfReadsAndWrites =
    std::enable_if_t<kAccess == GuardAccess::kReadWrite, int>;

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_GUARD_GUARD_ACCESS_H_
