// The cache over Redis 7: one thread that sends what waits, many commands with one round trip, and one that listens for
// hints and messages.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "services/common/cache/breaker.h"
#include "services/common/cache/cache.h"
#include "services/common/cache/hint_listener.h"
#include "services/common/cache/redis_connection.h"
#include "services/common/cache/sealed_value.h"
#include "services/common/time/clock.h"

namespace schutznetz::cache {

struct RedisCacheOptions {
  RedisAddress address;
  std::string secret;         // of ValueSeal; empty: values and messages of other processes are none
  std::string prefix = "sn";  // before every key, so that installations can share a Redis
  int waiting_max = 4096;     // commands; further ones are misses at once
};

// Snapshot for metrics.
struct RedisStatistics {
  int64_t hits = 0;
  int64_t misses = 0;    // nothing there
  int64_t poisoned = 0;  // there, but not what was set or sent
  int64_t failures = 0;  // not asked, no answer in time, or an error
  int64_t hints = 0;     // received
  int64_t messages = 0;  // received, of processes of this secret
};

// Thread safe. The destructor gives whoever waits nothing, within one command's time.
class RedisCache final : public Cache {
 public:
  // Starts without waiting for Redis. `clock` must outlive it.
  RedisCache(const Clock& clock, RedisCacheOptions options);
  ~RedisCache() override;
  RedisCache(const RedisCache&) = delete;
  RedisCache& operator=(const RedisCache&) = delete;

  void Get(std::string_view key, GetDone done) override;
  void Set(std::string_view key, std::string_view value, absl::Duration kept) override;
  void SendHint(std::string_view topic, int64_t number) override;
  Subscription OnHint(std::string topic, std::function<void(int64_t)> listener) override;
  void SendMessage(std::string_view topic, std::string_view text) override;
  Subscription OnMessage(std::string topic, std::function<void(std::string_view)> listener) override;

  RedisStatistics Statistics() const;

 private:
  // Commands that belong together; `done` gets the answer to the first, or null when there is none.
  struct Request {
    std::vector<Arguments> commands;
    absl::AnyInvocable<void(const Reply*)> done;
    absl::Time deadline;
  };

  std::string Name(std::string_view part, std::string_view key) const;
  void Publish(std::string channel, std::string text);
  void Submit(Request request);
  void Run();
  std::vector<Request> TakeWaiting();
  void Send(std::vector<Request> requests);
  absl::Status Connect();
  // Sends all and answers each as it comes; on failure those from `*answered` on have no answer.
  absl::Status RoundTrip(std::vector<Request>& requests, size_t* answered);

  const Clock& clock_;
  const RedisCacheOptions options_;
  const ValueSeal seal_;
  Breaker breaker_;
  std::unique_ptr<RedisConnection> connection_;  // the thread's own
  std::atomic<int64_t> hits_{0};
  std::atomic<int64_t> misses_{0};
  std::atomic<int64_t> poisoned_{0};
  std::atomic<int64_t> failures_{0};
  std::atomic<int64_t> hints_{0};
  std::atomic<int64_t> messages_{0};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> waiting_;
  bool ending_ = false;
  HintListener listener_;
  std::thread thread_;
};

}  // namespace schutznetz::cache
