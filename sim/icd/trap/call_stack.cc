#include "sim/icd/trap/call_stack.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "sim/icd/trap/symbolizer.h"

namespace incoherent {
namespace {

// Calls pass through the loader and its layers before they reach the ICD.
constexpr int kDroppedAtMost = 8;

// The file name of the module; empty if there is none. Lock-free, unlike
// dladdr(3), and without a look at symbols.
absl::string_view ModuleOf(uintptr_t frame) {
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void*>(frame - 1), &found) != 0) {
    return "";
  }
  absl::string_view name = found.dlfo_link_map->l_name;
  const size_t slash = name.rfind('/');
  if (slash != absl::string_view::npos) name.remove_prefix(slash + 1);
  return name;
}

bool StandsBetweenApplicationAndIcd(uintptr_t frame) {
  const absl::string_view name = ModuleOf(frame);
  return absl::StartsWith(name, "libincoherent_icd.so") ||
         absl::StartsWith(name, "libvulkan.so") ||
         absl::StartsWith(name, "libVkLayer");
}

}  // namespace

__attribute__((noinline)) CallStack CallStack::Here() {
  void* raw[1 + kDroppedAtMost + kMaxDepth];
  const int depth = backtrace(raw, std::size(raw));
  int first = std::min(1, depth);  // behind Here() itself
  while (
      first < depth && first <= kDroppedAtMost &&
      StandsBetweenApplicationAndIcd(reinterpret_cast<uintptr_t>(raw[first]))) {
    ++first;
  }
  CallStack stack;
  stack.depth_ = std::min(depth - first, kMaxDepth);
  for (int i = 0; i < stack.depth_; ++i) {
    stack.frames_[i] = reinterpret_cast<uintptr_t>(raw[first + i]);
  }
  return stack;
}

CallStack CallStack::Of(const void* const* frames, int depth) {
  CallStack stack;
  stack.depth_ = std::clamp(depth, 0, kMaxDepth);
  for (int i = 0; i < stack.depth_; ++i) {
    stack.frames_[i] = reinterpret_cast<uintptr_t>(frames[i]) + (i == 0);
  }
  return stack;
}

uint64_t CallStack::Place() const { return PlaceFrom(0); }

uint64_t CallStack::CallersPlace() const {
  int first = 0;
  while (first + 1 < depth_ &&
         absl::StartsWith(ModuleOf(frames_[first]), "libc.so")) {
    ++first;
  }
  return PlaceFrom(std::min(first + 1, depth_));
}

uint64_t CallStack::PlaceFrom(int first) const {
  uint64_t hash = 0xcbf29ce484222325;
  for (int i = first; i < depth_; ++i) {
    hash = (hash ^ frames_[i]) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash;
}

std::vector<std::string> CallStack::Symbolized() const {
  std::vector<std::string> lines;
  lines.reserve(depth_);
  for (int i = 0; i < depth_; ++i) {
    lines.push_back(Symbolizer::OfThisProcess().Describe(frames_[i] - 1));
  }
  return lines;
}

}  // namespace incoherent
