#include "tests/handles/vmo_party.h"

#include <unistd.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr std::chrono::milliseconds kEnough{60000};

bool ReadAll(int socket, void* to, size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t count = read(socket, at, size);
    if (count <= 0) return false;
    at += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

void WriteAll(int socket, const void* from, size_t size) {
  INCOHERENT_CHECK(write(socket, from, size) == static_cast<ssize_t>(size),
                   "the other process is gone");
}

std::string LinesOf(const std::vector<DeviceFinding>& findings) {
  std::string lines;
  for (const DeviceFinding& finding : findings) {
    absl::StrAppend(&lines, finding.message, "\n");
  }
  return lines;
}

MappingOptions Named(const std::string& name) {
  MappingOptions options;
  options.party = name;
  return options;
}

}  // namespace

LocalVmoParty::LocalVmoParty(const Vmo& vmo, const std::string& name)
    : vmo_(vmo),
      mapping_(*Mapping::CreateFromVmo(vmo, vmo.size(), kPermRead | kPermWrite,
                                       Named(name))) {}

std::string LocalVmoParty::Do(const VmoStep& step) {
  std::string answer;
  const absl::Status status = Call(step, answer);
  return status.ok() ? answer : absl::StrCat("error: ", status.message());
}

absl::Status LocalVmoParty::Call(const VmoStep& step, std::string& answer) {
  const SliceBounds bounds = {step.offset, size_t{step.offset} + step.size};
  std::vector<uint8_t> bytes(step.size, static_cast<uint8_t>(step.value));
  switch (step.call) {
    case VmoStep::Call::kWrite:
      return mapping_.WriteAt(step.offset, bytes).status();
    case VmoStep::Call::kRead: {
      const auto count = mapping_.ReadAt(step.offset, absl::MakeSpan(bytes));
      answer.assign(bytes.begin(), bytes.begin() + count.value_or(0));
      return count.status();
    }
    case VmoStep::Call::kRelease: {
      auto slice = mapping_.SliceMut(bounds);
      return slice.ok() ? slice->ReleaseWrites() : slice.status();
    }
    case VmoStep::Call::kAcquire: {
      const auto slice = mapping_.Slice(bounds);
      return slice.ok() ? slice->AcquireWrites() : slice.status();
    }
    case VmoStep::Call::kFindings:
      answer = LinesOf(vmo_.findings());
      return absl::OkStatus();
    case VmoStep::Call::kOwnFindings:
      answer = LinesOf(mapping_.findings());
      return absl::OkStatus();
    default:
      return CallSignal(step);
  }
}

absl::Status LocalVmoParty::CallSignal(const VmoStep& step) {
  const bool orders = step.call == VmoStep::Call::kRaiseOrders ||
                      step.call == VmoStep::Call::kWaitOrders;
  const auto signal = vmo_.Signal(
      0, orders ? SignalOrdering::kReleaseAcquire : SignalOrdering::kNone);
  if (!signal.ok()) return signal.status();
  const bool raises = step.call == VmoStep::Call::kRaise ||
                      step.call == VmoStep::Call::kRaiseOrders;
  return raises ? signal->Raise(mapping_) : signal->Wait(mapping_, kEnough);
}

RemoteVmoParty::~RemoteVmoParty() { close(socket_); }

std::string RemoteVmoParty::Do(const VmoStep& step) {
  WriteAll(socket_, &step, sizeof(step));
  uint64_t size = 0;
  if (!ReadAll(socket_, &size, sizeof(size))) return "error: no answer";
  std::string answer(size, 0);
  return ReadAll(socket_, &answer[0], size) ? answer : "error: half an answer";
}

void ServeVmoParty(int socket, VmoParty& party) {
  VmoStep step;
  while (ReadAll(socket, &step, sizeof(step))) {
    const std::string answer = party.Do(step);
    const uint64_t size = answer.size();
    WriteAll(socket, &size, sizeof(size));
    WriteAll(socket, answer.data(), answer.size());
  }
}

}  // namespace incoherent
