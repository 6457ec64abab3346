#include "services/common/rpc/sealer.h"

#include <sodium.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "services/common/encoding/base64url.h"
#include "services/common/errors/errors.h"

namespace schutznetz::rpc {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kBroughtCharsMax = 4096;
constexpr std::string_view kPositionPurpose = "position";
static_assert(sizeof(Sealer::Key) == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void InitializeSodium() {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
}

bool DecodeKey(std::string_view line, Sealer::Key* key) {
  size_t size = 0;
  for (const int variant : {sodium_base64_VARIANT_URLSAFE_NO_PADDING, sodium_base64_VARIANT_URLSAFE,
                            sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING}) {
    if (sodium_base642bin(key->data(), key->size(), line.data(), line.size(), nullptr, &size, nullptr, variant) == 0 &&
        size == key->size()) {
      return true;
    }
  }
  return line.size() == 2 * key->size() &&
         sodium_hex2bin(key->data(), key->size(), line.data(), line.size(), nullptr, &size, nullptr) == 0 &&
         size == key->size();
}

// A fresh nonce. Nonces must differ and need not be secret, so each thread draws many at once from the system: a call
// of the kernel for each sealed position cost as much as sealing it.
void DrawNonce(unsigned char* nonce) {
  constexpr size_t kDrawn = 64;
  thread_local std::array<unsigned char, kDrawn * kNonceBytes> drawn;
  thread_local size_t used = kDrawn;
  if (used == kDrawn) {
    randombytes_buf(drawn.data(), drawn.size());
    used = 0;
  }
  std::memcpy(nonce, drawn.data() + used++ * kNonceBytes, kNonceBytes);
}

}  // namespace

Sealer Sealer::WithRandomKey() {
  InitializeSodium();
  Key key;
  randombytes_buf(key.data(), key.size());
  return Sealer({key});
}

absl::StatusOr<Sealer> Sealer::FromKeyText(std::string_view text) {
  InitializeSodium();
  std::vector<Key> keys;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    Key key;
    if (!DecodeKey(line, &key)) {
      return errors::InvalidField(absl::StrCat("line ", line_number), "Must be 32 bytes in base64url or hex.");
    }
    keys.push_back(key);
  }
  if (keys.empty()) return errors::InvalidField("line 1", "Must be 32 bytes in base64url or hex.");
  return Sealer(std::move(keys));
}

std::string Sealer::Seal(std::string_view purpose, std::string_view payload) const {
  std::string sealed(kNonceBytes + payload.size() + kTagBytes, '\0');
  DrawNonce(Bytes(sealed));
  crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(sealed) + kNonceBytes, nullptr, Bytes(payload), payload.size(),
                                             Bytes(purpose), purpose.size(), nullptr, Bytes(sealed), keys_[0].data());
  return EncodeBase64Url(sealed);
}

std::optional<std::string> Sealer::Open(std::string_view purpose, std::string_view sealed) const {
  if (sealed.size() > kBroughtCharsMax) return std::nullopt;
  return OpenStored(purpose, sealed);
}

std::optional<std::string> Sealer::OpenStored(std::string_view purpose, std::string_view sealed) const {
  const std::optional<std::string> decoded = DecodeBase64Url(sealed);
  if (!decoded || decoded->size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view box = *decoded;
  std::string payload(box.size() - kNonceBytes - kTagBytes, '\0');
  for (const Key& key : keys_) {
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(Bytes(payload), nullptr, nullptr, Bytes(box) + kNonceBytes,
                                                   box.size() - kNonceBytes, Bytes(purpose), purpose.size(), Bytes(box),
                                                   key.data()) == 0) {
      return payload;
    }
  }
  return std::nullopt;
}

std::string SealPosition(const Sealer& sealer, const storage::Position& position) {
  char payload[2 * sizeof(int64_t)];
  std::memcpy(payload, &position.epoch, sizeof position.epoch);
  std::memcpy(payload + sizeof position.epoch, &position.number, sizeof position.number);
  return sealer.Seal(kPositionPurpose, {payload, sizeof payload});
}

std::optional<storage::Position> OpenPosition(const Sealer& sealer, std::string_view sealed) {
  const std::optional<std::string> payload = sealer.Open(kPositionPurpose, sealed);
  storage::Position position;
  if (!payload.has_value() || payload->size() != sizeof position.epoch + sizeof position.number) return std::nullopt;
  std::memcpy(&position.epoch, payload->data(), sizeof position.epoch);
  std::memcpy(&position.number, payload->data() + sizeof position.epoch, sizeof position.number);
  return position;
}

}  // namespace schutznetz::rpc
