// What Redis does for Schutznetz, and nothing more: values that may be lost, wake-ups that may be lost, counts that may
// be lost. Losing, freezing, emptying or poisoning it changes speed only (P8).
//
// No truth is in here: a value is a copy of what can be made again, a hint only makes somebody look sooner who looks
// every few seconds anyway, and a count only tightens a limit that is kept without it too.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace schutznetz::cache {

// Keys, values and topics have bounds; what is longer is not kept, and not found.
inline constexpr size_t kKeyBytesMax = 512;
inline constexpr size_t kValueBytesMax = 1 << 20;

// Thread safe. No call blocks. Callbacks run once, on a thread of the cache or at once in the caller's: be brief, and
// hold no lock that the callback takes.
class Cache {
 public:
  virtual ~Cache() = default;

  // The value kept under `key`; nothing when there is none, when it is not the one that was set, or when it does not
  // come in time (250 ms at most, with a connection 50 ms).
  using GetDone = absl::AnyInvocable<void(std::optional<std::string>)>;
  virtual void Get(std::string_view key, GetDone done) = 0;

  // Keeps `value` for at most `kept`. Nobody hears whether that worked.
  virtual void Set(std::string_view key, std::string_view value, absl::Duration kept) = 0;

  // Adds `n` to the count of `key` in the current window of this length and gives the sum over all processes; nothing
  // when it is not known. Whoever can write to Redis can change it: never the only limit.
  using CountDone = absl::AnyInvocable<void(std::optional<int64_t>)>;
  virtual void Count(std::string_view key, int64_t n, absl::Duration window, CountDone done) = 0;

  // Tells whoever listens to `topic` in any process: something new up to `number`.
  virtual void SendHint(std::string_view topic, int64_t number) = 0;
  // `listener` is called for hints of `topic`, until the cache dies. Also when hints may have been missed (number 0).
  virtual void OnHint(std::string topic, std::function<void(int64_t number)> listener) = 0;
};

// The cache of an installation without Redis: never has anything.
class NoCache final : public Cache {
 public:
  void Get(std::string_view, GetDone done) override { done(std::nullopt); }
  void Set(std::string_view, std::string_view, absl::Duration) override {}
  void Count(std::string_view, int64_t, absl::Duration, CountDone done) override { done(std::nullopt); }
  void SendHint(std::string_view, int64_t) override {}
  void OnHint(std::string, std::function<void(int64_t)>) override {}
};

}  // namespace schutznetz::cache
