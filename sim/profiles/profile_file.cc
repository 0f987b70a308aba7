#include "sim/profiles/profile_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/profiles/one_line.h"

namespace incoherent {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

absl::Status CannotBeRead(absl::string_view path, int error_number) {
  return absl::ErrnoToStatus(
      error_number,
      absl::StrCat(OneLine(path),
                   ": cannot be read (a name with '/' or .json is a file; "
                   "`incoherent profiles` lists the built-in ones)"));
}

}  // namespace

absl::StatusOr<std::string> ReadProfileFile(absl::string_view path) {
  // A NUL would silently name another file.
  if (path.find('\0') != absl::string_view::npos) {
    return CannotBeRead(path, ENOENT);
  }
  const std::unique_ptr<std::FILE, Close> file(
      std::fopen(std::string(path).c_str(), "rb"));
  if (file == nullptr) return CannotBeRead(path, errno);
  // One byte more than is allowed tells whether there is more.
  std::string bytes(kMaxProfileBytes + 1, '\0');
  bytes.resize(std::fread(&bytes[0], 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) return CannotBeRead(path, errno);
  if (bytes.size() > kMaxProfileBytes) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: is larger than %d bytes; a profile is a JSON object of a few "
        "kilobytes",
        OneLine(path), kMaxProfileBytes));
  }
  return bytes;
}

}  // namespace incoherent
