// From an error to the HTTP body that tells it.
#include <map>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/http_status.h"
#include "gateway/transcoding/oauth_error.h"
#include "gateway/transcoding/transcoder.h"
#include "google/rpc/error_details.pb.h"
#include "services/common/errors/status_proto.h"
#include "services/common/wire/json.h"

namespace schutznetz::gateway {
namespace {

constexpr char kOwnDomain[] = "schutznetz.gateway";

template <typename Detail>
bool FindDetail(const google::rpc::Status& status, Detail* detail) {
  for (const google::protobuf::Any& any : status.details()) {
    if (any.UnpackTo(detail)) return true;
  }
  return false;
}

// Members of one JSON object. Text that is not UTF-8 cannot come from parsed messages; it is shown as empty.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string* out) : out_(*out) { out_ += '{'; }
  void Close() { out_ += '}'; }

  void Text(std::string_view name, std::string_view value) {
    Name(name);
    if (!wire::AppendJsonString(value, &out_)) out_ += "\"\"";
  }
  void Number(std::string_view name, int64_t value) {
    Name(name);
    absl::StrAppend(&out_, value);
  }
  void Name(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    wire::AppendJsonString(name, &out_);
    out_ += ':';
  }

 private:
  std::string& out_;
};

// The pointer into the body of the request that a violation's path stands for; false when it is not in the body.
bool PointerInBody(const Binding* binding, std::string_view path, std::string* pointer) {
  if (binding == nullptr || !binding->takes_body()) return false;
  if (binding->body != nullptr) {
    std::string_view prefix = binding->body->json_name;
    if (path.substr(0, prefix.size()) != prefix) prefix = binding->body->name;
    if (path.substr(0, prefix.size()) != prefix) return false;
    path.remove_prefix(prefix.size());
    if (!path.empty() && path.front() != '.' && path.front() != '[') return false;
  }
  *pointer = wire::JsonPointer(path);
  return true;
}

void WriteViolations(const google::rpc::BadRequest& request, const Binding* binding, ObjectWriter* problem,
                     std::string* out) {
  problem->Name("errors");
  *out += '[';
  for (const auto& violation : request.field_violations()) {
    if (out->back() != '[') *out += ',';
    ObjectWriter entry(out);
    std::string pointer;
    entry.Text("field", violation.field());
    if (PointerInBody(binding, violation.field(), &pointer)) entry.Text("pointer", pointer);
    entry.Text("detail", violation.description());
    entry.Close();
  }
  *out += ']';
}

// RFC 9457. The kind of problem is told by `reason`; `type` stays about:blank, so `title` is the phrase of the HTTP
// status.
std::string ProblemJson(const google::rpc::Status& status, const google::rpc::ErrorInfo& info, int http_status,
                        const ErrorContext& context) {
  std::string out;
  ObjectWriter problem(&out);
  problem.Text("type", "about:blank");
  problem.Text("title", HttpStatusPhrase(http_status));
  problem.Number("status", http_status);
  problem.Text("detail", status.message());
  if (!context.request_id.empty()) problem.Text("instance", context.request_id);
  problem.Number("code", status.code());
  if (!info.reason().empty()) problem.Text("reason", info.reason());
  if (!info.domain().empty()) problem.Text("domain", info.domain());
  if (!info.metadata().empty()) {
    problem.Name("metadata");
    ObjectWriter metadata(&out);
    for (const auto& [key, value] :
         std::map<std::string, std::string>(info.metadata().begin(), info.metadata().end())) {
      metadata.Text(key, value);
    }
    metadata.Close();
  }
  google::rpc::BadRequest request;
  if (FindDetail(status, &request)) WriteViolations(request, context.binding, &problem, &out);
  problem.Close();
  return out;
}

}  // namespace

ErrorReply Transcoder::ToError(const google::rpc::Status& status, const ErrorContext& context) const {
  google::rpc::ErrorInfo info;
  FindDetail(status, &info);
  ErrorReply reply;
  reply.http_status = context.http_status;
  if (reply.http_status == 0) {
    reply.http_status = HttpStatusOf(static_cast<absl::StatusCode>(status.code()), info.reason(), context.if_match);
  }
  if (context.binding != nullptr && context.binding->tells_oauth_errors()) {
    return OAuthError(status, info.reason(), reply.http_status);
  }
  if (context.problem_json) {
    reply.content_type = "application/problem+json";
    reply.body = ProblemJson(status, info, reply.http_status, context);
    return reply;
  }
  google::rpc::Status known = status;
  known.clear_details();
  for (const google::protobuf::Any& detail : status.details()) {
    const std::string& url = detail.type_url();
    if (error_tables_->Find(url.substr(url.rfind('/') + 1)) != nullptr) *known.add_details() = detail;
  }
  reply.content_type = "application/json";
  const wire::JsonOptions options{.any_types = error_tables_.get()};
  if (wire::ToJson(*status_table_, known.SerializeAsString(), options, &reply.body).ok()) return reply;
  known.clear_details();  // a detail that is damaged
  if (!wire::ToJson(*status_table_, known.SerializeAsString(), options, &reply.body).ok())
    reply.body = R"({"code":13})";
  return reply;
}

ErrorReply Transcoder::ToError(const absl::Status& status, const ErrorContext& context) const {
  return ToError(errors::ToProto(status, context.binding == nullptr ? kOwnDomain : context.binding->method->service),
                 context);
}

}  // namespace schutznetz::gateway
