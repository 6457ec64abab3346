// Etags: validators of a resource's public facts.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace schutznetz::rpc {

// 16 characters: base64url of the first 12 bytes of SHA-256 over `projected`, the bytes a reader may see (without the
// etag itself). Without quotes; the gateway adds them.
std::string EtagOf(std::string_view projected);

// Whether a change may go on. FAILED_PRECONDITION (ETAG_MISSING) when `sent` is empty, ABORTED (ETAG_MISMATCH) when it
// is not `current`.
absl::Status CheckEtag(std::string_view resource, std::string_view sent, std::string_view current);

}  // namespace schutznetz::rpc
