// What was verified or looked up, kept for a while in bounded memory.
//
// A table of sets of eight; a full set gives up the entry that ends first. Ten thousand keys in a table for 32,768 keep
// their places but for one in a thousand. Keys are compared byte by byte, and which set they fall into cannot be
// steered by strangers (the hash is seeded per process). Thread safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/time/time.h"

namespace schutznetz::access {

// `Value` is cheap to copy and default constructible. Keys longer than `key_bytes_max` are not kept.
template <typename Value>
class ExpiringCache {
 public:
  // Room for about `entries`, at least eight.
  explicit ExpiringCache(size_t entries, size_t key_bytes_max = 1024)
      : set_count_(std::max<size_t>(entries / kWays, 1)),
        key_bytes_max_(key_bytes_max),
        sets_(std::make_unique<Set[]>(set_count_)) {}

  // The value under `key` that is valid at `now`, or nothing.
  std::optional<Value> Find(std::string_view key, absl::Time now) const {
    const size_t hash = HashOf(key);
    Set& set = SetOf(hash);
    const std::lock_guard lock(set.mutex);
    for (const Entry& entry : set.entries) {
      if (entry.hash == hash && now < entry.until && entry.key == key) return entry.value;
    }
    return std::nullopt;
  }

  // Keeps `value` until `until`, in place of an earlier one under this key.
  void Put(std::string_view key, Value value, absl::Time until) {
    if (key.size() > key_bytes_max_) return;
    const size_t hash = HashOf(key);
    Set& set = SetOf(hash);
    const std::lock_guard lock(set.mutex);
    Entry* place = &set.entries[0];
    for (Entry& entry : set.entries) {
      if (entry.hash == hash && entry.key == key) {
        place = &entry;
        break;
      }
      if (entry.until < place->until) place = &entry;
    }
    place->hash = hash;
    place->until = until;
    place->key.assign(key.data(), key.size());
    place->value = std::move(value);
  }

  void Erase(std::string_view key) {
    const size_t hash = HashOf(key);
    Set& set = SetOf(hash);
    const std::lock_guard lock(set.mutex);
    for (Entry& entry : set.entries) {
      if (entry.hash == hash && entry.key == key) entry = {};
    }
  }

 private:
  static constexpr size_t kWays = 8;
  struct Entry {
    size_t hash = 0;
    absl::Time until = absl::InfinitePast();
    std::string key;
    Value value = {};
  };
  struct Set {
    std::mutex mutex;
    std::array<Entry, kWays> entries;
  };

  static size_t HashOf(std::string_view key) { return absl::HashOf(absl::string_view(key.data(), key.size())); }
  Set& SetOf(size_t hash) const { return sets_[hash % set_count_]; }

  const size_t set_count_;
  const size_t key_bytes_max_;
  const std::unique_ptr<Set[]> sets_;
};

}  // namespace schutznetz::access
