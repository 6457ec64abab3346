// The payloads of google.rpc that a status of this project carries. Internal to errors/.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace schutznetz::errors {

inline constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
inline constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
// Holds the text for the log; stripped by every conversion.
inline constexpr char kLogTextUrl[] = "schutznetz/log-text";

// The payload under `url` parsed as Proto, or nothing when absent or damaged.
template <typename Proto>
std::optional<Proto> PayloadAs(const absl::Status& status, const char* url) {
  const absl::optional<absl::Cord> payload = status.GetPayload(url);
  Proto proto;
  if (!payload.has_value() || !proto.ParseFromString(std::string(*payload))) return std::nullopt;
  return proto;
}

template <typename Proto>
void SetPayload(absl::Status& status, const char* url, const Proto& proto) {
  status.SetPayload(url, absl::Cord(proto.SerializeAsString()));
}

}  // namespace schutznetz::errors
