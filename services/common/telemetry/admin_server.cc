#include "services/common/telemetry/admin_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"

namespace schutznetz::telemetry {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr size_t kHeaderBytesMax = 4096;
constexpr auto kConnectionTime = std::chrono::seconds(2);

int MillisecondsUntil(SteadyClock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now()).count();
  return left < 0 ? 0 : static_cast<int>(left);
}

bool WaitFor(int connection, short events, SteadyClock::time_point end) {
  pollfd waiting = {connection, events, 0};
  return ::poll(&waiting, 1, MillisecondsUntil(end)) == 1;
}

// Reads to the end of the header. Empty when the peer is too slow, too long or gone.
std::string ReadHeader(int connection, SteadyClock::time_point end) {
  std::string header;
  char buffer[1024];
  while (header.size() < kHeaderBytesMax && WaitFor(connection, POLLIN, end)) {
    const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
    if (count <= 0) return {};
    header.append(buffer, static_cast<size_t>(count));
    if (header.find("\r\n\r\n") != std::string::npos) return header;
  }
  return {};
}

void WriteAll(int connection, std::string_view text, SteadyClock::time_point end) {
  while (!text.empty() && WaitFor(connection, POLLOUT, end)) {
    const ssize_t count = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    text.remove_prefix(static_cast<size_t>(count));
  }
}

std::string Response(const AdminPage& page) {
  const char* phrase = page.status == 200 ? "OK" : page.status == 503 ? "Service Unavailable" : "Refused";
  return absl::StrCat("HTTP/1.1 ", page.status, " ", phrase, "\r\nContent-Type: ", page.content_type,
                      "\r\nContent-Length: ", page.body.size(),
                      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
                      page.body);
}

// The path of "GET <path> HTTP/1.x", without its query.
std::string_view PathIn(std::string_view header) {
  if (header.substr(0, 4) != "GET ") return {};
  header.remove_prefix(4);
  const size_t end = header.find_first_of(" \r\n");
  if (end == std::string_view::npos || header.substr(end, 7) != " HTTP/1") return {};
  return header.substr(0, std::min(end, header.find('?')));
}

absl::Status ListenError(const char* what) {
  if (errno == EADDRINUSE || errno == EACCES) return errors::TemporarilyUnavailable(absl::Seconds(1));
  return errors::Internal(absl::StrCat("admin port: ", what, ": ", std::strerror(errno)));
}

bool ParseAddress(const std::string& address, int port, sockaddr_storage* storage, socklen_t* size) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
    *size = sizeof(sockaddr_in);
    return true;
  }
  if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
    *size = sizeof(sockaddr_in6);
    return true;
  }
  return false;
}

}  // namespace

AdminServer::~AdminServer() { Stop(); }

void AdminServer::AddPage(std::string path, Handler handler) { pages_[std::move(path)] = std::move(handler); }

absl::Status AdminServer::Start(const std::string& address, int port) {
  sockaddr_storage where = {};
  socklen_t size = 0;
  if (!ParseAddress(address, port, &where, &size)) {
    return errors::InvalidField("admin_address", "Must be a numeric address, for example 127.0.0.1.");
  }
  listener_ = ::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener_ < 0) return ListenError("socket");
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0) return ListenError("bind");
  if (::listen(listener_, 16) != 0) return ListenError("listen");
  if (::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size) != 0) return ListenError("getsockname");
  port_ = ntohs(where.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&where)->sin_port
                                           : reinterpret_cast<sockaddr_in6*>(&where)->sin6_port);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  if (wake_ < 0) return ListenError("eventfd");
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void AdminServer::Stop() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    if (::write(wake_, &one, sizeof one) != sizeof one) ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
  }
  for (int* file : {&listener_, &wake_}) {
    if (*file >= 0) ::close(std::exchange(*file, -1));
  }
}

void AdminServer::Run() {
  while (true) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0) continue;
    Serve(connection);
    ::close(connection);
  }
}

void AdminServer::Serve(int connection) const {
  const auto end = SteadyClock::now() + kConnectionTime;
  const std::string header = ReadHeader(connection, end);
  if (header.empty()) return;
  const std::string_view path = PathIn(header);
  const auto page = pages_.find(std::string(path));
  AdminPage answer;
  if (path.empty()) {
    answer = {405, "text/plain; charset=utf-8", "Only GET is served here.\n"};
  } else if (page == pages_.end()) {
    answer = {404, "text/plain; charset=utf-8", "There is nothing at this path.\n"};
  } else {
    answer = page->second();
  }
  WriteAll(connection, Response(answer), end);
  ::shutdown(connection, SHUT_WR);
}

void AddStandardPages(AdminServer& server, StandardPages pages) {
  server.AddPage("/livez", [] { return AdminPage{200, "text/plain; charset=utf-8", "alive\n"}; });
  server.AddPage("/readyz", [not_ready = std::move(pages.not_ready_reason)] {
    const std::string reason = not_ready();
    if (reason.empty()) return AdminPage{200, "text/plain; charset=utf-8", "ready\n"};
    return AdminPage{503, "text/plain; charset=utf-8", reason + "\n"};
  });
  server.AddPage("/metrics", [text = std::move(pages.metrics_text)] {
    return AdminPage{200, "text/plain; version=0.0.4; charset=utf-8", text()};
  });
  server.AddPage("/version", [json = std::move(pages.version_json)] {
    return AdminPage{200, "application/json", json};
  });
  server.AddPage("/config", [text = std::move(pages.config_text)] {
    return AdminPage{200, "text/plain; charset=utf-8", text};
  });
}

}  // namespace schutznetz::telemetry
