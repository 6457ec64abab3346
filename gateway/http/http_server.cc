#include "gateway/http/http_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

// SO_REUSEPORT would let a second gateway share the port in silence. A listening socket without it cannot, so the port
// is tried once without.
absl::Status CheckPortIsFree(const std::string& address, int port) {
  if (port == 0) return absl::OkStatus();
  const bool v6 = address.find(':') != std::string::npos;
  sockaddr_in6 six = {};
  sockaddr_in four = {};
  six.sin6_family = AF_INET6;
  four.sin_family = AF_INET;
  six.sin6_port = four.sin_port = htons(static_cast<uint16_t>(port));
  void* const place = v6 ? static_cast<void*>(&six.sin6_addr) : &four.sin_addr;
  if (inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), place) != 1) return absl::OkStatus();  // said by Listen
  const int probe = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return absl::UnavailableError(absl::StrCat("cannot make a socket: ", strerror(errno)));
  const int yes = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const auto* const target = v6 ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  const bool taken = bind(probe, target, v6 ? sizeof(six) : sizeof(four)) != 0 && errno == EADDRINUSE;
  close(probe);
  return taken ? absl::UnavailableError(absl::StrCat("port ", port, " is taken")) : absl::OkStatus();
}

}  // namespace

HttpServer::HttpServer(HttpLimits limits, IpNetworks trusted_proxies, telemetry::Metrics& metrics)
    : limits_(limits),
      trusted_proxies_(std::move(trusted_proxies)),
      metrics_(metrics),
      connections_(limits_, trusted_proxies_) {}

HttpServer::~HttpServer() { Stop(); }

Worker& HttpServer::AddWorker(ExchangeHandler& handler) {
  workers_.push_back(std::make_unique<Worker>(limits_, connections_, metrics_, handler));
  return *workers_.back();
}

absl::Status HttpServer::Start(const std::string& address, int port) {
  RETURN_IF_ERROR(CheckPortIsFree(address, port));
  port_ = port;
  for (const auto& worker : workers_) {
    ASSIGN_OR_RETURN(port_, worker->Listen(address, port_));  // the first one chooses a free port for all
  }
  for (const auto& worker : workers_) worker->Start();
  return absl::OkStatus();
}

void HttpServer::Drain() {
  for (const auto& worker : workers_) worker->Drain();
}

void HttpServer::Stop() {
  for (const auto& worker : workers_) worker->Stop();
}

}  // namespace schutznetz::gateway
