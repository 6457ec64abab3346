#include "gateway/filters/error_answer.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/status_proto.h"

namespace schutznetz::gateway {
namespace {

void AddRetryAfter(const absl::Status& error, HeaderBlock& headers) {
  const absl::Duration wait = errors::RetryAfterOf(error);
  if (wait <= absl::ZeroDuration()) return;
  const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1)));
  headers.Add("retry-after", absl::StrCat(std::max<int64_t>(seconds, 1)));
}

// RFC 6750 section 3. Who sent no token learns nothing about tokens from a 403.
void AddChallenge(const Call& call, int status, HeaderBlock& headers) {
  if (call.binding != nullptr && call.binding->tells_oauth_errors()) {
    if (status == 401) headers.AddLiteral("www-authenticate", "Basic realm=\"schutznetz\", charset=\"UTF-8\"");
    return;
  }
  const bool sent = call.head->Count(Field::kAuthorization) > 0;
  if (status == 401) {
    headers.AddLiteral("www-authenticate", sent ? "Bearer error=\"invalid_token\"" : "Bearer");
  } else if (sent) {
    headers.AddLiteral("www-authenticate", "Bearer error=\"insufficient_scope\"");
  }
}

}  // namespace

void RenderError(const Transcoder& transcoder, Call& call) {
  call.error = errors::Presentable(call.error);  // so that headers and log say the same as the body
  ErrorContext context;
  context.request_id = call.request_id.view();
  context.problem_json = call.problem_json;
  context.if_match = call.has_if_match;
  context.binding = call.binding;
  if (call.create_only && call.error.code() == absl::StatusCode::kAlreadyExists) call.http_status = 412;
  context.http_status = call.http_status;
  ErrorReply rendered = transcoder.ToError(call.error, context);

  Response& response = call.response;
  response.status = rendered.http_status;
  response.body = std::move(rendered.body);
  response.headers.Remove("content-type");
  response.headers.Add("content-type", rendered.content_type);
  call.vary |= kVaryAccept;
  if (response.status == 405) response.headers.Add("allow", errors::MetadataOf(call.error, "allow"));
  if (response.status == 401 || response.status == 403) AddChallenge(call, response.status, response.headers);
  AddRetryAfter(call.error, response.headers);
}

absl::Status ErrorOf(const UpstreamReply& reply) {
  google::rpc::Status proto;
  const bool readable = !reply.details.empty() &&
                        proto.ParseFromArray(reply.details.data(), static_cast<int>(reply.details.size())) &&
                        proto.code() == static_cast<int>(reply.code);
  if (readable) return errors::FromProto(proto);
  return absl::Status(reply.code, absl::string_view(reply.text.data(), reply.text.size()));
}

}  // namespace schutznetz::gateway
