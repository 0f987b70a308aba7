#include "sim/icd/report_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "sim/findings/report_json.h"
#include "sim/findings/sarif.h"
#include "sim/icd/voice.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0666;  // less the umask

std::string AbsoluteName(absl::string_view name) {
  if (name.empty()) return "";
  const std::string file = WithProcess(name);
  std::error_code error;
  const fs::path path = fs::absolute(file, error);
  return error ? file : path.string();
}

absl::Status FileError(const std::string& file, int error) {
  return absl::UnavailableError(
      absl::StrCat(file, ": cannot be written: ", std::strerror(error)));
}

// Writes and closes; 0 or the error.
int WriteTo(int fd, absl::string_view text) {
  int error = 0;
  while (!text.empty() && error == 0) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (close(fd) != 0 && error == 0) error = errno;
  return error;
}

int WriteInPlace(const std::string& file, absl::string_view text) {
  const int fd = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  return fd < 0 ? errno : WriteTo(fd, text);
}

int WriteAndRename(const std::string& file, absl::string_view text) {
  const std::string beside = absl::StrCat(file, ".", getpid(), ".tmp");
  const int fd =
      open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (fd < 0) return errno;
  int error = WriteTo(fd, text);
  if (error == 0 && std::rename(beside.c_str(), file.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) unlink(beside.c_str());
  return error;
}

void WriteOrSay(const std::string& file, absl::string_view text,
                ReportFiles::When when) {
  const absl::Status status = WriteReportFile(file, text, when);
  if (!status.ok()) SayOnce(status.message());
}

}  // namespace

std::string WithProcess(absl::string_view name) {
  return absl::StrReplaceAll(name, {{"%p", absl::StrCat(getpid())}});
}

absl::Status WriteReportFile(const std::string& file, absl::string_view text,
                             ReportFiles::When when) {
  // A link stays a link; what it points to is replaced.
  std::error_code missing;
  const fs::path resolved = fs::canonical(file, missing);
  const std::string target = missing ? file : resolved.string();
  std::error_code ignored;
  const fs::file_status status = fs::status(target, ignored);
  if (fs::is_directory(status)) return FileError(file, EISDIR);
  const bool in_place = fs::exists(status) && !fs::is_regular_file(status);
  if (in_place && when == ReportFiles::kSoFar) return absl::OkStatus();
  const int error =
      in_place ? WriteInPlace(target, text) : WriteAndRename(target, text);
  return error == 0 ? absl::OkStatus() : FileError(file, error);
}

ReportFiles::ReportFiles(absl::string_view json, absl::string_view sarif)
    : json_(AbsoluteName(json)), sarif_(AbsoluteName(sarif)) {}

void ReportFiles::Write(const Report& report, When when) const {
  if (!json_.empty()) {
    WriteOrSay(json_, absl::StrCat(ReportToJson(report), "\n"), when);
  }
  if (!sarif_.empty()) {
    WriteOrSay(sarif_, absl::StrCat(ReportToSarif(report), "\n"), when);
  }
}

}  // namespace incoherent
