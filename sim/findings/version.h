#ifndef INCOHERENT_SIM_FINDINGS_VERSION_H_
#define INCOHERENT_SIM_FINDINGS_VERSION_H_

// The version of the whole, as its command and its reports state it.

namespace incoherent {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_VERSION_H_
