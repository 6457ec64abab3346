// Listens for hints on a connection of its own. Internal to cache/.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "services/common/cache/redis_connection.h"

namespace schutznetz::cache {

// Thread safe. Listeners run on its thread.
class HintListener {
 public:
  HintListener(RedisAddress address, std::string prefix);
  // No listener runs afterwards. Ends within one command's time.
  ~HintListener();
  HintListener(const HintListener&) = delete;
  HintListener& operator=(const HintListener&) = delete;

  // Connects with the first one: without listeners there is no connection.
  void Add(std::string topic, std::function<void(int64_t)> listener);
  int64_t received() const { return received_.load(std::memory_order_relaxed); }

 private:
  void Run();
  // Until the connection fails.
  absl::Status Listen(RedisConnection& connection);
  void Deliver(const Reply& reply);
  void CallAll();
  // Sleeps; false when it is to end.
  bool Pause(int milliseconds) const;

  const RedisAddress address_;
  const std::string prefix_;
  std::atomic<int64_t> received_{0};
  std::mutex mutex_;
  std::multimap<std::string, std::function<void(int64_t)>> listeners_;
  int end_event_ = -1;  // an eventfd, readable when it is to end
  std::thread thread_;
};

}  // namespace schutznetz::cache
