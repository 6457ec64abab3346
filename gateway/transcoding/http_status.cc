#include "gateway/transcoding/http_status.h"

#include <utility>

namespace schutznetz::gateway {
namespace {

constexpr std::pair<std::string_view, int> kByReason[] = {
    {"METHOD_NOT_ALLOWED", 405},     {"CURSOR_TOO_OLD", 410},    {"SIZE_LIMIT", 413},
    {"MEDIA_TYPE_UNSUPPORTED", 415}, {"REQUEST_ID_REUSED", 422}, {"ETAG_MISSING", 428},
};

constexpr std::pair<int, std::string_view> kPhrases[] = {
    {200, "OK"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

}  // namespace

int HttpStatusOf(absl::StatusCode code, std::string_view reason, bool if_match) {
  if (reason == "ETAG_MISMATCH" && if_match) return 412;
  for (const auto& [name, status] : kByReason) {
    if (name == reason) return status;
  }
  switch (code) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
      return 400;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return 409;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    default:
      return 500;  // UNKNOWN, INTERNAL, DATA_LOSS
  }
}

std::string_view HttpStatusPhrase(int http_status) {
  for (const auto& [status, phrase] : kPhrases) {
    if (status == http_status) return phrase;
  }
  return {};
}

}  // namespace schutznetz::gateway
