#include "services/common/testing/redis_server.h"

#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

extern char** environ;

namespace schutznetz::testing {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "RedisServer: %s\n", what.c_str());
  std::exit(1);
}

fs::path MakeFolder() {
  std::string pattern = (fs::temp_directory_path() / "schutznetz-redis-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Fail("no temporary folder");
  return pattern;
}

bool Accepts(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool accepts = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return accepts;
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments) : arguments_(std::move(arguments)), folder_(MakeFolder()) {
  Start();
}

RedisServer::~RedisServer() {
  Stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void RedisServer::Start() {
  std::vector<std::string> words = {"setpriv",      "--pdeathsig", "KILL",      "redis-server",
                                    "--port",       "0",           "--save",    "",
                                    "--appendonly", "no",          "--dir",     folder_,
                                    "--unixsocket", socket(),      "--logfile", (folder_ / "log").string()};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (posix_spawnp(&pid_, "setpriv", nullptr, nullptr, argv.data(), environ) != 0) Fail("cannot start redis-server");
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!Accepts(socket())) {
    if (std::chrono::steady_clock::now() > limit || waitpid(pid_, nullptr, WNOHANG) != 0) Fail("it does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void RedisServer::Stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(std::exchange(pid_, -1), nullptr, 0);
  std::error_code ignored;
  fs::remove(socket(), ignored);
}

void RedisServer::Freeze() const { kill(pid_, SIGSTOP); }
void RedisServer::Thaw() const { kill(pid_, SIGCONT); }

}  // namespace schutznetz::testing
