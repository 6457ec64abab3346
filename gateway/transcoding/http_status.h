// The one table from canonical codes to HTTP.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace schutznetz::gateway {

// The HTTP status of an error with this canonical code and this ErrorInfo reason (may be empty). The reason decides
// where HTTP distinguishes more than gRPC: 405, 410, 413, 415, 422, 428, and 412 instead of 409 for a stale etag when
// the request carried If-Match.
int HttpStatusOf(absl::StatusCode code, std::string_view reason, bool if_match = false);

// "Not Found" and the like; empty for an unknown status.
std::string_view HttpStatusPhrase(int http_status);

}  // namespace schutznetz::gateway
