// Values as they lie in Redis: with a MAC over key and value, so that what somebody else put there is a miss.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace schutznetz::cache {

// Immutable, thread safe.
class ValueSeal {
 public:
  // `secret` is shared by all processes that read each other's values; empty: a random one, for this process alone.
  explicit ValueSeal(std::string_view secret);

  std::string Seal(std::string_view key, std::string_view value) const;
  // Nothing unless `sealed` was made for this key with this secret.
  std::optional<std::string> Open(std::string_view key, std::string_view sealed) const;

 private:
  using Mac = std::array<unsigned char, 32>;
  Mac MacOf(std::string_view key, std::string_view value) const;

  Mac key_;
};

}  // namespace schutznetz::cache
