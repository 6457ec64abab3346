#include "services/common/rpc/etag.h"

#include <sodium.h>

#include "services/common/errors/errors.h"
#include "services/common/rpc/digest.h"

namespace schutznetz::rpc {

std::string EtagOf(std::string_view projected) {
  constexpr size_t kDigestBytes = 12;
  const std::string digest = Sha256(projected);
  char text[sodium_base64_ENCODED_LEN(kDigestBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  sodium_bin2base64(text, sizeof text, reinterpret_cast<const unsigned char*>(digest.data()), kDigestBytes,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

absl::Status CheckEtag(std::string_view resource, std::string_view sent, std::string_view current) {
  if (sent.empty()) return errors::EtagMissing(resource);
  if (sent != current) return errors::EtagMismatch(resource, current);
  return absl::OkStatus();
}

}  // namespace schutznetz::rpc
