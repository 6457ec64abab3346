// Entity tags in header fields (RFC 9110, 8.8.3) and their suffixes for content codings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/filters/call.h"

namespace schutznetz::gateway {

struct EntityTag {
  std::string_view opaque;  // between the quotes
  bool weak = false;
};

// One tag with nothing around it: "abc", W/"abc". Nothing when malformed.
std::optional<EntityTag> ParseEntityTag(std::string_view text);

// Whether a list of tags, or "*", holds `etag` (without quotes): weak comparison, with or without a coding's suffix.
bool ListMatches(std::string_view list, std::string_view etag);

// "abc" with quotes becomes "abc-br".
std::string WithSuffix(std::string_view quoted, Coding coding);
// abc-br without quotes becomes abc. Servers' etags have 16 characters (services/common/rpc/etag.h) and may by chance
// end like a suffix, so nothing is cut below that.
std::string_view WithoutSuffix(std::string_view opaque);

// Whether a server's etag can stand between quotes.
bool IsOpaque(std::string_view etag);

// A strong etag for a body: 22 characters of base64url over SHA-256. The same on every gateway.
std::string HashEtag(std::string_view body);

}  // namespace schutznetz::gateway
