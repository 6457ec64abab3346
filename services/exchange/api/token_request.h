// A request for an access token, taken apart (RFC 6749 sections 2.3.1 and 4.4.2). Internal to api/.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/exchange/v1/token.pb.h"

namespace schutznetz::exchange {

// Well-formed, not yet believed.
struct TokenRequest {
  std::string client_id;
  std::string client_secret;
  std::string grant_type;
  std::string scope;  // as it came; empty: not asked for
};

// The credentials come in the header or in the form; a client_id in the form may repeat the header's.
//   INVALID_ARGUMENT (MEDIA_TYPE_UNSUPPORTED, MALFORMED_BODY)  no form, or not one that wire::Form takes
//   INVALID_ARGUMENT (INVALID_FIELD)                           credentials in both places, or two client ids
//   UNAUTHENTICATED (CREDENTIALS_REQUIRED)                     no credentials, or a header that is not well-formed
absl::StatusOr<TokenRequest> ReadTokenRequest(const v1::IssueTokenRequest& request);

// The names in a scope parameter (RFC 6749 section 3.3), each once. INVALID_ARGUMENT (SCOPE_REFUSED): not of that form,
// or more than 32.
absl::StatusOr<std::vector<std::string>> ReadScope(std::string_view scope);

}  // namespace schutznetz::exchange
