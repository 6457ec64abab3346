#include "services/common/testing/free_port.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace schutznetz::testing {
namespace {

constexpr int kFirst = 10'000, kCount = 22'000;

// Names in Linux's abstract namespace (unix(7)) belong to one socket at a time and go with it, however a process ends.
// The socket stays open on purpose.
bool Reserve(int port) {
  const std::string name = "schutznetz-test-port-" + std::to_string(port);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address.sun_path + 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const int held = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (held >= 0 && bind(held, reinterpret_cast<sockaddr*>(&address), size) == 0) return true;
  close(held);
  return false;
}

bool NobodyListens(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool free = probe >= 0 && bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return free;
}

}  // namespace

int FreePort() {
  static std::mt19937 random(std::random_device{}());
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = kFirst + static_cast<int>(random() % kCount);
    if (Reserve(port) && NobodyListens(port)) return port;
  }
  std::perror("no free port");
  std::abort();
}

}  // namespace schutznetz::testing
