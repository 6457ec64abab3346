// What Redis does for Schutznetz, and nothing more: values that may be lost, wake-ups that may be lost, messages that
// may be lost. Losing, freezing, emptying or poisoning it changes speed only (P8).
//
// No truth is in here: a value is a copy of what can be made again, a hint only makes somebody look sooner who looks
// every few seconds anyway, and values and messages carry a MAC, so that only this installation can write them. There
// are no counters: whoever can write to Redis could raise them, and honest callers would be refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace schutznetz::cache {

// Keys, values and topics have bounds; what is longer is not kept, and not found.
inline constexpr size_t kKeyBytesMax = 512;
inline constexpr size_t kValueBytesMax = 1 << 20;
inline constexpr size_t kMessageBytesMax = 64 * 1024;

// Listening, until the last copy is gone: then the listener does not run and will not. Must not be the listener's own
// to give up, and not outlive the cache.
using Subscription = std::shared_ptr<void>;

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

  // Tells whoever listens to `topic` in any process: something new up to `number`.
  virtual void SendHint(std::string_view topic, int64_t number) = 0;
  // `listener` is called for hints of `topic`. Also when hints may have been missed (number 0).
  [[nodiscard]] virtual Subscription OnHint(std::string topic, std::function<void(int64_t number)> listener) = 0;

  // Sends `text` to whoever listens to `topic` in any process, this one included.
  virtual void SendMessage(std::string_view topic, std::string_view text) = 0;
  // `listener` is called with texts that processes of the same secret sent for `topic`. Each may come late, again, or
  // never; never another.
  [[nodiscard]] virtual Subscription OnMessage(std::string topic,
                                               std::function<void(std::string_view text)> listener) = 0;
};

// The cache of an installation without Redis: never has anything.
class NoCache final : public Cache {
 public:
  void Get(std::string_view, GetDone done) override { done(std::nullopt); }
  void Set(std::string_view, std::string_view, absl::Duration) override {}
  void SendHint(std::string_view, int64_t) override {}
  Subscription OnHint(std::string, std::function<void(int64_t)>) override { return nullptr; }
  void SendMessage(std::string_view, std::string_view) override {}
  Subscription OnMessage(std::string, std::function<void(std::string_view)>) override { return nullptr; }
};

}  // namespace schutznetz::cache
