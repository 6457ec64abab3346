// Character classes of RFC 9110 and RFC 3986, as tables.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace schutznetz::gateway {

enum CharacterClass : uint8_t {
  kTokenChar = 1,       // tchar without '_': a name with '_' equals one with '-' for some servers behind a gateway
  kFieldValueChar = 2,  // visible, space, tab, and bytes from 0x80
  kPathChar = 4,        // pchar, '/', '%'
  kQueryChar = 8,       // visible ASCII but '"', '#', '<', '>': what browsers send
  kHostChar = 16,       // letters, digits, "-.:[]"
};

namespace internal {

constexpr bool Among(unsigned c, std::string_view set) {
  return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes = {};
  for (unsigned c = 0; c < 256; ++c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    const bool visible = c > 0x20 && c < 0x7f;
    if (alnum || Among(c, "!#$%&'*+-.^`|~")) classes[c] |= kTokenChar;
    if (visible || c == ' ' || c == '\t' || c >= 0x80) classes[c] |= kFieldValueChar;
    if (alnum || Among(c, "-._~!$&'()*+,;=:@/%")) classes[c] |= kPathChar;
    if (visible && !Among(c, "\"#<>")) classes[c] |= kQueryChar;
    if (alnum || Among(c, "-.:[]")) classes[c] |= kHostChar;
  }
  return classes;
}

inline constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

}  // namespace internal

constexpr bool Is(char c, CharacterClass wanted) { return (internal::kClasses[static_cast<uint8_t>(c)] & wanted) != 0; }

constexpr bool AllAre(std::string_view text, CharacterClass wanted) {
  for (const char c : text) {
    if (!Is(c, wanted)) return false;
  }
  return true;
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr bool EqualsIgnoreCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (ToLower(text[i]) != lower[i]) return false;
  }
  return true;
}

// Without spaces and tabs at both ends.
constexpr std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the next element off a comma-separated list, trimmed; elements may be empty. Quotes are not looked at.
constexpr std::string_view NextElement(std::string_view* list) {
  const size_t comma = list->find(',');
  const std::string_view element = list->substr(0, comma);
  *list = comma == std::string_view::npos ? std::string_view() : list->substr(comma + 1);
  return Trim(element);
}

}  // namespace schutznetz::gateway
