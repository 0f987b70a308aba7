#ifndef INCOHERENT_SIM_ICD_REPORT_FILES_H_
#define INCOHERENT_SIM_ICD_REPORT_FILES_H_

// ReportFiles: the files that a process's findings go to.
//
// A reader never sees half a report: each is written beside its place and then
// renamed. What is no regular file (a pipe, /dev/stderr) is written to once, at
// the end. A file that cannot be written is complained of once.
//
//   ReportFiles files("out/report-%p.json", "");   // %p: the process
//   files.Write(report, ReportFiles::kSoFar);
//   files.Write(report, ReportFiles::kFinal);

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/findings/report.h"

namespace incoherent {

class ReportFiles {
 public:
  enum When { kSoFar, kFinal };

  // Empty names are no files. Relative ones are meant from where the process is
  // now.
  ReportFiles(absl::string_view json, absl::string_view sarif);

  void Write(const Report& report, When when) const;

 private:
  std::string json_;
  std::string sarif_;
};

// `name` with the number of the process for %p.
std::string WithProcess(absl::string_view name);

// The error is one line that names the file.
absl::Status WriteReportFile(const std::string& file, absl::string_view text,
                             ReportFiles::When when);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_REPORT_FILES_H_
