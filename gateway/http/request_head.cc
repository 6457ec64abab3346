#include "gateway/http/request_head.h"

#include <utility>

namespace schutznetz::gateway {
namespace {

using Entry = std::pair<std::string_view, Field>;

// The candidates share a length; there are few for each.
Field Among(std::string_view name, std::initializer_list<Entry> entries) {
  for (const auto& [known, field] : entries) {
    if (name == known) return field;
  }
  return Field::kOther;
}

}  // namespace

Field FieldOf(std::string_view name) {
  switch (name.size()) {
    case 4:
      return Among(name, {{"host", Field::kHost}});
    case 6:
      return Among(name, {{"accept", Field::kAccept}, {"origin", Field::kOrigin}, {"expect", Field::kExpect}});
    case 8:
      return Among(name, {{"if-match", Field::kIfMatch}});
    case 9:
      return Among(name, {{"x-api-key", Field::kXApiKey}});
    case 10:
      return Among(name, {{"connection", Field::kConnection}});
    case 11:
      return Among(name, {{"traceparent", Field::kTraceparent}});
    case 12:
      return Among(name, {{"content-type", Field::kContentType},
                          {"x-request-id", Field::kXRequestId},
                          {"grpc-timeout", Field::kGrpcTimeout}});
    case 13:
      return Among(name, {{"authorization", Field::kAuthorization}, {"if-none-match", Field::kIfNoneMatch}});
    case 14:
      return Among(name, {{"content-length", Field::kContentLength}});
    case 15:
      return Among(name, {{"accept-encoding", Field::kAcceptEncoding},
                          {"x-forwarded-for", Field::kXForwardedFor},
                          {"idempotency-key", Field::kIdempotencyKey}});
    case 16:
      return Among(name, {{"content-encoding", Field::kContentEncoding}});
    case 17:
      return Among(name, {{"transfer-encoding", Field::kTransferEncoding}});
    case 18:
      return Among(name, {{"connect-timeout-ms", Field::kConnectTimeoutMs}});
    case 19:
      return Among(name, {{"schutznetz-position", Field::kPosition}});
    case 29:
      return Among(name, {{"access-control-request-method", Field::kAccessControlRequestMethod}});
    default:
      return Field::kOther;
  }
}

std::optional<std::string_view> RequestHead::Find(Field field) const {
  if (Count(field) == 0) return std::nullopt;
  for (const HeaderLine& line : lines_) {
    if (line.field == field) return line.value;
  }
  return std::nullopt;
}

void RequestHead::AddLine(std::string_view name, std::string_view value) {
  const Field field = FieldOf(name);
  lines_.push_back({field, name, value});
  uint8_t& count = counts_[static_cast<size_t>(field)];
  if (count < 255) ++count;
}

void RequestHead::Clear() {
  method = target = path = query = {};
  content_length.reset();
  chunked = expects_continue = close = false;
  lines_.clear();
  counts_.fill(0);
}

}  // namespace schutznetz::gateway
