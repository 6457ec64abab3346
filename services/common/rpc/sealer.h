// Sealing: small values that travel through a client unread and unchanged (page tokens, positions, cursors).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/storage/change_record.h"

namespace schutznetz::rpc {

// XChaCha20-Poly1305 with random nonces; the result is base64url without padding. Immutable, thread safe.
class Sealer {
 public:
  using Key = std::array<unsigned char, 32>;

  // A key of its own: what it seals dies with the process. For single servers.
  static Sealer WithRandomKey();
  // `text`: one key per line, each 32 bytes in base64url or hex. The first seals, all open (rotation). Replicas share
  // it. INVALID_ARGUMENT names the line.
  static absl::StatusOr<Sealer> FromKeyText(std::string_view text);

  // `purpose` separates kinds: what was sealed for one cannot be opened for another. It is authenticated, not stored.
  std::string Seal(std::string_view purpose, std::string_view payload) const;
  // The payload, or nothing when `sealed` was not made by Seal with this purpose and one of the keys.
  // For what callers bring back, tokens and positions: above 4,096 characters it is refused without a look.
  std::optional<std::string> Open(std::string_view purpose, std::string_view sealed) const;
  // The same for what this installation has stored itself, of any length.
  std::optional<std::string> OpenStored(std::string_view purpose, std::string_view sealed) const;

 private:
  explicit Sealer(std::vector<Key> keys) : keys_(std::move(keys)) {}
  std::vector<Key> keys_;
};

// Positions as they travel in `schutznetz-position`: plain numbers would count hidden changes.
std::string SealPosition(const Sealer& sealer, const storage::Position& position);
std::optional<storage::Position> OpenPosition(const Sealer& sealer, std::string_view sealed);

}  // namespace schutznetz::rpc
