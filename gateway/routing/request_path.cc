#include "gateway/routing/request_path.h"

#include "services/common/wire/text.h"

namespace schutznetz::gateway {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kBadCharacter = "The path must be printable ASCII; encode other characters with %.";
constexpr std::string_view kBadEscape = "A % in the path must be followed by two hexadecimal digits.";
constexpr std::string_view kForbiddenEscape = "The path must not contain %00, %2F or %5C.";
constexpr std::string_view kEmptySegment = "The path must not contain empty segments or end with a slash.";
constexpr std::string_view kDotSegment = "The path must not contain dot segments.";
constexpr std::string_view kNotUtf8 = "The path is not valid UTF-8.";

// Decodes `path` into `to` and returns the end, or null with `*problem`.
char* Decode(std::string_view path, char* to, std::string_view* problem) {
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      *to++ = path[i];
      continue;
    }
    const int high = i + 2 < path.size() ? HexValue(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? HexValue(path[i + 2]) : -1;
    if (high < 0 || low < 0) {
      *problem = kBadEscape;
      return nullptr;
    }
    const char c = static_cast<char>(high << 4 | low);
    if (c == '\0' || c == '/' || c == '\\') {
      *problem = kForbiddenEscape;
      return nullptr;
    }
    *to++ = c;
    i += 2;
  }
  return to;
}

// Whether every byte is plain; `*escapes` tells whether there is a '%'.
bool IsPlain(std::string_view path, bool* escapes) {
  for (const char c : path) {
    if (c <= ' ' || c >= 0x7f || c == '\\') return false;
    *escapes |= c == '%';
  }
  return true;
}

std::string_view ProblemOf(std::string_view segment) {
  if (segment.empty()) return kEmptySegment;
  if (segment == "." || segment == "..") return kDotSegment;
  return {};
}

void Split(std::string_view decoded, RequestPath* result) {
  decoded.remove_prefix(1);
  for (;;) {
    const size_t slash = decoded.find('/');
    const std::string_view segment = decoded.substr(0, slash);
    if (result->problem.empty()) result->problem = ProblemOf(segment);
    result->segments.push_back(segment);
    if (slash == std::string_view::npos) return;
    decoded.remove_prefix(slash + 1);
  }
}

}  // namespace

RequestPath SplitPath(std::string_view path) {
  RequestPath result;
  bool escapes = false;
  if (path.empty() || path.front() != '/' || !IsPlain(path, &escapes)) {
    result.problem = kBadCharacter;
    return result;
  }
  std::string_view decoded = path;
  if (escapes) {
    result.decoded = std::make_unique<char[]>(path.size());
    const char* const end = Decode(path, result.decoded.get(), &result.problem);
    if (end == nullptr) return result;
    decoded = std::string_view(result.decoded.get(), static_cast<size_t>(end - result.decoded.get()));
    if (wire::CheckText(decoded) == wire::TextFault::kNotUtf8) {
      result.problem = kNotUtf8;
      return result;
    }
  }
  Split(decoded, &result);
  // The colon of a verb stands in the path as sent; an encoded one belongs to the segment.
  const size_t colon = path.rfind(':');
  if (colon == std::string_view::npos || colon < path.rfind('/')) return result;
  const std::string_view verb = path.substr(colon + 1);
  const std::string_view last = result.segments.back();
  if (verb.empty() || verb.find('%') != std::string_view::npos) return result;
  result.verb = verb;
  result.before_verb = last.substr(0, last.size() - verb.size() - 1);
  return result;
}

std::string_view Run(const RequestPath& path, size_t first, size_t end) {
  if (first >= end) return {};
  const char* const begin = path.segments[first].data();
  const std::string_view last = path.segments[end - 1];
  return {begin, static_cast<size_t>(last.data() + last.size() - begin)};
}

}  // namespace schutznetz::gateway
