// What the server does by the clock: forgetting answers of old requests and old changes, and the tasks of its parts.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"

namespace schutznetz::events {

// Everything it does is idempotent, so that replicas may do it at the same time.
class Housekeeping {
 public:
  using Log = std::function<void(std::string_view event, std::string_view detail)>;
  // Does what is due at `now`. Called by the housekeeping's thread; short enough not to delay the others.
  using Task = std::function<absl::Status(absl::Time now)>;

  // All must outlive it; `log` may be empty.
  Housekeeping(storage::Database& database, const Clock& clock, Log log);
  // Stops the thread.
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  // Before Start. `name` goes into the log when it fails; `interval` lies between two calls.
  void Add(std::string name, absl::Duration interval, Task task);
  // Begins, on a thread of its own; the first round is at once.
  void Start();
  // Does every task once. Blocks. The first error, after everything was tried.
  absl::Status RunOnce();

 private:
  struct Due {
    std::string name;
    absl::Duration interval;
    Task task;
    absl::Time next = absl::InfinitePast();
  };

  void Run();
  absl::Status RunTask(Due& due);

  const Clock& clock_;
  const Log log_;
  std::vector<Due> tasks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::events
