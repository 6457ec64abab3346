// The bytes of a caller context, without key and MAC. Format and limits: caller_context.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "services/common/access/caller.h"

namespace schutznetz::access {

// What the bytes say. The views point into them.
struct ContextFields {
  std::string_view key_id;
  std::string_view audience;
  absl::Time expire_time;
  Caller caller;  // its session ends at expire_time
};

// Appends all but the MAC. False when the caller does not fit the format.
bool AppendContext(std::string_view key_id, std::string_view audience, absl::Time expire_time, const Caller& caller,
                   std::string* out);

// Reads `bytes` (without the MAC). Nothing when they are not exactly of the format.
std::optional<ContextFields> ParseContext(std::string_view bytes);

// The id of the key, before anything else is believed. Empty when `bytes` do not begin like a context.
std::string_view KeyIdOf(std::string_view bytes);

}  // namespace schutznetz::access
