#include "gateway/filters/negotiation.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "gateway/filters/http_list.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
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

bool IsContentType(std::string_view content_type, std::string_view media_type) {
  const size_t end = content_type.find(';');
  if (!EqualsIgnoreCase(Trim(content_type.substr(0, end)), media_type)) return false;
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
  const std::string_view type = head.Find(Field::kContentType).value_or("");
  if (call.binding->raw_body) return CheckRawBody(call, type);
  if (IsContentType(type, "application/json")) return Verdict::kContinue;
  return Fail(call, errors::MediaTypeUnsupported("application/json; charset=utf-8"));
}

Verdict NegotiationFilter::CheckRawBody(Call& call, std::string_view type) {
  const common::v1::Rule::Raw& raw = call.method()->rule.raw();
  const auto named = [type](const std::string& media_type) { return IsContentType(type, media_type); };
  if (std::none_of(raw.content_types().begin(), raw.content_types().end(), named)) {
    return Fail(call, errors::MediaTypeUnsupported(absl::StrJoin(raw.content_types(), ", ")));
  }
  const uint64_t size = call.head->content_length.value_or(0);
  if (size <= static_cast<uint64_t>(raw.max_bytes())) return Verdict::kContinue;
  return Fail(call, errors::SizeLimit("The request body", raw.max_bytes(), static_cast<int64_t>(size)));
}

}  // namespace schutznetz::gateway
