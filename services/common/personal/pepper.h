// By what callers and people are recognised: keyed digests of token subjects, keys and mail addresses, never these
// themselves (SAFETY P18).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "services/common/access/api_key.h"

namespace schutznetz::personal {

// HMAC-SHA-256 under a secret that is not in the database. Immutable, thread safe.
class Pepper {
 public:
  // INVALID_ARGUMENT: fewer than 32 bytes.
  static absl::StatusOr<Pepper> FromText(std::string_view text);

  // Hexadecimal digests.
  std::string OfSubject(std::string_view issuer, std::string_view subject) const;
  std::string OfKey(const access::ApiKey& key) const;
  // Of a text for a purpose, which keeps kinds apart: "manage-link/".
  std::string OfText(std::string_view purpose, std::string_view text) const;
  // Of a mail address in the form of NormalMail.
  std::string OfMail(std::string_view address) const;

 private:
  std::string Digest(std::initializer_list<std::string_view> texts) const;
  explicit Pepper(std::string secret) : secret_(std::move(secret)) {}

  std::string secret_;
};

// A mail address as it is compared: in small letters, without spaces around it. What providers make of dots and plus
// signs is theirs to know: two people may differ by them.
std::string NormalMail(std::string_view address);

}  // namespace schutznetz::personal
