#include "services/common/testing/smtp_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

namespace schutznetz::testing {
namespace {

[[noreturn]] void SmtpFailure(const char* what) {
  std::fprintf(stderr, "SmtpServer: %s\n", what);
  std::exit(1);
}

}  // namespace

// Reads lines from a connection until it or the test ends.
class SmtpServer::LineReader {
 public:
  LineReader(int connection, int stop) : connection_(connection), stop_(stop) {}

  // A line without its CRLF; nothing at the end.
  std::optional<std::string> Next() {
    for (;;) {
      const size_t end = buffer_.find("\r\n");
      if (end != buffer_.npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
      }
      if (!Fill()) return std::nullopt;
    }
  }

 private:
  bool Fill() {
    pollfd wait[2] = {{connection_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (poll(wait, 2, -1) < 0 || wait[1].revents != 0) return false;
    char bytes[4096];
    const ssize_t size = recv(connection_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(size));
    return true;
  }

  const int connection_;
  const int stop_;
  std::string buffer_;
};

namespace {

std::string Between(const std::string& line, char open, char close) {
  const size_t start = line.find(open);
  const size_t end = line.rfind(close);
  return start == line.npos || end == line.npos || end < start ? line : line.substr(start + 1, end - start - 1);
}

// Everything up to the single point.
template <typename Lines>
std::optional<std::string> ReadData(Lines& lines) {
  std::string data;
  for (;;) {
    std::optional<std::string> line = lines.Next();
    if (!line) return std::nullopt;
    if (*line == ".") return data;
    data += line->starts_with('.') ? line->substr(1) : *line;
    data += "\r\n";
  }
}

}  // namespace

SmtpServer::SmtpServer() { Start(); }

SmtpServer::~SmtpServer() { Stop(); }

std::string SmtpServer::url() const { return "smtp://127.0.0.1:" + std::to_string(port_) + "/test.example.org"; }

void SmtpServer::Start() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port_));
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) SmtpFailure("no port");
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  // Closed on exec: what the test starts later would hold the pipe open, and Stop would wait for ever.
  if (listen(listener, 16) != 0 || pipe2(stop_pipe_, O_CLOEXEC) != 0) SmtpFailure("cannot listen");
  thread_ = std::thread([this, listener] { Run(listener); });
}

void SmtpServer::Stop() {
  if (!thread_.joinable()) return;
  close(stop_pipe_[1]);  // readable at the other end
  thread_.join();
  close(stop_pipe_[0]);
}

void SmtpServer::Run(int listener) {
  std::vector<std::thread> serving;
  for (;;) {
    pollfd wait[2] = {{listener, POLLIN, 0}, {stop_pipe_[0], POLLIN, 0}};
    if (poll(wait, 2, -1) < 0 || wait[1].revents != 0) break;
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    {
      std::lock_guard lock(mutex_);
      ++connections_;
    }
    serving.emplace_back([this, connection] {
      Serve(connection);
      close(connection);
    });
  }
  close(listener);
  for (std::thread& thread : serving) thread.join();
}

void SmtpServer::Serve(int connection) {
  LineReader lines(connection, stop_pipe_[0]);
  ReceivedMail mail;
  if (!Answer(connection, "CONNECT", "220 test.example.org ESMTP")) return;
  while (const std::optional<std::string> line = lines.Next()) {
    const std::string verb = line->substr(0, line->find(' '));
    if (verb == "QUIT") {
      (void)Answer(connection, "QUIT", "221 bye");
      return;
    }
    if (verb == "AUTH") {
      if (!SignIn(connection, lines, *line)) return;
      continue;
    }
    if (verb == "MAIL") mail = {.from = Between(*line, '<', '>'), .to = {}, .data = ""};
    if (verb == "RCPT") mail.to.push_back(Between(*line, '<', '>'));
    const std::string usual = verb == "EHLO"   ? "250-test.example.org\r\n250-AUTH PLAIN\r\n250 8BITMIME"
                              : verb == "DATA" ? "354 go on"
                                               : "250 fine";
    const std::string answer = NextAnswer(verb, usual);
    if (!Answer(connection, "", answer)) return;
    if (verb != "DATA" || !answer.starts_with("354")) continue;
    std::optional<std::string> data = ReadData(lines);
    if (!data) return;
    mail.data = *std::move(data);
    const std::string end = NextAnswer(".", "250 taken");
    if (end.starts_with("250") || end == "close") {
      std::lock_guard lock(mutex_);
      received_.push_back(mail);
    }
    if (!Answer(connection, "", end)) return;
  }
}

bool SmtpServer::SignIn(int connection, LineReader& lines, const std::string& line) {
  if (line == "AUTH PLAIN" && (!Answer(connection, "", "334 ") || !lines.Next())) return false;
  return Answer(connection, "AUTH", "235 welcome");
}

std::string SmtpServer::NextAnswer(const std::string& command, const std::string& usual) {
  std::lock_guard lock(mutex_);
  const auto found = answers_.find(command);
  if (found == answers_.end() || found->second.empty()) return usual;
  std::string answer = std::move(found->second.front());
  found->second.pop_front();
  return answer;
}

bool SmtpServer::Answer(int connection, const std::string& command, const std::string& usual) {
  const std::string answer = command.empty() ? usual : NextAnswer(command, usual);
  if (answer == "silence") return true;
  if (answer == "close") return false;
  const std::string line = answer + "\r\n";
  return send(connection, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

void SmtpServer::AnswerNext(const std::string& command, const std::string& reply) {
  std::lock_guard lock(mutex_);
  answers_[command].push_back(reply);
}

std::vector<ReceivedMail> SmtpServer::received() const {
  std::lock_guard lock(mutex_);
  return received_;
}

int SmtpServer::connections() const {
  std::lock_guard lock(mutex_);
  return connections_;
}

}  // namespace schutznetz::testing
