// From an error to the answer that tells it.
#pragma once

#include "gateway/filters/call.h"

namespace schutznetz::gateway {

// Renders call.error into call.response: status, body by Accept (google.rpc.Status or RFC 9457), Retry-After, Allow and
// WWW-Authenticate where they belong.
void RenderError(const Transcoder& transcoder, Call& call);

// The error of an upstream reply: its details where it carries them, else the nearest of ours. Text of libraries stays
// behind.
absl::Status ErrorOf(const UpstreamReply& reply);

}  // namespace schutznetz::gateway
