#include "sim/cli/diagnosis.h"

#include <cstdio>

#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

void Say(const char* level, absl::string_view topic, absl::string_view text) {
  absl::PrintF("%-7s  %s: %s\n", level, topic, text);
  std::fflush(stdout);
}

}  // namespace

void Diagnosis::Ok(absl::string_view topic, absl::string_view text) {
  Say("ok", topic, text);
}

void Diagnosis::Warn(absl::string_view topic, absl::string_view text) {
  Say("warn", topic, text);
}

void Diagnosis::Missing(absl::string_view topic, absl::string_view text) {
  Say("MISSING", topic, text);
  healthy_ = false;
}

}  // namespace incoherent
