// The keys under which programs vouch for callers to each other: one secret per ordered pair of programs.
//
// File format (--context_keys_file), one key per line; empty lines and lines that begin with '#' are skipped:
//
//   <id> <from> <to> <secret>
//   2026-11 gateway directory 3q2-7wAA…            32 bytes as base64url without padding
//
// <id>: 1 to 32 of [A-Za-z0-9._-], unique per pair. <from>, <to>: names of programs: gateway, directory, events,
// exchange. At most two keys per pair and 64 in the file. Of a pair, the first line signs, both verify. A file may hold
// more pairs than its program needs (one file for one machine); in a cluster each program gets only its own lines.
//
// Rotation, each step with a restart one by one: add the new key as second line to both programs' files; make it the
// first line of the one that signs; after a minute take the old line away from both.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::access {

struct ContextKey {
  std::string id;
  std::string from;
  std::string to;
  std::array<unsigned char, 32> secret = {};
};

// Immutable, thread safe.
class ContextKeys {
 public:
  // No keys: nothing can be signed, every context is refused.
  ContextKeys() = default;
  // INVALID_ARGUMENT names the line and never shows the secret.
  static absl::StatusOr<ContextKeys> Parse(std::string_view text);

  bool empty() const { return keys_.empty(); }
  // The key that `from` signs with for `to`, or null.
  const ContextKey* SigningKey(std::string_view from, std::string_view to) const;
  // The keys of all programs that may call `to`.
  std::vector<const ContextKey*> KeysTo(std::string_view to) const;

 private:
  std::vector<ContextKey> keys_;  // in the order of the file
};

// A line of the file with a new random secret.
std::string NewContextKeyLine(std::string_view id, std::string_view from, std::string_view to);

}  // namespace schutznetz::access
