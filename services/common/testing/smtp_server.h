// A mail server for tests: it takes mail over a real socket and keeps it, and refuses what a test tells it to.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace schutznetz::testing {

// A mail as it came in.
struct ReceivedMail {
  std::string from;
  std::vector<std::string> to;
  std::string data;  // points of SMTP removed, lines ending in CRLF
};

// Listens on a free port of 127.0.0.1. Thread safe. Failures end the test process.
class SmtpServer {
 public:
  SmtpServer();
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  std::string url() const;

  // The next answer to `command` ("EHLO", "AUTH", "MAIL", "RCPT", "DATA", "." for the end of the data, "CONNECT") is
  // `reply`, "451 later"; several are given in turn. "close" ends the connection instead, "silence" says nothing.
  void AnswerNext(const std::string& command, const std::string& reply);

  std::vector<ReceivedMail> received() const;
  int connections() const;
  // Port closed, connections ended; what was received stays. Start() opens the same port again.
  void Stop();
  void Start();

 private:
  class LineReader;
  void Run(int listener);
  void Serve(int connection);
  // AUTH PLAIN, with the credentials in the command or after it. False when the connection is over.
  bool SignIn(int connection, LineReader& lines, const std::string& line);
  // Answers; false when the connection is over.
  bool Answer(int connection, const std::string& command, const std::string& usual);
  std::string NextAnswer(const std::string& command, const std::string& usual);

  int port_ = 0;
  int stop_pipe_[2] = {-1, -1};
  std::thread thread_;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<std::string>> answers_;
  std::vector<ReceivedMail> received_;
  int connections_ = 0;
};

}  // namespace schutznetz::testing
