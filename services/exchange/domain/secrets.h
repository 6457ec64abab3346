// By what callers are recognised: keyed digests of token subjects and of keys, never these themselves (SAFETY P18).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "services/common/access/api_key.h"

namespace schutznetz::exchange {

// HMAC-SHA-256 under a secret that is not in the database. Immutable, thread safe.
class Pepper {
 public:
  // INVALID_ARGUMENT: fewer than 32 bytes.
  static absl::StatusOr<Pepper> FromText(std::string_view text);

  // Hexadecimal digests.
  std::string OfSubject(std::string_view issuer, std::string_view subject) const;
  std::string OfKey(const access::ApiKey& key) const;

 private:
  explicit Pepper(std::string secret) : secret_(std::move(secret)) {}

  std::string secret_;
};

}  // namespace schutznetz::exchange
