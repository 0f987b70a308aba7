#ifndef INCOHERENT_SIM_FINDINGS_REPORT_JSON_H_
#define INCOHERENT_SIM_FINDINGS_REPORT_JSON_H_

// A Report as JSON, "schema": "incoherent-report/1". Members are added from
// release to release, not renamed; a reader skips those that it does not know.
//
//   schema, profile, downstream, application[]
//   findings[{
//     kind                 "lost-host-write", ... (sim/memory/hazard.h)
//     severity             "error", "warning"
//     vuid (or null)
//     rule                 the anchor of the specification's text, or ""
//     count
//     memory (or null)     {handle "0x55d0", name, type_index, size}
//     range (or null)      {offset, size}; 2^64-1 is VK_WHOLE_SIZE
//     resource (or null)   {type, name, offset, size, handle "0x0"}
//     command (or null)    {name, submission (or null), index (or null), label
//                          (or null)}; the numbers null: a call of the host's,
//                          not a recorded one
//     bytes (or null)      {offset, host "0d f0", device "00 00"}
//     writer_stack[], reader_stack[]    frames, the innermost first
//     missing              "flush", ... "none" (sim/memory/hazard.h)
//     fix                  calls that one could paste, or ""
//     certain              false: possibly nothing is wrong
//     message
//   }]
//   summary{errors, warnings, by_kind{"lost-host-write": 2, ...}}
//
// Numbers are whole and have up to 64 bits. The reader does without what the
// first reports lacked: handle of a resource, label, fix, certain.
//
// Example:
//
//   const std::string text = ReportToJson(report);
//   absl::StatusOr<Report> same = ReportFromJson(text);   // *same == report

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/findings/report.h"

namespace incoherent {

inline constexpr char kReportSchema[] = "incoherent-report/1";

// Indented, without a newline at the end. Debug names and paths may be any
// bytes: what is no UTF-8 in them becomes U+FFFD.
std::string ReportToJson(const Report& report);

// Any bytes may come. Refusals are InvalidArgument, one line each, and begin
// with the place:
//
//   3:14: not JSON: unexpected '}'; expected string literal
//   findings[2].kind: unknown kind 'x'; known are lost-host-write, ...
//   summary.errors: 3, but the findings come to 2
absl::StatusOr<Report> ReportFromJson(absl::string_view text);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_REPORT_JSON_H_
