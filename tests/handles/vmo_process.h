#ifndef INCOHERENT_TESTS_HANDLES_VMO_PROCESS_H_
#define INCOHERENT_TESTS_HANDLES_VMO_PROCESS_H_

// A child process that is one party of a Vmo, by fork alone or by exec.

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "incoherent/vmo.h"
#include "tests/handles/vmo_party.h"

namespace incoherent {

class VmoProcess {
 public:
  // The child has the Vmo as it was when it was forked.
  static std::unique_ptr<VmoProcess> Fork(const Vmo& vmo,
                                          const std::string& name);
  // The child is //tests/handles:vmo_peer, and opens the Vmo's descriptor.
  static std::unique_ptr<VmoProcess> Exec(const Vmo& vmo,
                                          const std::string& name);
  // The child does that and ends.
  static std::unique_ptr<VmoProcess> Running(const std::function<void()>& body);
  ~VmoProcess();
  VmoProcess(const VmoProcess&) = delete;
  VmoProcess& operator=(const VmoProcess&) = delete;

  VmoParty& party() { return *party_; }
  void Kill();
  // Waits for the end; the exit status, or minus the signal.
  int Join();

 private:
  static std::unique_ptr<VmoProcess> Start(
      const std::function<void(int socket)>& body);
  VmoProcess(pid_t child, int socket)
      : child_(child), party_(new RemoteVmoParty(socket)) {}

  pid_t child_;
  std::unique_ptr<RemoteVmoParty> party_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_HANDLES_VMO_PROCESS_H_
