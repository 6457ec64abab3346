// Who wants to know about commits. Internal to storage/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace schutznetz::storage {

// Thread safe. Calls run one at a time, so that Remove can promise that none runs afterwards.
class CommitListeners {
 public:
  int64_t Add(std::function<void(int64_t)> listener);
  void Remove(int64_t key);
  void Call(int64_t number);

 private:
  std::mutex mutex_;
  int64_t next_key_ = 1;
  std::map<int64_t, std::function<void(int64_t)>> listeners_;
};

}  // namespace schutznetz::storage
