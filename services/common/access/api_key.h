// The form of a partner system's key: "sn_<id>_<secret>", sent as X-API-Key or as an OAuth2 client secret.
//
//   <id>      1 to 64 of [A-Za-z0-9-]; public, names the key in lists and logs
//   <secret>  43 characters, base64url of 256 random bits, then 6 of a checksum over all before, so that a mistyped key
//             is refused without a look-up and leaked ones can be recognised
//
// Stored is only the digest: HMAC-SHA-256 under a pepper that is kept outside the database (SAFETY section 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace schutznetz::access {

struct ApiKey {
  std::string_view id;
  std::string_view secret;  // with its checksum
};

// A new key under this id, which must be of the form above.
std::string NewApiKey(std::string_view id);

// The parts of a key, views into `text`. Nothing when it is not of the form above or the checksum is wrong.
std::optional<ApiKey> ParseApiKey(std::string_view text);

// What is stored of `key`: 32 bytes. `pepper` is a secret of at least 32 bytes.
std::string ApiKeyDigest(const ApiKey& key, std::string_view pepper);

// Whether two digests are the same, in a time that tells nothing about where they differ.
bool DigestsEqual(std::string_view a, std::string_view b);

}  // namespace schutznetz::access
