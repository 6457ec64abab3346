#include "gateway/filters/negotiation.h"

#include "gateway/filters/http_list.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {}  // namespace

// The most specific range decides, whatever its place in the list.
Acceptance AcceptanceOf(const RequestHead& head) {
  Acceptance result;
  if (head.Count(Field::kAccept) == 0) return result;
  int named = -1;
  int application = -1;
  int any = -1;
  bool empty = true;
  head.ForEach(Field::kAccept, [&](std::string_view list) {
    while (!list.empty()) {
      const WeightedItem item = NextWeightedItem(&list);
      empty = false;
      if (EqualsIgnoreCase(item.name, "application/json")) named = item.weight;
      if (EqualsIgnoreCase(item.name, "application/*")) application = item.weight;
      if (item.name == "*/*") any = item.weight;
      if (EqualsIgnoreCase(item.name, "application/problem+json") && item.weight > 0) result.problem = true;
    }
  });
  const int weight = named >= 0 ? named : application >= 0 ? application : any;
  result.json = weight > 0 || empty;
  return result;
}

bool IsJsonContentType(std::string_view content_type) {
  const size_t end = content_type.find(';');
  if (!EqualsIgnoreCase(Trim(content_type.substr(0, end)), "application/json")) return false;
  while (content_type.find(';') != std::string_view::npos) {
    content_type.remove_prefix(content_type.find(';') + 1);
    const std::string_view parameter = Trim(content_type.substr(0, content_type.find(';')));
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !EqualsIgnoreCase(parameter.substr(0, equals), "charset")) continue;
    if (!EqualsIgnoreCase(Unquoted(parameter.substr(equals + 1)), "utf-8")) return false;
  }
  return true;
}

Verdict NegotiationFilter::Before(Call& call) const {
  const Acceptance acceptance = AcceptanceOf(*call.head);
  call.problem_json = acceptance.problem;
  const bool json_only = !call.method()->raw_reply;
  // Who names only the form of errors takes JSON as well.
  if (json_only && !acceptance.json && !acceptance.problem) {
    return Fail(call, errors::MediaTypeUnsupported("application/json"), 406);
  }
  return CheckBody(call);
}

Verdict NegotiationFilter::CheckBody(Call& call) const {
  const RequestHead& head = *call.head;
  if (!head.has_body()) {
    const bool unframed = head.Count(Field::kContentType) > 0 && !head.chunked && !head.content_length.has_value();
    if (!unframed || call.is_read()) return Verdict::kContinue;
    return Fail(call, errors::MalformedRequest("The request names a content type but no Content-Length."), 411);
  }
  if (!call.binding->takes_body()) return Fail(call, errors::MalformedBody("This method takes no body."));
  const auto coding = head.Find(Field::kContentEncoding);
  if (coding.has_value() && !EqualsIgnoreCase(*coding, "identity")) {
    call.response.headers.AddLiteral("accept-encoding", "identity");
    return Fail(call, errors::MediaTypeUnsupported("identity (no Content-Encoding)"));
  }
  const auto type = head.Find(Field::kContentType);
  if (!type.has_value() || !IsJsonContentType(*type)) {
    return Fail(call, errors::MediaTypeUnsupported("application/json; charset=utf-8"));
  }
  return Verdict::kContinue;
}

}  // namespace schutznetz::gateway
