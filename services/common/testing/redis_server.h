// A Redis server of its own for tests, on a socket in a temporary folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace schutznetz::testing {

// Dies with this process, however it ends. Failures end the test process with the reason. Not thread safe.
class RedisServer {
 public:
  // `arguments` for redis-server, for example {"--maxmemory", "1mb"}.
  explicit RedisServer(std::vector<std::string> arguments = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string socket() const { return (folder_ / "redis.sock").string(); }
  // "unix:…", as the flags of the programs take it.
  std::string address() const { return "unix:" + socket(); }

  // Kills it, as a crash would; nothing is kept. Start() brings back an empty one.
  void Stop();
  void Start();
  // Stops and continues it: connections stay, nothing is answered.
  void Freeze() const;
  void Thaw() const;

 private:
  const std::vector<std::string> arguments_;
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

}  // namespace schutznetz::testing
