#ifndef INCOHERENT_TESTS_HANDLES_VMO_PARTY_H_
#define INCOHERENT_TESTS_HANDLES_VMO_PARTY_H_

// One party of a Vmo that does what it is told, step by step: in this process,
// or in another one that listens at a socket.
//
// Steps and answers are sent as they lie in memory: both ends are of one build.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "incoherent/vmo.h"

namespace incoherent {

struct VmoStep {
  enum class Call : uint32_t {
    kWrite,        // `size` bytes of `value` from `offset` on
    kRead,         // answers the bytes
    kRelease,      // of [offset, offset + size)
    kAcquire,      // of [offset, offset + size)
    kRaise,        // without ordering
    kWait,         // without ordering
    kRaiseOrders,  // release-acquire
    kWaitOrders,   // release-acquire
    kFindings,     // answers the messages of the Vmo's, a line each
    kOwnFindings,  // of this party's
  };

  Call call = Call::kRead;
  uint32_t offset = 0;
  uint32_t size = 0;
  uint32_t value = 0;
};

class VmoParty {
 public:
  virtual ~VmoParty() = default;
  // The answer, or "error: " and why.
  virtual std::string Do(const VmoStep& step) = 0;
};

class LocalVmoParty final : public VmoParty {
 public:
  LocalVmoParty(const Vmo& vmo, const std::string& name);
  std::string Do(const VmoStep& step) override;

 private:
  absl::Status Call(const VmoStep& step, std::string& answer);
  absl::Status CallSignal(const VmoStep& step);

  Vmo vmo_;
  Mapping mapping_;
};

// Tells a party at the other end of a socket what to do.
class RemoteVmoParty final : public VmoParty {
 public:
  // Takes the socket. Closing it lets the other end go.
  explicit RemoteVmoParty(int socket) : socket_(socket) {}
  ~RemoteVmoParty() override;
  std::string Do(const VmoStep& step) override;

 private:
  int socket_;
};

// Does what comes over the socket until its other end is closed.
void ServeVmoParty(int socket, VmoParty& party);

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_HANDLES_VMO_PARTY_H_
