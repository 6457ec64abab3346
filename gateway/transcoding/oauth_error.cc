#include "gateway/transcoding/oauth_error.h"

#include "services/common/wire/json.h"

namespace schutznetz::gateway {
namespace {

// The codes of RFC 6749 section 5.2, and for what is nobody's fault those of section 4.1.2.1.
std::string_view CodeOf(std::string_view reason, int http_status) {
  if (http_status == 401) return "invalid_client";
  if (http_status == 403) return "unauthorized_client";
  if (reason == "GRANT_TYPE_UNSUPPORTED") return "unsupported_grant_type";
  if (reason == "SCOPE_REFUSED") return "invalid_scope";
  if (http_status == 429 || http_status == 503 || http_status == 504) return "temporarily_unavailable";
  return http_status >= 500 ? "server_error" : "invalid_request";
}

int StatusOf(int http_status) {
  switch (http_status) {
    case 401:
    case 405:
    case 408:
    case 411:
    case 413:
    case 429:
      return http_status;
    default:
      return http_status >= 500 ? http_status : 400;
  }
}

// Section 5.2: visible ASCII and spaces, without quotes and backslashes.
std::string DescriptionOf(std::string_view text) {
  std::string description;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      description += '\'';
    } else if (c >= 0x20 && c < 0x7f) {
      description += c;
    }
  }
  return description;
}

}  // namespace

ErrorReply OAuthError(const google::rpc::Status& status, std::string_view reason, int http_status) {
  std::string_view text = status.message();
  if (http_status == 401) text = "The client is not known, its secret is wrong, or its key has ended.";
  ErrorReply reply;
  reply.http_status = StatusOf(http_status);
  reply.content_type = "application/json";
  reply.body = R"({"error":")";
  reply.body.append(CodeOf(reason, http_status)).append(R"(","error_description":)");
  wire::AppendJsonString(DescriptionOf(text), &reply.body);
  reply.body += '}';
  return reply;
}

}  // namespace schutznetz::gateway
