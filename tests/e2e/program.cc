#include "tests/e2e/program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

namespace schutznetz::e2e {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

Program::Program(const std::string& name, const std::vector<std::string>& arguments, std::string log_file)
    : log_file_(std::move(log_file)) {
  const std::string path = std::string(SCHUTZNETZ_BINARY_DIR) + "/bin/" + name;
  std::vector<char*> argv{const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int log = open(log_file_.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
  if (log < 0) Die(log_file_.c_str());
  pid_ = fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that gives up leaves nothing running
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(path.c_str(), argv.data());
    Die(path.c_str());
  }
  close(log);
}

Program::~Program() {
  if (Running()) Stop(SIGTERM);
  const std::string log = Log();
  if (log.find("Sanitizer: ") == std::string::npos && log.find("runtime error: ") == std::string::npos) return;
  std::fprintf(stderr, "%s\n", log.c_str());
  std::abort();
}

bool Program::Running() {
  if (pid_ <= 0) return false;
  const pid_t ended = waitpid(pid_, &status_, WNOHANG);
  if (ended == pid_) pid_ = -1;
  return pid_ > 0;
}

int Program::Stop(int signal) {
  if (pid_ > 0) {
    kill(pid_, signal);
    waitpid(pid_, &status_, 0);
    pid_ = -1;
  }
  return status_;
}

std::string Program::Log() const {
  std::ifstream in(log_file_);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

int FreePort() {
  // Below the range from which the system takes ports for outgoing connections (32768 up): a server that is stopped and
  // started again finds its port free.
  static std::mt19937 random(std::random_device{}());
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = 10'000 + static_cast<int>(random() % 22'000);
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    const bool free = probe >= 0 && bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    if (free) return port;
  }
  Die("no free port");
}

}  // namespace schutznetz::e2e
