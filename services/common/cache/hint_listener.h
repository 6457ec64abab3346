// Listens for hints and messages on a connection of its own. Internal to cache/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "services/common/cache/cache.h"
#include "services/common/cache/redis_connection.h"

namespace schutznetz::cache {

// Called with the text that was published; an empty one when something may have been missed.
using ChannelListener = std::function<void(std::string_view text)>;

// Thread safe. Listeners run on its thread.
class HintListener {
 public:
  // Hears the channels whose names begin with `prefix`.
  HintListener(RedisAddress address, std::string prefix);
  // No listener runs afterwards. Ends within one command's time.
  ~HintListener();
  HintListener(const HintListener&) = delete;
  HintListener& operator=(const HintListener&) = delete;

  // Connects with the first one: without listeners there is no connection.
  Subscription Add(std::string channel, ChannelListener listener);

 private:
  void Run();
  // Until the connection fails.
  absl::Status Listen(RedisConnection& connection);
  void Deliver(const Reply& reply);
  // Calls all, or those of one channel.
  void Call(const std::string* channel, std::string_view text);
  void Remove(int64_t number);
  // Sleeps; false when it is to end.
  bool Pause(int milliseconds) const;

  const RedisAddress address_;
  const std::string prefix_;
  std::mutex mutex_;
  struct Listener {
    std::string channel;
    ChannelListener call;
  };
  std::map<int64_t, Listener> listeners_;  // in the order of their coming
  int64_t next_ = 0;
  std::mutex calling_;  // held while listeners run; before mutex_
  int end_event_ = -1;  // an eventfd, readable when it is to end
  std::thread thread_;
};

}  // namespace schutznetz::cache
