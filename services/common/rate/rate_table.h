// How often each caller came lately, in bounded memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace schutznetz::rate {

// A quota: `burst` at once, one more every `interval_us`.
struct RateRule {
  int64_t interval_us = 1;
  int64_t burst = 1;
};

struct RateVerdict {
  bool admitted = true;
  int64_t remaining = 0;  // calls that would be admitted now
  int64_t reset_us = 0;   // until the whole burst is there again
  int64_t retry_us = 0;   // when refused: until one call is admitted
};

// A token bucket per key, kept as one time each (the "generic cell rate algorithm"). 65,536 keys; when there are more,
// those that are closest to a full bucket are forgotten first, which costs the limit nothing. Thread safe.
class RateTable {
 public:
  RateTable();

  // Takes one from the bucket of `key`, a hash that strangers cannot steer. `now_us` never runs backwards by much.
  RateVerdict Take(uint64_t key, const RateRule& rule, int64_t now_us);
  // Takes `count` that were admitted elsewhere. Never more than the bucket holds.
  void Charge(uint64_t key, const RateRule& rule, int64_t count, int64_t now_us);
  // How long until Take would admit one; zero: it would now. Takes nothing.
  int64_t WaitOf(uint64_t key, const RateRule& rule, int64_t now_us) const;

 private:
  static constexpr size_t kWays = 8;
  static constexpr size_t kSets = 8192;
  struct Entry {
    uint64_t key = 0;
    int64_t full_us = 0;  // when the bucket is full again
  };
  struct Set {
    std::mutex mutex;
    std::array<Entry, kWays> entries;
  };
  static Entry& EntryOf(Set& set, uint64_t key);

  std::unique_ptr<std::array<Set, kSets>> sets_;
};

}  // namespace schutznetz::rate
