#ifndef INCOHERENT_SIM_CLI_KERNEL_FEATURES_H_
#define INCOHERENT_SIM_CLI_KERNEL_FEATURES_H_

// What the kernel can do to tell which pages a program wrote.
//
// The probes use the features on a few pages of their own. Their errors are one
// line: what was tried, and what the kernel said.

#include <string>

#include "absl/status/status.h"

namespace incoherent {

// "Linux 6.1.0-18-amd64".
std::string KernelRelease();

// userfaultfd(2) with UFFD_FEATURE_WP_ASYNC: the kernel itself notes writes to
// protected pages (Linux 6.7).
absl::Status ProbeAsyncWriteProtection();

// The PAGEMAP_SCAN ioctl of /proc/self/pagemap: finds those pages and protects
// them again (Linux 6.7).
absl::Status ProbePagemapScan();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_KERNEL_FEATURES_H_
