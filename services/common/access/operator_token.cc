#include "services/common/access/operator_token.h"

#include <fcntl.h>
#include <sodium.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"

namespace schutznetz::access {
namespace {

constexpr std::string_view kPrefix = "snop_";
constexpr std::string_view kScheme = "Bearer ";
constexpr size_t kSecretBytes = 32;
constexpr size_t kEncodedChars = 43;  // base64url of 32 bytes without padding

using Digest = std::array<unsigned char, 32>;
static_assert(sizeof(Digest) == crypto_hash_sha256_BYTES);

Digest DigestOf(std::string_view token) {
  Digest digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return digest;
}

bool IsTokenShaped(std::string_view token) {
  if (token.size() != kPrefix.size() + kEncodedChars || token.substr(0, kPrefix.size()) != kPrefix) return false;
  unsigned char secret[kSecretBytes];
  size_t size = 0;
  const int result = sodium_base642bin(secret, sizeof secret, token.data() + kPrefix.size(), kEncodedChars, nullptr,
                                       &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero(secret, sizeof secret);
  return result == 0 && size == kSecretBytes;
}

// The scheme's letters may come in either case (RFC 9110).
bool HasBearerScheme(std::string_view authorization) {
  return authorization.size() > kScheme.size() &&
         strncasecmp(authorization.data(), kScheme.data(), kScheme.size()) == 0;
}

}  // namespace

std::string NewOperatorToken() {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  unsigned char secret[kSecretBytes];
  randombytes_buf(secret, sizeof secret);
  char encoded[sodium_base64_ENCODED_LEN(kSecretBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  sodium_bin2base64(encoded, sizeof encoded, secret, sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero(secret, sizeof secret);
  return std::string(kPrefix) + encoded;
}

absl::Status CreateOperatorTokenFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return errors::Exists(path);
  if (file < 0) return errors::Internal(absl::StrCat(path, ": ", std::strerror(errno)));
  const std::string text = NewOperatorToken() + "\n";
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (written) return absl::OkStatus();
  ::unlink(path.c_str());
  return errors::Internal(absl::StrCat(path, ": cannot be written"));
}

absl::StatusOr<Authenticator> Authenticator::WithOperatorToken(std::string_view token) {
  if (!IsTokenShaped(token)) {
    return errors::InvalidField("operator_token_file", "Must hold one token: snop_ and 43 characters of base64url.");
  }
  Authenticator authenticator;
  authenticator.has_token_ = true;
  authenticator.digest_ = DigestOf(token);
  return authenticator;
}

absl::StatusOr<Caller> Authenticator::Authenticate(std::string_view authorization) const {
  if (authorization.empty()) return Caller();
  if (!HasBearerScheme(authorization)) return errors::CredentialsRequired();
  // Digests are compared, so neither length nor content of a wrong token shows in the time taken.
  const Digest presented = DigestOf(authorization.substr(kScheme.size()));
  const bool equal = sodium_memcmp(presented.data(), digest_.data(), digest_.size()) == 0;
  if (!has_token_ || !equal) return errors::CredentialsRequired();
  return Caller::LocalOperator();
}

}  // namespace schutznetz::access
