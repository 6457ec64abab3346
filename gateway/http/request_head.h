// The head of a request: what comes before the body, as views into the connection's buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace schutznetz::gateway {

// The header fields that the gateway reads. All others are carried but never looked at.
enum class Field : uint8_t {
  kAccept,
  kAcceptEncoding,
  kAccessControlRequestMethod,
  kAuthorization,
  kConnectTimeoutMs,
  kConnection,
  kContentEncoding,
  kContentLength,
  kContentType,
  kExpect,
  kGrpcTimeout,
  kHost,
  kIdempotencyKey,
  kIfMatch,
  kIfNoneMatch,
  kOrigin,
  kPosition,  // schutznetz-position
  kTraceparent,
  kTransferEncoding,
  kXApiKey,
  kXForwardedFor,
  kXRequestId,
  kOther,
};

// The field with this lower-case name, or kOther.
Field FieldOf(std::string_view lower_case_name);

// One field line. The name is in lower case.
struct HeaderLine {
  Field field = Field::kOther;
  std::string_view name;
  std::string_view value;  // without white space around it
};

// Filled by HeadGate (HTTP/1.1) and reused from request to request. Views are valid while the exchange is.
class RequestHead {
 public:
  std::string_view method;
  std::string_view target;  // path and query as sent
  std::string_view path;
  std::string_view query;  // without '?'; empty without one

  // How the body is framed.
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool expects_continue = false;
  bool close = false;  // the client wants the connection closed afterwards

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }

  const std::vector<HeaderLine>& lines() const { return lines_; }
  // How many lines of this field there are.
  int Count(Field field) const { return counts_[static_cast<size_t>(field)]; }
  // The value of the first line of this field, or nothing.
  std::optional<std::string_view> Find(Field field) const;
  // Calls `visit(value)` for each line of this field, in order.
  template <typename Visit>
  void ForEach(Field field, Visit visit) const {
    if (Count(field) == 0) return;
    for (const HeaderLine& line : lines_) {
      if (line.field == field) visit(line.value);
    }
  }

  void AddLine(std::string_view name, std::string_view value);
  void Clear();

 private:
  static constexpr size_t kFieldCount = static_cast<size_t>(Field::kOther) + 1;
  std::vector<HeaderLine> lines_;
  std::array<uint8_t, kFieldCount> counts_ = {};
};

}  // namespace schutznetz::gateway
