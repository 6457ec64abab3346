#include "gateway/upstream/deadline.h"

#include <cstdint>

namespace schutznetz::gateway {
namespace {

std::optional<int64_t> ParseDigits(std::string_view digits, size_t digits_max) {
  if (digits.empty() || digits.size() > digits_max) return std::nullopt;
  int64_t number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

absl::Duration TimeoutMax(common::v1::Rule::Rate rate) {
  switch (rate) {
    case common::v1::Rule::SEARCH:
      return absl::Seconds(3);
    case common::v1::Rule::WRITE:
    case common::v1::Rule::LOGIN:
      return absl::Seconds(5);
    case common::v1::Rule::EXPORT:
      return absl::Seconds(60);
    default:
      return absl::Seconds(2);
  }
}

std::optional<absl::Duration> ParseGrpcTimeout(std::string_view value) {
  if (value.empty()) return std::nullopt;
  const std::optional<int64_t> number = ParseDigits(value.substr(0, value.size() - 1), 8);
  if (!number.has_value()) return std::nullopt;
  switch (value.back()) {
    case 'H':
      return absl::Hours(*number);
    case 'M':
      return absl::Minutes(*number);
    case 'S':
      return absl::Seconds(*number);
    case 'm':
      return absl::Milliseconds(*number);
    case 'u':
      return absl::Microseconds(*number);
    case 'n':
      return absl::Nanoseconds(*number);
    default:
      return std::nullopt;
  }
}

std::optional<absl::Duration> ParseConnectTimeout(std::string_view value) {
  const std::optional<int64_t> number = ParseDigits(value, 10);
  if (!number.has_value()) return std::nullopt;
  return absl::Milliseconds(*number);
}

}  // namespace schutznetz::gateway
