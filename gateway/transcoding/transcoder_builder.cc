// From descriptors to methods, bindings and routes.
#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/transcoding/transcoder.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

using google::api::HttpRule;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using wire::Field;

constexpr char kOwnPackages[] = "schutznetz.";
constexpr std::string_view kHttpBody = "schutznetz.common.v1.HttpBody";

absl::Status Refuse(const MethodDescriptor& method, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(method.full_name(), ": ", std::string(why)));
}

// The HTTP method and path of a rule.
RouteRule RouteOf(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case HttpRule::kCustom:
      return {rule.custom().kind(), rule.custom().path()};
    case HttpRule::PATTERN_NOT_SET:
      break;
  }
  return {};
}

// A singular field of this name and type, or null.
const Field* Singular(const wire::MessageTable& table, std::string_view name, wire::FieldType type) {
  const Field* const field = table.ByName(name);
  return field != nullptr && field->name == name && field->type == type && !field->repeated() ? field : nullptr;
}

bool IsHttpBody(const Field& field) {
  return field.message != nullptr && !field.repeated() && field.message->full_name() == kHttpBody;
}

bool IsMask(const Field& field) {
  return field.type == wire::FieldType::kMessage && !field.repeated() &&
         field.message->well_known() == wire::WellKnown::kFieldMask;
}

}  // namespace

class TranscoderBuilder {
 public:
  explicit TranscoderBuilder(std::unique_ptr<google::protobuf::DescriptorPool> pool) {
    transcoder_->pool_ = std::move(pool);
  }

  absl::StatusOr<std::unique_ptr<const Transcoder>> Build(std::span<const ServiceDescriptor* const> services) {
    RETURN_IF_ERROR(BuildTables(services));
    for (const ServiceDescriptor* service : services) {
      for (int i = 0; i < service->method_count(); ++i) RETURN_IF_ERROR(AddMethod(*service->method(i)));
    }
    std::vector<RouteRule> routes;
    for (const Binding& binding : transcoder_->bindings_)
      routes.push_back({binding.http_method, binding.path_template});
    ASSIGN_OR_RETURN(Router router, Router::Build(routes));
    transcoder_->router_ = std::make_unique<const Router>(std::move(router));
    return std::move(transcoder_);
  }

 private:
  absl::Status BuildTables(std::span<const ServiceDescriptor* const> services) {
    std::vector<const google::protobuf::Descriptor*> roots;
    for (const ServiceDescriptor* service : services) {
      for (int i = 0; i < service->method_count(); ++i) {
        roots.push_back(service->method(i)->input_type());
        roots.push_back(service->method(i)->output_type());
      }
    }
    ASSIGN_OR_RETURN(transcoder_->tables_, wire::Tables::Build(roots));
    ASSIGN_OR_RETURN(
        transcoder_->error_tables_,
        wire::Tables::Build({google::rpc::Status::descriptor(), google::rpc::ErrorInfo::descriptor(),
                             google::rpc::BadRequest::descriptor(), google::rpc::RetryInfo::descriptor(),
                             google::rpc::QuotaFailure::descriptor(), google::rpc::ResourceInfo::descriptor(),
                             google::rpc::PreconditionFailure::descriptor(), google::rpc::Help::descriptor(),
                             google::rpc::RequestInfo::descriptor(), google::rpc::LocalizedMessage::descriptor()}));
    transcoder_->status_table_ = transcoder_->error_tables_->Find("google.rpc.Status");
    return absl::OkStatus();
  }

  absl::Status AddMethod(const MethodDescriptor& from) {
    Method& method = transcoder_->methods_.emplace_back();
    method.full_name = from.full_name();
    method.service = from.service()->full_name();
    method.grpc_path = absl::StrCat("/", method.service, "/", from.name());
    method.rule = from.options().GetExtension(common::v1::rule);
    if (method.rule.access() == common::v1::Rule::ACCESS_UNSPECIFIED ||
        method.rule.rate() == common::v1::Rule::RATE_UNSPECIFIED) {
      return absl::FailedPreconditionError(absl::StrCat(method.full_name, ": no rule, or one without access or rate"));
    }
    method.client_streaming = from.client_streaming();
    method.server_streaming = from.server_streaming();
    method.no_side_effects = from.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
    method.request = transcoder_->tables_->Find(from.input_type()->full_name());
    method.reply = transcoder_->tables_->Find(from.output_type()->full_name());
    method.request_id = Singular(*method.request, "request_id", wire::FieldType::kString);
    method.reply_etag = Singular(*method.reply, "etag", wire::FieldType::kString);
    method.next_page_token = Singular(*method.reply, "next_page_token", wire::FieldType::kString);
    method.raw_reply = from.output_type()->full_name() == kHttpBody;
    RETURN_IF_ERROR(SetRawFields(from, &method));
    return AddBindings(from, method);
  }

  static absl::Status SetRawFields(const MethodDescriptor& from, Method* method) {
    const common::v1::Rule::Raw& raw = method->rule.raw();
    method->raw_query = Singular(*method->request, raw.query_field(), wire::FieldType::kString);
    method->raw_authorization = Singular(*method->request, raw.authorization_field(), wire::FieldType::kString);
    if ((method->raw_query == nullptr) != raw.query_field().empty() ||
        (method->raw_authorization == nullptr) != raw.authorization_field().empty()) {
      return Refuse(from, "rule.raw names a field that is not a text field of the request");
    }
    return absl::OkStatus();
  }

  absl::Status AddBindings(const MethodDescriptor& from, const Method& method) {
    if (!from.options().HasExtension(google::api::http)) return absl::OkStatus();
    const HttpRule& rule = from.options().GetExtension(google::api::http);
    RETURN_IF_ERROR(AddBinding(from, method, rule));
    for (const HttpRule& additional : rule.additional_bindings()) {
      if (additional.additional_bindings_size() > 0) return Refuse(from, "an additional binding inside another");
      RETURN_IF_ERROR(AddBinding(from, method, additional));
    }
    return absl::OkStatus();
  }

  absl::Status AddBinding(const MethodDescriptor& from, const Method& method, const HttpRule& rule) {
    Binding& binding = transcoder_->bindings_.emplace_back();
    binding.method = &method;
    const RouteRule route = RouteOf(rule);
    if (route.http_method.empty()) return Refuse(from, "a binding without an HTTP method");
    binding.http_method = route.http_method;
    binding.path_template = route.path_template;
    RETURN_IF_ERROR(SetBodies(from, rule, &binding));
    RETURN_IF_ERROR(SetVariables(from, &binding));
    SetMask(&binding);
    SetEtag(&binding);
    return absl::OkStatus();
  }

  static absl::Status SetBodies(const MethodDescriptor& from, const HttpRule& rule, Binding* binding) {
    binding->body_is_message = rule.body() == "*";
    if (!rule.body().empty() && !binding->body_is_message) {
      binding->body = binding->method->request->ByName(rule.body());
      if (binding->body == nullptr) return Refuse(from, absl::StrCat("no field ", rule.body(), " for the body"));
    }
    if (binding->takes_body() && binding->http_method == "GET") return Refuse(from, "GET takes no body");
    binding->raw_body = binding->body != nullptr && IsHttpBody(*binding->body);
    const common::v1::Rule::Raw& raw = binding->method->rule.raw();
    if (binding->raw_body && (raw.content_types().empty() || raw.max_bytes() <= 0)) {
      return Refuse(from, "a body of type HttpBody needs a rule.raw with media types and size");
    }
    // A binding without a body may still take the query as it comes.
    if (binding->method->rule.has_raw() && !binding->raw_body && (binding->takes_body() || raw.query_field().empty())) {
      return Refuse(from, "a rule.raw needs a body of type HttpBody, or no body and a field for the query");
    }
    if (rule.response_body().empty()) return absl::OkStatus();
    binding->response_body = binding->method->reply->ByName(rule.response_body());
    if (binding->response_body == nullptr) {
      return Refuse(from, absl::StrCat("no field ", rule.response_body(), " for the response body"));
    }
    return absl::OkStatus();
  }

  static absl::Status SetVariables(const MethodDescriptor& from, Binding* binding) {
    ASSIGN_OR_RETURN(const PathTemplate path, ParsePathTemplate(binding->path_template));
    for (const TemplateVariable& variable : path.variables) {
      std::vector<const Field*> fields;
      const wire::MessageTable* table = binding->method->request;
      const std::vector<std::string> names = absl::StrSplit(variable.field_path, '.');
      for (const std::string& name : names) {
        const Field* const field = table == nullptr ? nullptr : table->ByName(name);
        if (field == nullptr || field->repeated()) {
          return Refuse(from, absl::StrCat("the variable ", variable.field_path, " is not a singular field"));
        }
        fields.push_back(field);
        table = field->message;
      }
      if (table != nullptr) return Refuse(from, absl::StrCat("the variable ", variable.field_path, " is a message"));
      binding->variables.push_back(std::move(fields));
    }
    return absl::OkStatus();
  }

  static void SetMask(Binding* binding) {
    const auto fields = binding->method->request->fields();
    const bool has_one = std::count_if(fields.begin(), fields.end(), IsMask) == 1;
    const bool patches_message = binding->http_method == "PATCH" && binding->body != nullptr &&
                                 binding->body->type == wire::FieldType::kMessage && !binding->body->repeated();
    if (has_one && patches_message) binding->update_mask = &*std::find_if(fields.begin(), fields.end(), IsMask);
  }

  static void SetEtag(Binding* binding) {
    const wire::MessageTable& request = *binding->method->request;
    if (const Field* const etag = Singular(request, "etag", wire::FieldType::kString)) {
      binding->etag = {etag};
      return;
    }
    const Field* const body = binding->body;
    if (body == nullptr || body->type != wire::FieldType::kMessage || body->repeated()) return;
    const Field* const etag = Singular(*body->message, "etag", wire::FieldType::kString);
    if (etag != nullptr) binding->etag = {body, etag};
  }

  std::unique_ptr<Transcoder> transcoder_{new Transcoder};
};

Transcoder::Transcoder() = default;
Transcoder::~Transcoder() = default;

absl::StatusOr<std::unique_ptr<const Transcoder>> Transcoder::Build(
    std::span<const ServiceDescriptor* const> services) {
  return TranscoderBuilder(nullptr).Build(services);
}

absl::StatusOr<std::unique_ptr<const Transcoder>> Transcoder::Build(const google::protobuf::FileDescriptorSet& files) {
  auto pool = std::make_unique<google::protobuf::DescriptorPool>();
  std::vector<const ServiceDescriptor*> services;
  for (const google::protobuf::FileDescriptorProto& file : files.file()) {
    const google::protobuf::FileDescriptor* const built = pool->BuildFile(file);
    if (built == nullptr) return absl::InvalidArgumentError(absl::StrCat("not a valid descriptor: ", file.name()));
    if (!absl::StartsWith(file.package(), kOwnPackages)) continue;
    for (int i = 0; i < built->service_count(); ++i) services.push_back(built->service(i));
  }
  return TranscoderBuilder(std::move(pool)).Build(services);
}

const Method* Transcoder::FindMethod(std::string_view grpc_path) const {
  const auto found = std::find_if(methods_.begin(), methods_.end(),
                                  [grpc_path](const Method& method) { return method.grpc_path == grpc_path; });
  return found == methods_.end() ? nullptr : &*found;
}

}  // namespace schutznetz::gateway
