// The text forms of the well-known types, both ways. Internal to wire/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace schutznetz::wire {

struct SecondsNanos {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// Room for the longest text of either form.
inline constexpr size_t kTimeTextMax = 40;

// "2026-11-22T02:00:00.250Z" with 0, 3, 6 or 9 digits; writes at `to` and returns the end. Null when outside the years
// 0001 to 9999 or when nanos are out of range.
char* FormatTimestamp(SecondsNanos time, char* to);
// RFC 3339 with any offset and at most nine digits. False when it is not one, or outside the years 0001 to 9999.
bool ParseTimestamp(std::string_view text, SecondsNanos* time);

// "3.500s" with 0, 3, 6 or 9 digits. Null when out of range or when the signs differ.
char* FormatDuration(SecondsNanos duration, char* to);
bool ParseDuration(std::string_view text, SecondsNanos* duration);

// One path: "display_name.a_b" -> "displayName.aB"; false when it would not come back the same.
bool AppendMaskPathAsJson(std::string_view path, std::string* out);
// The reverse; a path in original names is taken as it is. False when it is neither.
bool AppendMaskPathFromJson(std::string_view path, std::string* out);

// Standard base64 with padding; writes at `to` and returns the end.
char* EncodeBase64(std::string_view bytes, char* to);
constexpr size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }
// Both alphabets, padding optional, no bits left over. Writes at most text.size() * 3 / 4 bytes at `to`; null when
// malformed.
char* DecodeBase64(std::string_view text, char* to);

}  // namespace schutznetz::wire
