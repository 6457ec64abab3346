// Verifies access tokens. What it has verified is remembered by digest until it expires, or until the issuer's keys
// change.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/authentication/key_source.h"
#include "gateway/authentication/token_claims.h"
#include "services/common/access/expiring_cache.h"
#include "services/common/time/clock.h"

namespace schutznetz::gateway {

// Whose tokens are believed.
struct TrustedIssuer {
  std::string issuer;           // claim "iss", exactly
  std::string audience;         // must be in claim "aud"
  bool typ_may_be_jwt = false;  // typ "JWT" is accepted too: common providers send it
  std::shared_ptr<KeySource> keys;
  std::string subjects = {};  // how every claim "sub" begins; empty: no matter
};

// A token that was good, as far as the rights need it.
struct VerifiedToken {
  std::string session;  // from the digest of the token; tells nothing about it
  std::string issuer;
  std::string subject;
  absl::Time valid_until;  // with the skew
  // What the claims narrow the grants to; absent: they do not.
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::vector<std::string>> roles;
  std::optional<std::vector<std::string>> lands;
};

struct TokenVerdict {
  TokenProblem problem = TokenProblem::kNone;
  std::shared_ptr<const VerifiedToken> token;  // null where there is a problem
};

// Thread safe.
class TokenVerifier {
 public:
  static constexpr absl::Duration kSkew = absl::Seconds(60);

  // `clock` must outlive it. `tokens`: how many are remembered.
  TokenVerifier(std::vector<TrustedIssuer> issuers, const Clock& clock, size_t tokens = 32'768);

  // The token if it was verified before. A digest and a look-up.
  std::shared_ptr<const VerifiedToken> Remembered(std::string_view token) const;
  // Verifies it; tens of microseconds.
  TokenVerdict Verify(std::string_view token) const;

 private:
  struct Entry {
    std::shared_ptr<const VerifiedToken> token;
    const TrustedIssuer* issuer = nullptr;
    std::shared_ptr<const KeySet> keys;  // under which it was good
  };
  TokenProblem Check(std::string_view text, Entry* entry) const;
  TokenProblem CheckTimes(const TokenClaimSet& claims) const;
  const TrustedIssuer* IssuerOf(std::string_view name) const;

  const std::vector<TrustedIssuer> issuers_;
  const Clock& clock_;
  mutable access::ExpiringCache<Entry> verified_;
};

// An id for what a credential is remembered by: 22 characters of its SHA-256.
std::string SessionOf(std::string_view credential);

}  // namespace schutznetz::gateway
