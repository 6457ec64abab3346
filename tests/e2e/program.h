// A real program of this project, started by a test and stopped by its own pid.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace schutznetz::e2e {

// Not thread safe.
class Program {
 public:
  // Starts build/…/bin/NAME. Its output goes to `log_file`, appended. Killed with the thread that started it.
  Program(const std::string& name, const std::vector<std::string>& arguments, std::string log_file);
  // Ends it with SIGTERM when it still runs, and ends the test program when a sanitizer had something to say.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  // False once it has ended; then exit_status() is set.
  bool Running();
  // Sends the signal and waits for the end. Returns the wait status.
  int Stop(int signal);
  int exit_status() const { return status_; }
  std::string Log() const;

 private:
  pid_t pid_ = -1;
  int status_ = -1;
  std::string log_file_;
};

}  // namespace schutznetz::e2e
