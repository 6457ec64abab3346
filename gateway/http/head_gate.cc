#include "gateway/http/head_gate.h"

#include <cstring>
#include <string_view>

#include "gateway/http/characters.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kMethodBytesMax = 16;
constexpr size_t kLengthDigitsMax = 18;  // fits into 64 bits with room for sums

// Fields whose meaning would depend on which of two lines one believes. Lists (Accept, If-None-Match, Connection,
// X-Forwarded-For …) may stand on several lines.
constexpr Field kOnlyOnce[] = {
    Field::kAccessControlRequestMethod,
    Field::kAuthorization,
    Field::kConnectTimeoutMs,
    Field::kContentType,
    Field::kContentEncoding,
    Field::kExpect,
    Field::kGrpcTimeout,
    Field::kIdempotencyKey,
    Field::kIfMatch,
    Field::kOrigin,
    Field::kPosition,
    Field::kTraceparent,
    Field::kXRequestId,
};

// "name", "name:port", "1.2.3.4:port", "[::1]:port".
bool IsHost(std::string_view host) {
  if (host.empty() || host.size() > 255 + 6 || !AllAre(host, kHostChar)) return false;
  const size_t bracket = host.rfind(']');
  const size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view name = host.substr(0, colon);
  if (name.empty() || (name.front() == '[') != (name.back() == ']')) return false;
  const std::string_view inner = name.front() == '[' ? name.substr(1, name.size() - 2) : name;
  if (inner.empty() || inner.find_first_of("[]") != std::string_view::npos) return false;
  if (colon == std::string_view::npos) return true;
  const std::string_view port = host.substr(colon + 1);
  if (port.empty() || port.size() > 5) return false;
  for (const char c : port) {
    if (!IsDigit(c)) return false;
  }
  return true;
}

bool ParseLength(std::string_view text, uint64_t* length) {
  if (text.empty() || text.size() > kLengthDigitsMax) return false;
  *length = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
    *length = *length * 10 + static_cast<uint64_t>(c - '0');
  }
  return true;
}

}  // namespace

HeadGate::State HeadGate::Check(char* data, size_t size, RequestHead* head) {
  const State state = FindEnd(data, size);
  if (state != State::kComplete) return state;
  head->Clear();
  const char* const line_end = static_cast<const char*>(std::memchr(data, '\n', size_));
  const size_t first = static_cast<size_t>(line_end - data) - 1;
  if (!ParseRequestLine({data, first}, head)) return State::kRefused;
  size_t at = first + 2;
  while (at < size_ - 2) {
    const char* const feed = static_cast<const char*>(std::memchr(data + at, '\n', size_ - at));
    const size_t length = static_cast<size_t>(feed - (data + at)) - 1;
    if (!ParseLine(data + at, length, head)) return State::kRefused;
    at += length + 2;
  }
  return CheckFields(head) && CheckFraming(head) ? State::kComplete : State::kRefused;
}

// Looks for the empty line, and refuses at once what can never become a head: an LF without CR, a first line that
// cannot end in time. A lone CR or a NUL is found when the line is read.
HeadGate::State HeadGate::FindEnd(const char* data, size_t size) {
  if (size > 0 && !Is(data[0], kTokenChar)) {
    Refuse(data[0] == '\n' || data[0] == '\r' ? Refusal::kLineEnding : Refusal::kRequestLine);
    return State::kRefused;
  }
  while (scanned_ < size) {
    const char* const feed = static_cast<const char*>(std::memchr(data + scanned_, '\n', size - scanned_));
    if (feed == nullptr) break;
    const size_t at = static_cast<size_t>(feed - data);
    if (at == 0 || data[at - 1] != '\r') {
      Refuse(Refusal::kLineEnding);
      return State::kRefused;
    }
    scanned_ = at + 1;
    if (at >= 3 && data[at - 2] == '\n') {
      size_ = at + 1;
      if (size_ > limits_.header_bytes_max) return TooLong(data, size_);
      return State::kComplete;
    }
  }
  return size > limits_.header_bytes_max || scanned_ == 0 ? TooLong(data, size) : State::kIncomplete;
}

// Incomplete, unless a limit is passed: that of the target in the first line, or that of the whole head.
HeadGate::State HeadGate::TooLong(const char* data, size_t size) {
  const void* const feed = std::memchr(data, '\n', size);
  const size_t first_line = feed == nullptr ? size : static_cast<size_t>(static_cast<const char*>(feed) - data);
  if (first_line > kMethodBytesMax + limits_.target_bytes_max + 16) {
    const bool has_method = std::string_view(data, kMethodBytesMax + 1).find(' ') != std::string_view::npos;
    Refuse(has_method ? Refusal::kTargetTooLong : Refusal::kRequestLine);
    return State::kRefused;
  }
  if (size <= limits_.header_bytes_max) return State::kIncomplete;
  Refuse(Refusal::kHeaderTooLarge);
  return State::kRefused;
}

bool HeadGate::ParseRequestLine(std::string_view line, RequestHead* head) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refuse(Refusal::kRequestLine);
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (method.empty() || method.size() > kMethodBytesMax || !AllAre(method, kTokenChar)) {
    return Refuse(Refusal::kRequestLine);
  }
  if (version != "HTTP/1.1") {
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") && IsDigit(version[5]) &&
                             version[6] == '.' && IsDigit(version[7]);
    return Refuse(well_formed ? Refusal::kVersion : Refusal::kRequestLine);
  }
  head->method = method;
  return ParseTarget(line.substr(first + 1, last - first - 1), head);
}

bool HeadGate::ParseTarget(std::string_view target, RequestHead* head) {
  if (target.size() > limits_.target_bytes_max) return Refuse(Refusal::kTargetTooLong);
  if (target.empty() || target[0] != '/') return Refuse(Refusal::kTarget);
  const size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (!AllAre(path, kPathChar) || !AllAre(query, kQueryChar)) return Refuse(Refusal::kTarget);
  head->target = target;
  head->path = path;
  head->query = query;
  return true;
}

bool HeadGate::ParseLine(char* line, size_t size, RequestHead* head) {
  if (line[0] == ' ' || line[0] == '\t') return Refuse(Refusal::kFoldedLine);
  if (head->lines().size() >= limits_.fields_max) return Refuse(Refusal::kTooManyFields);
  size_t colon = 0;
  while (colon < size && Is(line[colon], kTokenChar)) {
    line[colon] = ToLower(line[colon]);
    ++colon;
  }
  if (colon == 0 || colon == size || line[colon] != ':') return Refuse(Refusal::kFieldName);
  const std::string_view value = Trim({line + colon + 1, size - colon - 1});
  if (!AllAre(value, kFieldValueChar)) {
    return Refuse(value.find('\r') == std::string_view::npos ? Refusal::kFieldValue : Refusal::kLineEnding);
  }
  head->AddLine({line, colon}, value);
  return true;
}

bool HeadGate::CheckFields(RequestHead* head) {
  if (head->Count(Field::kHost) != 1 || !IsHost(*head->Find(Field::kHost))) return Refuse(Refusal::kHost);
  for (const Field field : kOnlyOnce) {
    if (head->Count(field) > 1) return Refuse(Refusal::kRepeatedField);
  }
  head->ForEach(Field::kConnection, [head](std::string_view list) {
    while (!list.empty()) {
      if (EqualsIgnoreCase(NextElement(&list), "close")) head->close = true;
    }
  });
  return true;
}

bool HeadGate::CheckFraming(RequestHead* head) {
  const int lengths = head->Count(Field::kContentLength);
  const int encodings = head->Count(Field::kTransferEncoding);
  if (lengths > 1) return Refuse(Refusal::kContentLength);
  if (encodings > 1 || (encodings == 1 && lengths == 1)) return Refuse(Refusal::kTransferEncoding);
  if (encodings == 1) {
    if (*head->Find(Field::kTransferEncoding) != "chunked") return Refuse(Refusal::kTransferEncoding);
    head->chunked = true;
  }
  if (lengths == 1) {
    uint64_t length = 0;
    if (!ParseLength(*head->Find(Field::kContentLength), &length)) return Refuse(Refusal::kContentLength);
    head->content_length = length;
  }
  if (const auto expect = head->Find(Field::kExpect)) {
    if (!EqualsIgnoreCase(*expect, "100-continue")) return Refuse(Refusal::kExpectation);
    head->expects_continue = true;
  }
  if (head->content_length.value_or(0) > static_cast<uint64_t>(limits_.body_bytes_max))
    return Refuse(Refusal::kBodyTooLarge);
  return true;
}

}  // namespace schutznetz::gateway
