#include "sim/icd/voice.h"

#include <execinfo.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "sim/findings/finding_log.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

// The frames that tell one calling place from another.
constexpr int kPlaceDepth = 24;

FindingLog& Log() {
  // Never destroyed: an application's own exit code may still add to it.
  static auto* const log =
      new FindingLog([](absl::string_view line) { Say(line); });
  return *log;
}

// Speaks the summary when the process ends; a forked child has nothing to say
// of what its parent found.
class Summary {
 public:
  ~Summary() {
    const std::string summary = Log().Summary();
    if (!summary.empty() && getpid() == process_) Say(summary);
  }

 private:
  pid_t process_ = getpid();
};

uint64_t CallingPlace() {
  void* frames[kPlaceDepth];
  const int depth = backtrace(frames, kPlaceDepth);
  return absl::Hash<absl::Span<void* const>>()(
      absl::MakeConstSpan(frames, static_cast<size_t>(depth)));
}

}  // namespace

void Say(absl::string_view line) {
  const std::string text = absl::StrCat("incoherent: ", line, "\n");
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void SayOnce(absl::string_view line) {
  static absl::Mutex mutex(absl::kConstInit);
  static auto* const said = new absl::flat_hash_set<std::string>;
  {
    absl::MutexLock lock(&mutex);
    if (!said->insert(std::string(line)).second) return;
  }
  Say(line);
}

void ReportUsage(absl::string_view command, const absl::Status& status,
                 const absl::optional<FindingMemory>& memory,
                 const absl::optional<ByteRange>& range) {
  const absl::optional<std::string> vuid = VuidOf(status);
  if (!vuid.has_value()) return;
  Finding finding;
  finding.vuid = *vuid;
  finding.command = std::string(command);
  finding.message = std::string(status.message());
  finding.memory = memory;
  finding.range = range;
  static const Summary summary;
  Log().Add(finding, CallingPlace());
}

}  // namespace incoherent
