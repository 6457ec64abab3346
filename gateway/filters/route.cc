#include "gateway/filters/route.h"

#include "services/common/errors/errors.h"
#include "services/common/wire/json.h"

namespace schutznetz::gateway {
namespace {

std::string MakeIndex(const Transcoder& transcoder) {
  std::string json = R"({"name":"Schutznetz","routes":[)";
  for (const Binding& binding : transcoder.bindings()) {
    if (json.back() == '}') json += ',';
    json += R"({"method":)";
    wire::AppendJsonString(binding.http_method, &json);
    json += R"(,"path":)";
    wire::AppendJsonString(binding.path_template, &json);
    json += R"(,"rpc":)";
    wire::AppendJsonString(binding.method->full_name, &json);
    json += '}';
  }
  return json + "]}";
}

}  // namespace

RouteFilter::RouteFilter(const Transcoder& transcoder) : transcoder_(transcoder), index_(MakeIndex(transcoder)) {}

Verdict RouteFilter::Before(Call& call) const {
  const std::string_view path = call.head->path;
  if (path == "/" || path == "/v1") return Index(call);
  call.match = transcoder_.Match(call.head->method, path);
  switch (call.match.outcome) {
    case RouteMatch::Outcome::kFound:
      break;
    case RouteMatch::Outcome::kNotFound:
      return Fail(call, errors::RouteNotFound());
    case RouteMatch::Outcome::kMethodNotAllowed:
      TakeErrorForm(call);
      return Fail(call, errors::MethodNotAllowed(call.match.allow));
    case RouteMatch::Outcome::kBadPath:
      call.response.close = true;  // two servers could read such a path in two ways
      return Fail(call, errors::MalformedRequest(call.match.problem));
  }
  call.binding = &transcoder_.binding(call.match);
  call.route = call.match.rule;
  call.vary |= kVaryAuthorization;
  if (call.method()->client_streaming || call.method()->server_streaming) {
    return Fail(call, errors::MethodUnknown(call.method()->full_name));
  }
  return Verdict::kContinue;
}

// An endpoint that tells errors in a form of its own does so for wrong verbs too.
void RouteFilter::TakeErrorForm(Call& call) const {
  const std::string_view allow = call.match.allow;
  const RouteMatch other = transcoder_.Match(allow.substr(0, allow.find(',')), call.head->path);
  if (other.outcome != RouteMatch::Outcome::kFound) return;
  const Binding& binding = transcoder_.binding(other);
  if (binding.tells_oauth_errors()) call.binding = &binding;
}

Verdict RouteFilter::Index(Call& call) const {
  if (!call.is_read()) return Fail(call, errors::MethodNotAllowed("GET, HEAD"));
  call.response.body = index_;
  call.response.headers.AddLiteral("content-type", "application/json");
  call.response.headers.AddLiteral("cache-control", "no-cache");
  return Verdict::kAnswered;
}

}  // namespace schutznetz::gateway
