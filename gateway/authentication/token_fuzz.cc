// Tokens and key sets are strangers' bytes: whatever arrives is read or refused, and a token without one of our keys is
// never good.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/authentication/json_object.h"
#include "gateway/authentication/key_set.h"
#include "gateway/authentication/token_claims.h"
#include "services/common/encoding/base64url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schutznetz;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto bytes = DecodeBase64Url(text); bytes.has_value() && EncodeBase64Url(*bytes) != text) {
    std::abort();  // two texts would mean the same
  }
  (void)gateway::JsonObject::Read(text);

  gateway::ParsedToken token;
  if (gateway::ParseToken(text, &token) == gateway::TokenProblem::kNone &&
      (token.claims.subject.empty() || token.claims.issuer.empty() || token.claims.audience.empty())) {
    std::abort();
  }
  // The input as header, and as claims, of a token.
  const std::string encoded = EncodeBase64Url(text);
  (void)gateway::ParseToken(encoded + "." + encoded + ".AAAA", &token);
  (void)gateway::ParseToken("eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9." + encoded + ".AAAA", &token);

  const auto keys = gateway::KeySet::Parse(text);
  if (keys.ok() && ((*keys)->size() == 0 || (*keys)->size() > 64)) std::abort();
  return 0;
}
