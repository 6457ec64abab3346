// Where an issuer's keys come from, kept up to date by a thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/authentication/key_set.h"
#include "services/common/telemetry/log.h"

namespace schutznetz::gateway {

struct KeySourceOptions {
  absl::Duration refresh = absl::Minutes(5);
  absl::Duration retry = absl::Seconds(5);           // after a failure
  absl::Duration refetch_least = absl::Seconds(30);  // between two fetches for unknown key ids
  // How long the last good keys are used while the source fails.
  absl::Duration stale_max = absl::Hours(24);
};

// Thread safe. Fetches, then again every `refresh`, after `retry` when that failed, and soon after WantKey at most
// every `refetch_least`. A set that cannot be fetched or is not right leaves the last good one in place, until
// `stale_max`.
class KeySource {
 public:
  // The text of the key set. Called on this object's thread; must return within seconds.
  using Fetch = std::function<absl::StatusOr<std::string>()>;

  // `log` must outlive it.
  KeySource(Fetch fetch, const KeySourceOptions& options, telemetry::LogWriter& log);
  // Waits for a fetch under way.
  ~KeySource();
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;

  // The keys in use; null: none were ever fetched, or the last good ones are too old. A set that says the same as the
  // one before is the same object.
  std::shared_ptr<const KeySet> keys() const;
  // A token named a key that the set does not hold.
  void WantKey();

 private:
  void Run();
  void FetchOnce();

  const Fetch fetch_;
  const KeySourceOptions options_;
  telemetry::LogWriter& log_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const KeySet> keys_;
  absl::Time fetched_ = absl::InfinitePast();  // successfully
  bool wanted_ = false;
  bool stop_ = false;
  std::string text_;  // of keys_; the thread's own
  bool failed_ = false;
  std::thread thread_;
};

// A file, read again at each fetch. At most 256 KiB.
KeySource::Fetch FetchFromFile(std::string path);
// An https URL (http to this machine only): 10 s, 256 KiB, certificates verified, no redirects, no proxy.
KeySource::Fetch FetchFromUrl(std::string url);
// Whether this is a URL that FetchFromUrl takes.
bool IsKeySetUrl(const std::string& url);

}  // namespace schutznetz::gateway
