// Answers made from the newest version of a view, kept until there is a newer one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace schutznetz::view {

// Thread safe. Holds at most `kept_max` answers; then it starts anew.
template <typename T>
class VersionedCache {
 public:
  explicit VersionedCache(size_t kept_max = 1024) : kept_max_(kept_max) {}

  // Null: not known.
  std::shared_ptr<const T> Find(uint64_t version, const std::string& key) {
    std::lock_guard lock(mutex_);
    if (version_ != version) return nullptr;
    const auto found = kept_.find(key);
    return found == kept_.end() ? nullptr : found->second;
  }

  void Keep(uint64_t version, std::string key, std::shared_ptr<const T> answer) {
    std::lock_guard lock(mutex_);
    if (version < version_) return;
    if (version > version_ || kept_.size() >= kept_max_) kept_.clear();
    version_ = version;
    kept_.emplace(std::move(key), std::move(answer));
  }

 private:
  const size_t kept_max_;
  std::mutex mutex_;
  uint64_t version_ = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<const T>> kept_;
};

}  // namespace schutznetz::view
