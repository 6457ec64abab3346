#include "services/common/cache/sealed_value.h"

#include <sodium.h>

#include <cstdint>
#include <cstdlib>

#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::cache {

ValueSeal::ValueSeal(std::string_view secret) {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  if (secret.empty()) {
    randombytes_buf(key_.data(), key_.size());
  } else {
    crypto_generichash(key_.data(), key_.size(), UnsignedBytes(secret), secret.size(), nullptr, 0);
  }
}

ValueSeal::Mac ValueSeal::MacOf(std::string_view key, std::string_view value) const {
  Mac mac;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), mac.size());
  const uint64_t key_size = key.size();
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&key_size), sizeof key_size);
  crypto_generichash_update(&state, UnsignedBytes(key), key.size());
  crypto_generichash_update(&state, UnsignedBytes(value), value.size());
  crypto_generichash_final(&state, mac.data(), mac.size());
  return mac;
}

std::string ValueSeal::Seal(std::string_view key, std::string_view value) const {
  const Mac mac = MacOf(key, value);
  std::string sealed(reinterpret_cast<const char*>(mac.data()), mac.size());
  sealed.append(value);
  return sealed;
}

std::optional<std::string> ValueSeal::Open(std::string_view key, std::string_view sealed) const {
  if (sealed.size() < sizeof(Mac)) return std::nullopt;
  const std::string_view value = sealed.substr(sizeof(Mac));
  const Mac mac = MacOf(key, value);
  if (sodium_memcmp(mac.data(), sealed.data(), mac.size()) != 0) return std::nullopt;
  return std::string(value);
}

}  // namespace schutznetz::cache
