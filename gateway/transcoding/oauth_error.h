// Errors as RFC 6749 section 5.2 tells them. Internal to transcoding/.
#pragma once

#include <string_view>

#include "gateway/transcoding/transcoder.h"

namespace schutznetz::gateway {

// `http_status` is what the error would have elsewhere: 401 stays, limits of HTTP and weather stay, everything else is
// 400. `reason` is that of its ErrorInfo.
ErrorReply OAuthError(const google::rpc::Status& status, std::string_view reason, int http_status);

}  // namespace schutznetz::gateway
