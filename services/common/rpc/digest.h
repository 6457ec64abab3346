// Digests of requests: equal for equal meaning, whatever order the bytes came in.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"

namespace schutznetz::rpc {

// SHA-256 of `bytes`, 32 bytes.
std::string Sha256(std::string_view bytes);

// The deterministic serialization of `message` (map entries sorted).
std::string CanonicalBytes(const google::protobuf::Message& message);

}  // namespace schutznetz::rpc
