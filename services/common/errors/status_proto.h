// The one conversion between absl::Status and google.rpc.Status.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace schutznetz::errors {

// Details of one error stay under this many bytes, so that they always fit into response metadata.
inline constexpr size_t kDetailsBytesMax = 6 * 1024;

// The status that may leave the process. A status without an ErrorInfo of this project was made by a library: its text
// is dropped, CANCELLED, DEADLINE_EXCEEDED and UNAVAILABLE become the matching situations of errors.h, everything else
// becomes Internal(), with the dropped text as log text. UNKNOWN never leaves. OK stays OK.
absl::Status Presentable(const absl::Status& status);

// Presentable(status) as google.rpc.Status, its ErrorInfo.domain set to `domain` (the gRPC service name). Violations
// are cut, with a last one saying how many are missing, when the details would pass kDetailsBytesMax.
google::rpc::Status ToProto(const absl::Status& status, std::string_view domain);

// The reverse: code, sentence and details as payloads. Details of other types are kept as they are.
absl::Status FromProto(const google::rpc::Status& proto);

}  // namespace schutznetz::errors
