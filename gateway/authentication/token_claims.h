// The parts of a JWT access token (RFC 9068, WIRE section 9), read strictly and not yet believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace schutznetz::gateway {

// Why a token is refused. For metrics and tests: callers only learn that it is not valid.
enum class TokenProblem : uint8_t {
  kNone,
  kTooLong,       // above 8 KiB
  kForm,          // not three parts of strict base64url
  kHeader,        // no strict JSON object, or a member of a wrong type
  kHeaderMember,  // crit, jku, jwk, x5u and others that would let the token choose how it is checked
  kType,          // typ is not at+jwt
  kClaims,        // no strict JSON object, a claim missing or of a wrong type
  kIssuer,        // not a trusted one, or not for this subject
  kKey,           // the issuer has no key of this id
  kAlgorithm,     // not the key's
  kSignature,
  kAudience,
  kExpired,
  kNotYet,  // nbf or iat lies ahead
  kNoKeys,  // the issuer's keys could not be fetched: not the token's fault
  kCount,
};
std::string_view NameOf(TokenProblem problem);

inline constexpr size_t kTokenBytesMax = 8 * 1024;

struct TokenHeader {
  std::string algorithm;
  std::string key_id;
  bool typ_is_jwt = false;  // "JWT" or absent in place of "at+jwt"
};

struct TokenClaimSet {
  std::string issuer;
  std::string subject;
  std::string client_id;
  std::vector<std::string> audience;
  absl::Time expire_time;
  absl::Time not_before = absl::InfinitePast();
  absl::Time issue_time;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::vector<std::string>> roles;  // tokens::kRolesClaim
  std::optional<std::vector<std::string>> lands;  // tokens::kLandsClaim
};

struct ParsedToken {
  TokenHeader header;
  TokenClaimSet claims;
  std::string_view signed_text;  // into the token
  std::string signature;
};

// Reads a token. kNone, or why not; then `*token` is in any state.
TokenProblem ParseToken(std::string_view text, ParsedToken* token);

}  // namespace schutznetz::gateway
