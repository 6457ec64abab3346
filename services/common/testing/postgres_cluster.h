// A PostgreSQL 15 server of its own for tests, on a socket in a temporary folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace schutznetz::testing {

// Runs under a supervising shell that stops the server and removes the folder when this process ends, however it ends.
// As root the server runs as the user "postgres". Failures end the test process with the reason.
class PostgresCluster {
 public:
  enum class Durability {
    kOff,  // fsync off: quick; survives kill -9 of its clients, which is all that most tests need
    kOn,   // as in production
  };

  explicit PostgresCluster(Durability durability = Durability::kOff);
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  // The one shared by all tests of this process; started on first use.
  static PostgresCluster& Shared();

  // For libpq; database "postgres", a superuser without password.
  const std::string& connection_string() const { return connection_string_; }

  // Stops the server as a crash would (immediate), and starts it again on the same files.
  void Crash();
  void Start();
  // Freezes and thaws the server and its sessions.
  void Pause();
  void Resume();

 private:
  void SignalAll(int signal) const;
  pid_t ServerPid() const;

  const Durability durability_;
  std::filesystem::path folder_;
  std::string connection_string_;
  pid_t supervisor_ = -1;
  int lifeline_ = -1;  // the supervisor ends when this pipe closes
};

}  // namespace schutznetz::testing
