// A strict reader of JSON (RFC 8259) within limits, token by token. Internal to wire/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "services/common/wire/text.h"

namespace schutznetz::wire {

// All functions return false after a fault; the first one is kept. Views into strings are valid until the next string.
class JsonScanner {
 public:
  struct String {
    std::string_view text;  // unescaped, valid UTF-8
    TextFault fault = TextFault::kNone;
  };

  explicit JsonScanner(std::string_view json) : begin_(json.data()), at_(begin_), end_(begin_ + json.size()) {}

  // The next character that is not white space, or NUL at the end.
  char Peek() {
    while (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ') {
      if (*at_ != ' ' && *at_ != '\n' && *at_ != '\r' && *at_ != '\t') return *at_ == '\0' ? '\1' : *at_;
      ++at_;
    }
    return at_ == end_ ? '\0' : *at_;
  }
  // Steps over `c` if it comes next.
  bool TakeIf(char c) {
    if (Peek() != c || at_ == end_) return false;
    ++at_;
    return true;
  }

  // Steps over '{' or '[' and counts the depth; over '}' or ']'.
  bool Enter(char open);
  bool Leave(char close);
  // After an element: whether a comma, and so another element, follows.
  bool Another() { return TakeIf(','); }

  // A member's name and its colon.
  bool ReadName(String* name);
  // Values. Each counts as a node.
  bool ReadString(size_t bytes_max, String* string);
  bool ReadNumber(std::string_view* number);
  bool ReadWord(std::string_view word);
  // Any value, held to the same rules, duplicate names included.
  bool SkipValue();

  // Nothing but white space is left.
  bool ExpectEnd();

  bool Fail(std::string_view sentence);
  bool failed() const { return !sentence_.empty(); }
  std::string_view sentence() const { return sentence_; }
  size_t offset() const { return fault_offset_; }
  bool CountNode();

 private:
  bool ScanString(size_t bytes_max, String* string);
  bool Unescape(const char* from, size_t bytes_max, String* string);
  bool ReadEscape();
  bool ReadUnicodeEscape(char32_t* c);
  bool SkipObject();
  bool SkipArray();

  const char* begin_;
  const char* at_;
  const char* end_;
  int depth_ = 0;
  int nodes_ = 0;
  std::string scratch_;
  std::string_view sentence_;
  size_t fault_offset_ = 0;
};

}  // namespace schutznetz::wire
