#include "sim/host/allocator/suballocation.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace incoherent {

Suballocation::Suballocation(SuballocationPlace place)
    : place_(std::move(place)) {}

std::string Suballocation::ToString() const {
  return absl::StrCat("'", place_.name, "' (", place_.memory_name, "[",
                      place_.bytes.offset, ", ", place_.bytes.end(), "))");
}

Suballocation::State Suballocation::state() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_;
}

void Suballocation::SetState(const State& state) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_ = state;
}

}  // namespace incoherent
