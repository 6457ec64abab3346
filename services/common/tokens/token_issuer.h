// Signs access tokens: the built-in issuer of one machine, and the exchange server's token endpoint.
//
//   ASSIGN_OR_RETURN(TokenIssuer issuer, TokenIssuer::Create(key_file_text, kOwnIssuer, clock));
//   ASSIGN_OR_RETURN(std::string token, issuer.Issue({.subject = "members/7c0f", .client_id = "schutznetzctl"},
//                                                    absl::Hours(1)));
//   issuer.Jwks();   // what those who verify need
//
// Tokens are JWTs as RFC 9068 profiles them (WIRE section 9): typ at+jwt, signed with EdDSA (Ed25519) or ES256 (P-256),
// whichever the key is for; kid is the key's thumbprint (RFC 7638).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/time/clock.h"

namespace schutznetz::tokens {

// The issuer of tokens that an installation signs itself, and the audience of all that are meant for it, unless an
// operator names others.
inline constexpr char kOwnIssuer[] = "urn:schutznetz";
inline constexpr char kDefaultAudience[] = "schutznetz";

// Claims that narrow what the grants give; absent ones narrow nothing.
inline constexpr char kRolesClaim[] = "schutznetz_roles";  // names of roles: ["editor"]
inline constexpr char kLandsClaim[] = "schutznetz_lands";  // ["lands/DE-NW"]

struct TokenClaims {
  std::string subject;    // "members/…" or "partners/…"
  std::string client_id;  // the program that the token was given to
  std::optional<std::string> scope;
  std::optional<std::vector<std::string>> roles;
  std::optional<std::vector<std::string>> lands;
};

// Immutable, thread safe.
class TokenIssuer {
 public:
  // `pem`: one to four private keys in PEM; the first signs, the others are only published (rotation: add the new key
  // at the end, wait until all have it, move it to the front, drop the old one after the longest lifetime).
  // INVALID_ARGUMENT: no key, or one that is neither Ed25519 nor P-256. `clock` must outlive the issuer.
  static absl::StatusOr<TokenIssuer> Create(std::string_view pem, std::string issuer, std::string audience,
                                            const Clock& clock);
  TokenIssuer(TokenIssuer&&) noexcept;
  TokenIssuer& operator=(TokenIssuer&&) noexcept;
  ~TokenIssuer();

  // A token that is good for `lifetime` from now. INVALID_ARGUMENT: subject or client_id is empty, or no UTF-8.
  absl::StatusOr<std::string> Issue(const TokenClaims& claims, absl::Duration lifetime) const;
  // The public keys as a JSON Web Key Set.
  const std::string& Jwks() const;
  const std::string& issuer() const;

 private:
  struct State;
  explicit TokenIssuer(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

// A new Ed25519 key as PEM, for a file that only its owner may read.
std::string NewSigningKeyPem();

}  // namespace schutznetz::tokens
