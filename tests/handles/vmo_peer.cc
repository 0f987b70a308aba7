// A process of its own that is one party of a Vmo:
//
//   vmo_peer VMO_FD SOCKET_FD NAME

#include <cstdio>

#include "absl/strings/numbers.h"
#include "tests/handles/vmo_party.h"

int main(int argc, char** argv) {
  int vmo_fd = -1;
  int socket = -1;
  if (argc != 4 || !absl::SimpleAtoi(argv[1], &vmo_fd) ||
      !absl::SimpleAtoi(argv[2], &socket)) {
    std::fprintf(stderr, "vmo_peer VMO_FD SOCKET_FD NAME\n");
    return 2;
  }
  const auto vmo = incoherent::Vmo::Open(vmo_fd);
  if (!vmo.ok()) {
    std::fprintf(stderr, "%s\n", vmo.status().ToString().c_str());
    return 1;
  }
  incoherent::LocalVmoParty party(*vmo, argv[3]);
  incoherent::ServeVmoParty(socket, party);
  return 0;
}
