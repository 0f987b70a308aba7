#include "tests/handles/vmo_process.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr char kPeer[] = "tests/handles/vmo_peer";

}  // namespace

std::unique_ptr<VmoProcess> VmoProcess::Start(
    const std::function<void(int socket)>& body) {
  int ends[2];
  INCOHERENT_CHECK(
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0,
      "a pair of sockets");
  const pid_t child = fork();
  INCOHERENT_CHECK(child >= 0, "a child process");
  if (child == 0) {
    close(ends[0]);
    body(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  return std::unique_ptr<VmoProcess>(new VmoProcess(child, ends[0]));
}

std::unique_ptr<VmoProcess> VmoProcess::Fork(const Vmo& vmo,
                                             const std::string& name) {
  return Start([&](int socket) {
    LocalVmoParty party(vmo, name);
    ServeVmoParty(socket, party);
  });
}

std::unique_ptr<VmoProcess> VmoProcess::Exec(const Vmo& vmo,
                                             const std::string& name) {
  return Start([&](int socket) {
    // dup: what it gives stays open over exec.
    const std::string vmo_fd = absl::StrCat(dup(vmo.fd()));
    const std::string socket_fd = absl::StrCat(dup(socket));
    execl(kPeer, kPeer, vmo_fd.c_str(), socket_fd.c_str(), name.c_str(),
          nullptr);
    std::perror(kPeer);
    _exit(127);
  });
}

std::unique_ptr<VmoProcess> VmoProcess::Running(
    const std::function<void()>& body) {
  return Start([&](int) { body(); });
}

VmoProcess::~VmoProcess() {
  party_.reset();
  Join();
}

void VmoProcess::Kill() { kill(child_, SIGKILL); }

int VmoProcess::Join() {
  if (child_ == 0) return 0;
  int status = 0;
  waitpid(child_, &status, 0);
  child_ = 0;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace incoherent
