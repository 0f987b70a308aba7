#ifndef INCOHERENT_SIM_ICD_FINDING_DESK_H_
#define INCOHERENT_SIM_ICD_FINDING_DESK_H_

// FindingDesk: where the findings of the process come together, and from where
// they go to stderr, to the application's messengers and to the report files.
//
// There is one in a process, from the moment that the ICD is loaded to the very
// end, when it says the summary, writes the report once more, and has the
// process end with the asked-for status if there were errors. A forked child
// begins with an empty one of its own.
//
// Thread-safe. Hold no lock of the ICD, since messengers are the application's
// code, or put a MessengerHold (messenger.h) before it.

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "sim/findings/finding_log.h"
#include "sim/findings/suppressions.h"
#include "sim/icd/options.h"
#include "sim/icd/report_files.h"

namespace incoherent {

class FindingDesk {
 public:
  static FindingDesk& OfThisProcess();

  // There is an instance: from now on there is a report. Of several instances,
  // the latest decides. `downstream` is the driver's name.
  void Open(const Options& options, absl::string_view profile,
            absl::string_view downstream, Suppressions suppressions);

  // See ReportFinding and CountIfKnown in voice.h.
  void Add(Finding finding, uint64_t place);
  bool CountIfKnown(const Finding& finding, uint64_t place);

  // The exit status that the findings ask for; none: leave it as it is.
  absl::optional<int> ExitStatus() const;

  // Says the summary and writes the final report.
  void Close();

 private:
  Report MakeReport() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteReportSoFar();

  FindingLog log_;

  // Also keeps two reports from being written at once.
  mutable absl::Mutex mutex_;
  absl::optional<ReportFiles> files_ ABSL_GUARDED_BY(mutex_);
  std::string profile_ ABSL_GUARDED_BY(mutex_);
  std::string downstream_ ABSL_GUARDED_BY(mutex_);
  absl::optional<int> error_exitcode_ ABSL_GUARDED_BY(mutex_);
  int reports_written_ ABSL_GUARDED_BY(mutex_) = 0;
  std::chrono::steady_clock::time_point last_written_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_FINDING_DESK_H_
