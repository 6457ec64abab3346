// The secret of an audit log: signs checkpoints (ed25519) and turns principals into pseudonyms.
//
// All replicas of a server use the same key. It lives in a file of its own, not in the database, so that whoever can
// change the log cannot sign it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace schutznetz::audit {

// Immutable, thread safe, copyable; wiped when it dies.
class AuditKey {
 public:
  // A new key in its written form: "snau_" and 43 characters of base64url.
  static std::string NewText();
  // INVALID_ARGUMENT: not of that form.
  static absl::StatusOr<AuditKey> FromText(std::string_view text);
  // A key that dies with the process, for servers without --audit_key_file: its checkpoints and pseudonyms hold within
  // one run.
  static AuditKey Random();
  ~AuditKey();
  AuditKey(const AuditKey&) = default;
  AuditKey& operator=(const AuditKey&) = default;

  // For whoever verifies: "snap_" and 43 characters of base64url. Not secret.
  const std::string& public_key() const { return public_key_; }
  // Signature of `text`, 86 characters of base64url.
  std::string Sign(std::string_view text) const;
  // Stands for `principal` in the log: a keyed hash, 22 characters of base64url; "public" for the empty one. The same
  // person has the same pseudonym as long as the key is the same.
  std::string Pseudonym(std::string_view principal) const;

 private:
  AuditKey() = default;
  static AuditKey FromSeed(const unsigned char* seed);

  std::array<unsigned char, 64> signing_key_ = {};
  std::array<unsigned char, 32> pseudonym_key_ = {};
  std::string public_key_;
};

// Whether `text` has the form of a public key.
bool IsPublicKey(std::string_view text);
// Whether `signature` is that of `text` under `public_key`. False for whatever is malformed.
bool IsSigned(std::string_view public_key, std::string_view text, std::string_view signature);

}  // namespace schutznetz::audit
