#include "gateway/testing/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "absl/time/clock.h"

namespace schutznetz::gateway::testing {
namespace {

void ParseHead(std::string_view head, RawAnswer* answer) {
  size_t line_end = head.find("\r\n");
  answer->status = std::atoi(std::string(head.substr(9, 3)).c_str());
  answer->interim = answer->status < 200;
  while (line_end + 2 < head.size()) {
    const size_t begin = line_end + 2;
    line_end = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, line_end - begin);
    const size_t colon = line.find(": ");
    if (line.empty() || colon == std::string_view::npos) continue;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer->headers[name] = std::string(line.substr(colon + 2));
  }
}

}  // namespace

RawClient::RawClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) Close();
}

RawClient::~RawClient() { Close(); }

void RawClient::Close() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

void RawClient::Reset() {
  const linger now = {1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  Close();
}

void RawClient::FinishSending() { shutdown(socket_, SHUT_WR); }

void RawClient::SetReceiveBuffer(int bytes) { setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)); }

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// Receives something. False at the end of the connection or of the time.
bool RawClient::Fill(absl::Time end) {
  if (socket_ < 0) return false;
  pollfd waiting = {socket_, POLLIN, 0};
  const int64_t left = std::max<int64_t>(absl::ToInt64Milliseconds(end - absl::Now()), 0);
  if (poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
  char buffer[65536];
  const ssize_t size = recv(socket_, buffer, sizeof(buffer), 0);
  if (size <= 0) return false;
  received_.append(buffer, static_cast<size_t>(size));
  return true;
}

std::optional<RawAnswer> RawClient::Receive(bool head_only, absl::Duration limit) {
  const absl::Time end = absl::Now() + limit;
  size_t head_end;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill(end)) return std::nullopt;
  }
  RawAnswer answer;
  ParseHead(std::string_view(received_).substr(0, head_end + 2), &answer);
  received_.erase(0, head_end + 4);
  const auto length = answer.headers.find("content-length");
  if (head_only || length == answer.headers.end()) return answer;
  const auto size = static_cast<size_t>(std::atoll(length->second.c_str()));
  while (received_.size() < size) {
    if (!Fill(end)) return std::nullopt;
  }
  answer.body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

std::optional<RawAnswer> RawClient::Ask(std::string_view bytes) {
  Send(bytes);  // a server that refuses early may have closed already; its answer is still there
  return Receive();
}

bool RawClient::ClosedByServer(absl::Duration limit) {
  if (!received_.empty()) return false;
  pollfd waiting = {socket_, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(absl::ToInt64Milliseconds(limit))) <= 0) return false;
  char byte;
  return recv(socket_, &byte, 1, 0) <= 0;
}

}  // namespace schutznetz::gateway::testing
