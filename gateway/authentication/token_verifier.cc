#include "gateway/authentication/token_verifier.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "services/common/encoding/base64url.h"

namespace schutznetz::gateway {
namespace {

using Digest = std::array<char, 32>;

Digest DigestOf(std::string_view text) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Digest digest;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, sha256, nullptr);
  return digest;
}

std::string_view View(const Digest& digest) { return {digest.data(), digest.size()}; }

}  // namespace

std::string SessionOf(std::string_view credential) {
  constexpr size_t kSessionBytes = 16;
  return EncodeBase64Url(View(DigestOf(credential)).substr(0, kSessionBytes));
}

TokenVerifier::TokenVerifier(std::vector<TrustedIssuer> issuers, const Clock& clock, size_t tokens)
    : issuers_(std::move(issuers)), clock_(clock), verified_(tokens) {}

std::shared_ptr<const VerifiedToken> TokenVerifier::Remembered(std::string_view token) const {
  if (token.size() > kTokenBytesMax) return nullptr;
  const auto entry = verified_.Find(View(DigestOf(token)), clock_.Now());
  // A key that its issuer took back vouches for nothing any more.
  if (!entry.has_value() || entry->issuer->keys->keys() != entry->keys) return nullptr;
  return entry->token;
}

TokenVerdict TokenVerifier::Verify(std::string_view token) const {
  Entry entry;
  if (const TokenProblem problem = Check(token, &entry); problem != TokenProblem::kNone) return {problem, nullptr};
  verified_.Put(View(DigestOf(token)), entry, entry.token->valid_until);
  return {TokenProblem::kNone, entry.token};
}

const TrustedIssuer* TokenVerifier::IssuerOf(std::string_view name) const {
  for (const TrustedIssuer& issuer : issuers_) {
    if (issuer.issuer == name) return &issuer;
  }
  return nullptr;
}

TokenProblem TokenVerifier::CheckTimes(const TokenClaimSet& claims) const {
  const absl::Time now = clock_.Now();
  if (claims.expire_time + kSkew <= now) return TokenProblem::kExpired;
  if (claims.not_before - kSkew > now || claims.issue_time - kSkew > now) return TokenProblem::kNotYet;
  return TokenProblem::kNone;
}

TokenProblem TokenVerifier::Check(std::string_view text, Entry* entry) const {
  ParsedToken parsed;
  if (const TokenProblem problem = ParseToken(text, &parsed); problem != TokenProblem::kNone) return problem;
  TokenClaimSet& claims = parsed.claims;
  const TrustedIssuer* const issuer = IssuerOf(claims.issuer);
  if (issuer == nullptr || !claims.subject.starts_with(issuer->subjects)) return TokenProblem::kIssuer;
  if (parsed.header.typ_is_jwt && !issuer->typ_may_be_jwt) return TokenProblem::kType;
  std::shared_ptr<const KeySet> keys = issuer->keys->keys();
  if (keys == nullptr) return TokenProblem::kNoKeys;
  const VerificationKey* const key = keys->Find(parsed.header.key_id);
  if (key == nullptr) {
    issuer->keys->WantKey();
    return TokenProblem::kKey;
  }
  if (parsed.header.algorithm != NameOf(key->algorithm())) return TokenProblem::kAlgorithm;
  if (!key->Verify(parsed.signed_text, parsed.signature)) return TokenProblem::kSignature;
  if (std::find(claims.audience.begin(), claims.audience.end(), issuer->audience) == claims.audience.end()) {
    return TokenProblem::kAudience;
  }
  if (const TokenProblem problem = CheckTimes(claims); problem != TokenProblem::kNone) return problem;

  auto token = std::make_shared<VerifiedToken>();
  token->session = SessionOf(text);
  token->issuer = std::move(claims.issuer);
  token->subject = std::move(claims.subject);
  token->valid_until = claims.expire_time + kSkew;
  token->scopes = std::move(claims.scopes);
  token->roles = std::move(claims.roles);
  token->lands = std::move(claims.lands);
  *entry = {std::move(token), issuer, std::move(keys)};
  return TokenProblem::kNone;
}

}  // namespace schutznetz::gateway
