// Texts that may stand in log lines: literals of the program and short bounded ids.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace schutznetz::telemetry {

// A text that stands in this program's source, or in a descriptor loaded at start and never unloaded.
class Literal {
 public:
  constexpr Literal() = default;
  template <size_t N>
  consteval Literal(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: literals convert on purpose
  // For names from descriptors and enums: they live as long as the process.
  static constexpr Literal ForProcessLifetime(std::string_view text) { return Literal(text); }
  constexpr std::string_view view() const { return text_; }

 private:
  explicit constexpr Literal(std::string_view text) : text_(text) {}
  std::string_view text_;
};

// A short id held in place. Longer text is cut.
template <size_t N>
class ShortText {
 public:
  ShortText() = default;
  ShortText(std::string_view text) : size_(static_cast<uint8_t>(std::min(text.size(), N))) {  // NOLINT
    std::memcpy(text_.data(), text.data(), size_);
  }
  std::string_view view() const { return {text_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  static_assert(N < 256);
  uint8_t size_ = 0;
  std::array<char, N> text_;
};

}  // namespace schutznetz::telemetry
