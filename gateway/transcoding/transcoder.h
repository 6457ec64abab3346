// REST to gRPC and back: everything the gateway knows about methods, derived once at start from descriptors.
//
//   ASSIGN_OR_RETURN(auto transcoder, Transcoder::Build(descriptor_set));
//   const RouteMatch match = transcoder->Match("GET", "/v1/services/abc");          // 404, 405, 400: see RouteMatch
//   const Binding& binding = transcoder->binding(match);
//   std::string request;  ReplyOptions options;
//   RETURN_IF_ERROR(transcoder->ToRequest(match, {.query = "pageSize=10", .body = ""}, &request, &options));
//   … call binding.method->grpc_path with `request` …
//   RETURN_IF_ERROR(transcoder->ToReply(binding, reply_bytes, options, &reply));
//
// Immutable after Build; all const members are thread safe.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/routing/router.h"
#include "google/rpc/status.pb.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "services/common/wire/field_tree.h"
#include "services/common/wire/table.h"

namespace google::protobuf {
class DescriptorPool;
class FileDescriptorSet;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace schutznetz::gateway {

// One RPC.
struct Method {
  std::string full_name;  // schutznetz.directory.v1.ServiceService.GetService
  std::string service;    // schutznetz.directory.v1.ServiceService (also the domain of its errors)
  std::string grpc_path;  // /schutznetz.directory.v1.ServiceService/GetService
  common::v1::Rule rule;
  bool client_streaming = false;
  bool server_streaming = false;
  bool no_side_effects = false;  // idempotency_level = NO_SIDE_EFFECTS
  const wire::MessageTable* request = nullptr;
  const wire::MessageTable* reply = nullptr;
  const wire::Field* request_id = nullptr;         // string request_id of the request, or null
  const wire::Field* reply_etag = nullptr;         // string etag of the reply, or null
  const wire::Field* next_page_token = nullptr;    // of the reply, or null
  bool raw_reply = false;                          // the reply is a common.v1.HttpBody
  const wire::Field* raw_query = nullptr;          // of the request: takes the query as it came, or null
  const wire::Field* raw_authorization = nullptr;  // of the request: takes Authorization as it came, or null
};

// One HTTP rule of a method.
struct Binding {
  const Method* method = nullptr;
  std::string http_method;
  std::string path_template;                               // as written: the label for logs and metrics
  std::vector<std::vector<const wire::Field*>> variables;  // the field path of each variable
  bool body_is_message = false;                            // body: "*"
  const wire::Field* body = nullptr;                       // body: "f"
  bool raw_body = false;                                   // f is a common.v1.HttpBody and takes the body as it came
  const wire::Field* response_body = nullptr;
  const wire::Field* update_mask = nullptr;  // PATCH with body "f" and exactly one FieldMask in the request
  std::vector<const wire::Field*> etag;      // where If-Match goes: etag, or <body>.etag; empty when there is none

  bool takes_body() const { return body_is_message || body != nullptr; }
  // Errors are told as RFC 6749 says.
  bool tells_oauth_errors() const { return method->rule.raw().errors() == common::v1::Rule::Raw::OAUTH; }
};

// What the HTTP request holds besides method and path.
struct RequestParts {
  std::string_view query;          // raw, without '?'
  std::string_view body;           // decoded from transfer and content coding
  std::string_view etag;           // of If-Match, unquoted and without coding suffix, or empty
  std::string_view request_id;     // of Idempotency-Key, unquoted, or empty
  std::string_view content_type;   // for methods with a raw body
  std::string_view authorization;  // for methods that check credentials themselves
};

// What the query asked of the reply.
struct ReplyOptions {
  bool pretty = false;     // $prettyPrint
  wire::FieldTree fields;  // $fields; empty selects everything
};

struct Reply {
  std::string content_type;  // application/json, or that of an HttpBody
  std::string body;
};

// How an error is shown.
struct ErrorContext {
  std::string_view request_id;
  bool problem_json = false;         // Accept names application/problem+json
  bool if_match = false;             // If-Match was sent: a stale etag is 412 instead of 409
  const Binding* binding = nullptr;  // when known: the domain, and pointers relative to its body
  int http_status = 0;               // not 0: stated instead of HttpStatusOf (406, 408, 411, 414, 417, 431, 505)
};

struct ErrorReply {
  int http_status = 500;
  std::string content_type;
  std::string body;
};

class Transcoder {
 public:
  // Routes and tables for every service of packages beginning with "schutznetz.". Fails, naming the element:
  // FAILED_PRECONDITION: a method without (rule), or with access or rate not stated. INVALID_ARGUMENT: a binding that
  // google/api/http.proto does not allow (unknown or repeated field, message or two places for one field), a message
  // wire::Tables refuses. ALREADY_EXISTS: two equal routes.
  static absl::StatusOr<std::unique_ptr<const Transcoder>> Build(const google::protobuf::FileDescriptorSet& files);
  static absl::StatusOr<std::unique_ptr<const Transcoder>> Build(
      std::span<const google::protobuf::ServiceDescriptor* const> services);
  ~Transcoder();

  RouteMatch Match(std::string_view http_method, std::string_view path) const {
    return router_->Match(http_method, path);
  }
  const Binding& binding(const RouteMatch& found) const { return bindings_[found.rule]; }
  const std::deque<Binding>& bindings() const { return bindings_; }
  // The method with this gRPC path ("/pkg.Service/Method"), or null.
  const Method* FindMethod(std::string_view grpc_path) const;
  const std::deque<Method>& methods() const { return methods_; }

  // Appends the request message. Every violation of path, query and body is reported at once.
  // INVALID_ARGUMENT with reason INVALID_FIELD (BadRequest) or MALFORMED_BODY. RESOURCE_EXHAUSTED (SIZE_LIMIT): a raw
  // body above the rule's limit.
  absl::Status ToRequest(const RouteMatch& found, const RequestParts& parts, std::string* request,
                         ReplyOptions* options) const;

  // The HTTP body of a reply message. DATA_LOSS: the bytes are not such a message.
  absl::Status ToReply(const Binding& binding, std::string_view message, const ReplyOptions& options,
                       Reply* reply) const;

  // The HTTP form of an error: google.rpc.Status as JSON, or RFC 9457, or RFC 6749 where the method's rule says so.
  // Details of unknown types are left out.
  ErrorReply ToError(const google::rpc::Status& status, const ErrorContext& context) const;
  // The same for an error made in the gateway.
  ErrorReply ToError(const absl::Status& status, const ErrorContext& context) const;

 private:
  friend class TranscoderBuilder;
  Transcoder();

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;  // when built from files
  std::unique_ptr<const wire::Tables> tables_;
  std::unique_ptr<const wire::Tables> error_tables_;  // google.rpc.Status and its details
  const wire::MessageTable* status_table_ = nullptr;
  std::deque<Method> methods_;
  std::deque<Binding> bindings_;
  std::unique_ptr<const Router> router_;
};

}  // namespace schutznetz::gateway
