// A thread that answers finished writes, so that the writer can go on with the next group. Internal to storage/.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "services/common/storage/counters.h"
#include "services/common/storage/pending_write.h"

namespace schutznetz::storage {

// Thread safe. Its length is bounded by the write queue, which counts writes until they are answered. Destruction
// answers what is left.
class Completions {
 public:
  explicit Completions(Counters& counters);
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  void Add(std::vector<PendingWrite> writes);

 private:
  void Run();

  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<PendingWrite> finished_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::storage
