#include "tests/e2e/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
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

}  // namespace schutznetz::e2e
