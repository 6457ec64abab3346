#include <google/protobuf/util/json_util.h>
#include <simdjson.h>

#include "google/api/annotations.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "services/common/testing/in_process_server.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Verb and template of the first binding.
std::pair<std::string, std::string> Binding(const google::api::HttpRule& rule) {
  if (!rule.get().empty()) return {"GET", rule.get()};
  if (!rule.post().empty()) return {"POST", rule.post()};
  if (!rule.patch().empty()) return {"PATCH", rule.patch()};
  if (!rule.delete_().empty()) return {"DELETE", rule.delete_()};
  return {"PUT", rule.put()};
}

std::string Json(const Message& message) {
  std::string out;
  google::protobuf::util::JsonPrintOptions options;
  if (!google::protobuf::util::MessageToJsonString(message, &out, options).ok()) std::abort();
  return out;
}

// The text of a singular string field at a dotted path; clears the field.
std::string Take(Message* message, const std::string& path) {
  const size_t dot = path.find('.');
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(path.substr(0, dot));
  const auto* reflection = message->GetReflection();
  if (dot != std::string::npos) return Take(reflection->MutableMessage(message, field), path.substr(dot + 1));
  const std::string text = reflection->GetString(*message, field);
  reflection->ClearField(message, field);
  return text;
}

// Fills "{path=pattern}" from the request. A field in the path stays out of body and query.
std::string FillPath(std::string path, Message* request) {
  for (size_t open; (open = path.find('{')) != std::string::npos;) {
    const size_t close = path.find('}', open);
    const std::string variable = path.substr(open + 1, path.find_first_of("=}", open) - open - 1);
    path.replace(open, close - open + 1, Take(request, variable));
  }
  return path;
}

// Every set field of the message as query parameters, from its JSON form.
void AddQuery(const std::string& prefix, simdjson::dom::element element, cli::Parameters* query) {
  simdjson::dom::object object;
  simdjson::dom::array array;
  if (element.get(object) == simdjson::SUCCESS) {
    for (auto [name, value] : object) AddQuery(prefix + (prefix.empty() ? "" : ".") + std::string(name), value, query);
  } else if (element.get(array) == simdjson::SUCCESS) {
    for (auto item : array) AddQuery(prefix, item, query);
  } else {
    std::string_view text;
    query->emplace_back(prefix, element.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(element));
  }
}

absl::Status ErrorOf(const cli::Response& response) {
  google::rpc::Status status;
  if (!google::protobuf::util::JsonStringToMessage(response.body, &status).ok()) {
    return absl::UnknownError("HTTP " + std::to_string(response.status) +
                              " without google.rpc.Status: " + response.body);
  }
  return testing::ErrorOf(
      grpc::Status(static_cast<grpc::StatusCode>(status.code()), status.message(), status.SerializeAsString()));
}

class RestCaller final : public Caller {
 public:
  explicit RestCaller(cli::HttpClient* client) : client_(client) {}

  absl::Status Call(const google::protobuf::MethodDescriptor& method, const Message& request,
                    Message* response) override {
    const auto& rule = method.options().GetExtension(google::api::http);
    std::unique_ptr<Message> rest(request.New());
    rest->CopyFrom(request);
    const auto [verb, path_template] = Binding(rule);
    const std::string path = FillPath(path_template, rest.get());
    std::string body;
    if (rule.body() == "*") {
      body = Json(*rest);
    } else {
      if (!rule.body().empty()) {
        const FieldDescriptor* field = rest->GetDescriptor()->FindFieldByName(rule.body());
        body = Json(rest->GetReflection()->GetMessage(*rest, field));
        rest->GetReflection()->ClearField(rest.get(), field);
      }
    }
    cli::Parameters query;
    if (rule.body() != "*") {
      simdjson::dom::parser parser;
      AddQuery("", parser.parse(Json(*rest)).value(), &query);
    }
    const cli::Response answer = client_->Call(verb, path, query, body);
    if (answer.status != 200) return ErrorOf(answer);
    if (response->GetDescriptor()->full_name() == "schutznetz.common.v1.HttpBody") {
      // Bytes as they came. Their type is a header, which this caller does not read.
      const FieldDescriptor* data = response->GetDescriptor()->FindFieldByName("data");
      response->GetReflection()->SetString(response, data, answer.body);
      return absl::OkStatus();
    }
    const auto parsed = google::protobuf::util::JsonStringToMessage(answer.body, response);
    return parsed.ok() ? absl::OkStatus() : absl::InternalError("not the JSON of its type: " + answer.body);
  }

 private:
  std::unique_ptr<cli::HttpClient> client_;
};

}  // namespace

std::unique_ptr<Caller> MakeRestCaller(const Installation& installation, const std::string& subject) {
  return std::make_unique<RestCaller>(
      new cli::HttpClient({.gateway = "http://127.0.0.1:" + std::to_string(installation.gateway_port()),
                           .token = installation.TokenOf(subject),
                           .timeout_s = 20}));
}

}  // namespace schutznetz::e2e
