// From the pieces of an HTTP request to the request message.
#include "absl/strings/str_cat.h"
#include "gateway/transcoding/query_string.h"
#include "gateway/transcoding/request_tree.h"
#include "gateway/transcoding/transcoder.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/buffer.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/json.h"

namespace schutznetz::gateway {
namespace {

using errors::FieldViolation;
using wire::Field;

constexpr size_t kNameMax = 100;  // of a parameter's name in a violation

class RequestMaker {
 public:
  RequestMaker(const Binding& binding, const RouteMatch& match, const RequestParts& parts, ReplyOptions* options)
      : binding_(binding),
        match_(match),
        parts_(parts),
        options_(*options),
        tree_(*binding.method->request, &violations_) {}

  absl::Status Make(std::string* request) {
    for (size_t i = 0; i < binding_.variables.size(); ++i) {
      tree_.Set(binding_.variables[i], Origin::kPath, match_.values[i], nullptr);
    }
    if (binding_.method->raw_query != nullptr) {
      Query();
    } else {
      for (const QueryParameter& parameter : SplitQuery(parts_.query)) Parameter(parameter);
    }
    SetHeaders();
    std::string body;
    std::vector<std::string> present_paths;
    RETURN_IF_ERROR(ReadBody(&body, &present_paths));
    Mask(present_paths);
    wire::Buffer out(request, body.size() + 256);
    tree_.Merge(body, out);
    if (violations_.empty()) {
      out.Finish();
      return absl::OkStatus();
    }
    out.Abandon();
    return errors::InvalidFields(std::move(violations_));
  }

 private:
  void Violate(std::string_view name, std::string_view sentence) {
    if (violations_.size() >= wire::kViolationsMax) return;
    violations_.push_back({std::string(name.substr(0, kNameMax)), std::string(sentence)});
  }

  // The query as it came, where the method takes it so.
  void Query() {
    if (parts_.query.empty()) return;
    tree_.Set({binding_.method->raw_query}, Origin::kQuery, parts_.query, nullptr);
  }

  void Parameter(const QueryParameter& parameter) {
    if (!parameter.well_formed) {
      return Violate(parameter.name.empty() ? "query" : parameter.name, "Is not well-formed percent-encoded UTF-8.");
    }
    if (!parameter.name.empty() && parameter.name.front() == '$') return SystemParameter(parameter);
    const size_t bracket = parameter.name.find('[');
    const bool has_key = bracket != std::string::npos;
    std::string key;
    if (has_key) {
      if (parameter.name.back() != ']') return Violate(parameter.name, "Is not of the form name[key].");
      key = parameter.name.substr(bracket + 1, parameter.name.size() - bracket - 2);
    }
    const std::vector<const Field*> path = Resolve(std::string_view(parameter.name).substr(0, bracket));
    if (path.empty()) return Violate(parameter.name, "No such field.");
    if (binding_.body_is_message)
      return Violate(parameter.name, "Belongs into the body, which holds all other fields.");
    if (path.front() == binding_.body) return Violate(parameter.name, "Belongs into the body.");
    if (path.front() == binding_.method->raw_authorization) {
      return Violate(parameter.name, "Belongs into the header Authorization.");
    }
    tree_.Set(path, Origin::kQuery, parameter.value, has_key ? &key : nullptr);
  }

  // The fields of a dotted name; empty when there is no such field.
  std::vector<const Field*> Resolve(std::string_view name) const {
    std::vector<const Field*> path;
    const wire::MessageTable* table = binding_.method->request;
    for (;;) {
      const size_t dot = name.find('.');
      const Field* const field = table == nullptr ? nullptr : table->ByName(name.substr(0, dot));
      if (field == nullptr) return {};
      path.push_back(field);
      if (dot == std::string_view::npos) return path;
      const bool leads_on =
          !field->repeated() && field->message != nullptr && field->message->well_known() == wire::WellKnown::kNone;
      table = leads_on ? field->message : nullptr;
      name.remove_prefix(dot + 1);
    }
  }

  void SystemParameter(const QueryParameter& parameter) {
    if (parameter.name == "$prettyPrint") {
      if (parameter.value != "true" && parameter.value != "false") Violate(parameter.name, "Must be true or false.");
      options_.pretty = parameter.value == "true";
      return;
    }
    if (parameter.name != "$fields") return Violate(parameter.name, "No such system parameter.");
    std::string_view paths = parameter.value;
    for (;;) {
      const size_t comma = paths.find(',');
      if (!SelectPath(paths.substr(0, comma)))
        return Violate(parameter.name, "Names a field that the reply does not have.");
      if (comma == std::string_view::npos) return;
      paths.remove_prefix(comma + 1);
    }
  }

  // Paths are those of the reply as the caller sees it: behind the response body when there is one.
  bool SelectPath(std::string_view path) {
    const Field* const behind = binding_.response_body;
    if (behind == nullptr || path == "*") return options_.fields.Add(*binding_.method->reply, path).ok();
    return options_.fields.Add(*binding_.method->reply, absl::StrCat(behind->name, ".", std::string(path))).ok();
  }

  void SetHeaders() {
    const Field* const authorization = binding_.method->raw_authorization;
    if (authorization != nullptr && !parts_.authorization.empty()) {
      tree_.Set({authorization}, Origin::kAuthorization, parts_.authorization, nullptr);
    }
    if (!parts_.etag.empty() && !binding_.etag.empty())
      tree_.Set(binding_.etag, Origin::kIfMatch, parts_.etag, nullptr);
    const Field* const request_id = binding_.method->request_id;
    if (!parts_.request_id.empty() && request_id != nullptr) {
      tree_.Set({request_id}, Origin::kIdempotencyKey, parts_.request_id, nullptr);
    }
  }

  // The message bytes that the body stands for.
  absl::Status ReadBody(std::string* body, std::vector<std::string>* present_paths) {
    if (binding_.raw_body) return TakeBody(body);
    if (parts_.body.empty()) return absl::OkStatus();
    if (!binding_.takes_body()) return errors::MalformedBody("This method takes no body.", 0);
    wire::FromJsonResult result;
    result.violations = std::move(violations_);
    result.want_present_paths = binding_.update_mask != nullptr;
    absl::Status status;
    if (binding_.body_is_message) {
      status = wire::FromJson(*binding_.method->request, parts_.body, {}, body, &result);
    } else {
      status =
          wire::FieldFromJson(*binding_.body, parts_.body, {.path_prefix = binding_.body->json_name}, body, &result);
    }
    violations_ = std::move(result.violations);
    *present_paths = std::move(result.present_paths);
    return status;
  }

  // The body and its media type as they came, as a common.v1.HttpBody.
  absl::Status TakeBody(std::string* body) const {
    const int64_t bytes_max = binding_.method->rule.raw().max_bytes();
    const auto size = static_cast<int64_t>(parts_.body.size());
    if (size > bytes_max) return errors::SizeLimit("The request body", bytes_max, size);
    wire::Buffer buffer(body, parts_.body.size() + parts_.content_type.size() + 64);
    buffer.Put(binding_.body->encoded_tag());
    const size_t begin = wire::BeginLength(buffer);
    for (const auto& [tag, text] : {std::pair('\x0a', parts_.content_type), std::pair('\x12', parts_.body)}) {
      if (text.empty()) continue;
      buffer.Put(tag);
      buffer.PutVarint(text.size());
      buffer.Put(text);
    }
    wire::EndLength(buffer, begin);
    buffer.Finish();
    return absl::OkStatus();
  }

  // An explicit mask wins and is checked; without one, a PATCH changes what its body names.
  void Mask(const std::vector<std::string>& present_paths) {
    if (binding_.update_mask == nullptr) return;
    const Field& field = *binding_.update_mask;
    if (const std::string* const bytes = tree_.Find(field)) return CheckMask(*bytes);
    if (present_paths.empty()) return;
    std::string bytes;
    wire::Buffer buffer(&bytes, 256);
    buffer.Put(field.encoded_tag());
    const size_t begin = wire::BeginLength(buffer);
    for (const std::string& path : present_paths) {
      buffer.Put('\x0a');
      buffer.PutVarint(path.size());
      buffer.Put(path);
    }
    wire::EndLength(buffer, begin);
    buffer.Finish();
    tree_.SetWire(field, Origin::kMask, std::move(bytes));
  }

  void CheckMask(std::string_view bytes) {
    wire::WireReader field(bytes);
    wire::WireValue mask;
    if (field.done() || !field.Next(&mask)) return;
    wire::WireReader paths(mask.bytes);
    wire::WireValue path;
    while (!paths.done() && paths.Next(&path)) {
      if (wire::IsMaskPath(*binding_.body->message, path.bytes)) continue;
      Violate(binding_.update_mask->json_name,
              absl::StrCat("No such field: ", std::string(path.bytes.substr(0, kNameMax)), "."));
    }
  }

  const Binding& binding_;
  const RouteMatch& match_;
  const RequestParts& parts_;
  ReplyOptions& options_;
  std::vector<FieldViolation> violations_;
  RequestTree tree_;
};

}  // namespace

absl::Status Transcoder::ToRequest(const RouteMatch& found, const RequestParts& parts, std::string* request,
                                   ReplyOptions* options) const {
  return RequestMaker(binding(found), found, parts, options).Make(request);
}

}  // namespace schutznetz::gateway
