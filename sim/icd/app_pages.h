#ifndef INCOHERENT_SIM_ICD_APP_PAGES_H_
#define INCOHERENT_SIM_ICD_APP_PAGES_H_

// AppPages: the address at which the application alone reaches pages of ours.
//
// The ICD looks at the same pages through another mapping, so what the kernel
// tells of this one is what the application did: which pages it wrote
// (WriteWatch), and which bytes it touched that it must not yet (AccessTrap).

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/icd/host_pages.h"
#include "sim/icd/trap/access_trap.h"
#include "sim/icd/write_watch.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class AppPages {
 public:
  AppPages() = default;  // none
  AppPages(AppPages&& other) noexcept;
  AppPages& operator=(AppPages&& other) noexcept;
  AppPages(const AppPages&) = delete;
  AppPages& operator=(const AppPages&) = delete;
  ~AppPages();

  // All of `pages`, which are shareable, at an address that the system chooses.
  // With `trap`, Guard works where the system has what it takes.
  static absl::StatusOr<AppPages> Of(const HostPages& pages, bool trap);

  bool exist() const { return address_ != nullptr; }
  uint8_t* address() const { return address_; }

  // The pages of the range that were written since they were last taken; all of
  // it where the kernel does not tell.
  std::vector<ByteRange> TakeWritten(const ByteRange& range) const;

  AccessTrap& trap() { return trap_; }

 private:
  uint8_t* address_ = nullptr;
  uint64_t size_ = 0;
  WriteWatch watch_;
  AccessTrap trap_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_APP_PAGES_H_
