#include "services/common/encoding/base64url.h"

#include <sodium.h>

#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

}  // namespace

std::string EncodeBase64Url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), UnsignedBytes(bytes), bytes.size(), kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, kVariant) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

bool DecodeBase64Url(std::string_view text, unsigned char* bytes, size_t size) {
  size_t decoded = 0;
  return sodium_base642bin(bytes, size, text.data(), text.size(), nullptr, &decoded, nullptr, kVariant) == 0 &&
         decoded == size;
}

}  // namespace schutznetz
