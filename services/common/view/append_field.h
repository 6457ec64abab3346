// Writing single fields of a message as wire bytes, for answers that are joined from ready parts.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/message_lite.h"

namespace schutznetz::view {

inline void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

// Numbers and booleans; the default is not written.
inline void AppendNumber(int field, uint64_t value, std::string* out) {
  if (value == 0) return;
  AppendVarint(static_cast<uint64_t>(field) << 3, out);
  AppendVarint(value, out);
}

// What stands before a string or message of `size` bytes.
inline void AppendHead(int field, size_t size, std::string* out) {
  AppendVarint(static_cast<uint64_t>(field) << 3 | 2, out);
  AppendVarint(size, out);
}

// Strings and messages, also empty ones.
inline void AppendBytes(int field, std::string_view bytes, std::string* out) {
  AppendHead(field, bytes.size(), out);
  out->append(bytes);
}

inline void AppendMessage(int field, const google::protobuf::MessageLite& message, std::string* out) {
  AppendHead(field, message.ByteSizeLong(), out);
  message.AppendToString(out);
}

inline void AppendDouble(int field, double value, std::string* out) {
  AppendVarint(static_cast<uint64_t>(field) << 3 | 1, out);
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  for (int shift = 0; shift < 64; shift += 8) out->push_back(static_cast<char>(bits >> shift));
}

inline void AppendFloat(int field, float value, std::string* out) {
  if (value == 0) return;
  AppendVarint(static_cast<uint64_t>(field) << 3 | 5, out);
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  for (int shift = 0; shift < 32; shift += 8) out->push_back(static_cast<char>(bits >> shift));
}

// google.protobuf.Timestamp, to the microsecond.
inline void AppendTime(int field, absl::Time time, std::string* out) {
  const int64_t us = absl::ToUnixMicros(time);
  const int64_t second = us >= 0 ? us / 1'000'000 : -((999'999 - us) / 1'000'000);
  std::string bytes;
  AppendNumber(1, static_cast<uint64_t>(second), &bytes);
  AppendNumber(2, static_cast<uint64_t>(us - second * 1'000'000) * 1000, &bytes);
  AppendBytes(field, bytes, out);
}

}  // namespace schutznetz::view
