// The one local operator token that opens every method until identity arrives.
//
// Form: "snop_" + base64url of 256 random bits, alone in a file that only its owner may read. Callers send it as
// "authorization: Bearer <token>"; the gateway forwards that line. Servers keep its digest only.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/access/caller.h"

namespace schutznetz::access {

// Makes a new token. INTERNAL never; the random source cannot fail after start.
std::string NewOperatorToken();

// Writes a new token to `path` with mode 0600. ALREADY_EXISTS (untouched) when the file is there, INTERNAL when it
// cannot be written.
absl::Status CreateOperatorTokenFile(const std::string& path);

// Tells callers apart. Immutable after construction, thread safe.
class Authenticator {
 public:
  // Nobody but the public can call.
  Authenticator() = default;
  // The token in `token` opens everything. INVALID_ARGUMENT when it is not of the form above.
  static absl::StatusOr<Authenticator> WithOperatorToken(std::string_view token);

  // `authorization` is the metadata value, empty when absent: then the caller is the public. Compared in constant time.
  // UNAUTHENTICATED (CREDENTIALS_REQUIRED) when a value is present but is not the token.
  absl::StatusOr<Caller> Authenticate(std::string_view authorization) const;

 private:
  bool has_token_ = false;
  std::array<unsigned char, 32> digest_ = {};
};

}  // namespace schutznetz::access
