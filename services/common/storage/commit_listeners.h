// Who wants to know about commits. Internal to storage/.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "services/common/storage/database.h"

namespace schutznetz::storage {

// Thread safe. Calls run one at a time, so that Remove can promise that none runs afterwards.
class CommitListeners {
 public:
  int64_t Add(CommitListener listener);
  void Remove(int64_t key);
  void Call(const Committed& committed);

 private:
  std::mutex mutex_;
  int64_t next_key_ = 1;
  std::map<int64_t, CommitListener> listeners_;
};

}  // namespace schutznetz::storage
