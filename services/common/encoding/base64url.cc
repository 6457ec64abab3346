#include "services/common/encoding/base64url.h"

#include <sodium.h>

#include <algorithm>

#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

// The packaged libsodium (1.0.18) takes some bytes above ASCII for characters of the alphabet.
bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> Decode(std::string_view text, int variant) {
  if (!IsAscii(text)) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, variant) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string EncodeBase64Url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), UnsignedBytes(bytes), bytes.size(), kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> DecodeBase64Url(std::string_view text) { return Decode(text, kVariant); }

std::optional<std::string> DecodeBase64(std::string_view text) { return Decode(text, sodium_base64_VARIANT_ORIGINAL); }

bool DecodeBase64Url(std::string_view text, unsigned char* bytes, size_t size) {
  size_t decoded = 0;
  return IsAscii(text) &&
         sodium_base642bin(bytes, size, text.data(), text.size(), nullptr, &decoded, nullptr, kVariant) == 0 &&
         decoded == size;
}

}  // namespace schutznetz
