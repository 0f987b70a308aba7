#ifndef INCOHERENT_SIM_CLI_VERSION_H_
#define INCOHERENT_SIM_CLI_VERSION_H_

namespace incoherent {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_VERSION_H_
