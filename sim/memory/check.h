#ifndef INCOHERENT_SIM_MEMORY_CHECK_H_
#define INCOHERENT_SIM_MEMORY_CHECK_H_

// INCOHERENT_CHECK(condition, "what the caller did wrong");
//
// For what only a bug in Incoherent can cause; on in every build. What an
// application or a file can cause is an absl::Status instead. (Debian 12's
// Abseil is older than absl/log, so its ABSL_CHECK is not to be had.)

#include <cstdio>
#include <cstdlib>

#define INCOHERENT_CHECK(condition, message)                           \
  do {                                                                 \
    if (!(condition)) {                                                \
      std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", __FILE__, \
                   __LINE__, message, #condition);                     \
      std::abort();                                                    \
    }                                                                  \
  } while (false)

#endif  // INCOHERENT_SIM_MEMORY_CHECK_H_
