// How often each caller came lately, at all processes of one sort together: gateways, exchange servers.
//
// Each process decides from its own table, at once. Five times a second it tells the others, through Redis and
// authenticated, who took what here; they take that from their tables too. So nobody waits for Redis, and what somebody
// does to it changes nothing: lost messages leave each process its own limit, and foreign ones are not believed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/common/cache/cache.h"
#include "services/common/rate/rate_table.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"

namespace schutznetz::rate {

// Where takes are told. Without a cache, or without a secret, nothing is.
struct RateSharing {
  cache::Cache* cache = nullptr;
  std::string_view secret;  // the same in all processes: keys are hashed under it, so that Redis learns no address
  std::string_view group = "gateway";  // the sort of process, which begins the names of the metrics, too
};

// Thread safe.
class SharedRates {
 public:
  // The rules are the same in all processes, at most 256. `now_us` is the clock of Take. Cache and `clock` must outlive
  // this object.
  SharedRates(std::vector<RateRule> rules, const RateSharing& sharing, const Clock& clock,
              std::function<int64_t()> now_us, telemetry::Metrics& metrics);
  ~SharedRates();
  SharedRates(const SharedRates&) = delete;
  SharedRates& operator=(const SharedRates&) = delete;

  // Takes one from the bucket of `who` under rule number `rule`. `kind` keeps different sorts of names apart.
  RateVerdict Take(uint8_t rule, uint8_t kind, std::string_view who, int64_t now_us);

 private:
  struct Taken {
    uint8_t rule = 0;
    uint32_t count = 0;
  };
  uint64_t KeyOf(uint8_t rule, uint8_t kind, std::string_view who) const;
  void Note(uint64_t key, uint8_t rule);
  void Run();
  void Tell();
  void Hear(std::string_view message);
  bool IsNew(uint64_t sender, uint64_t sequence, int64_t time_us);

  const std::vector<RateRule> rules_;
  cache::Cache* const cache_;  // null: nothing is shared
  const std::string topic_;
  const Clock& clock_;
  const std::function<int64_t()> now_us_;
  RateTable table_;
  unsigned char hash_key_[16];
  uint64_t self_ = 0;
  telemetry::Counter& told_;
  telemetry::Counter& heard_;

  std::mutex mutex_;
  std::condition_variable wake_;
  absl::flat_hash_map<uint64_t, Taken> taken_;  // since the last message
  bool ending_ = false;
  uint64_t sequence_ = 0;                              // the thread's own
  absl::flat_hash_map<uint64_t, uint64_t> sequences_;  // of other senders; the listener's own
  cache::Subscription subscription_;
  std::thread thread_;
};

}  // namespace schutznetz::rate
