#include "gateway/filters/conditional.h"

#include "gateway/filters/etag.h"
#include "gateway/http/characters.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {

Verdict ConditionalFilter::Before(Call& call) const {
  if (call.is_read()) return Verdict::kContinue;
  if (const auto none = call.head->Find(Field::kIfNoneMatch)) call.create_only = Trim(*none) == "*";
  return call.head->Count(Field::kIfMatch) > 0 ? ReadIfMatch(call) : Verdict::kContinue;
}

Verdict ConditionalFilter::ReadIfMatch(Call& call) const {
  if (call.binding->etag.empty()) {
    return Fail(call, errors::InvalidField("if-match", "This method takes no precondition."));
  }
  const std::optional<EntityTag> tag = ParseEntityTag(*call.head->Find(Field::kIfMatch));
  if (!tag.has_value() || tag->opaque.empty()) {
    return Fail(call, errors::InvalidField("if-match", "Must be one entity tag in quotes, as ETag gave it."));
  }
  call.has_if_match = true;
  // A weak tag never matches strongly (RFC 9110, 13.1.1).
  if (tag->weak) return Fail(call, errors::EtagMismatch("resource"));
  call.if_match = WithoutSuffix(tag->opaque);
  return Verdict::kContinue;
}

void ConditionalFilter::After(Call& call) const {
  Response& response = call.response;
  if (!call.error.ok() || call.upstream == nullptr) return;
  const bool kept = call.is_read() && call.method()->rule.has_cache() && call.caller.is_public();
  response.headers.AddLiteral("cache-control", kept ? "no-cache" : "no-store");
  if (call.etag.empty() && call.is_read()) call.etag = HashEtag(response.body);
  if (call.etag.empty()) return;
  const auto none = call.is_read() ? call.head->Find(Field::kIfNoneMatch) : std::nullopt;
  if (call.not_modified || (none.has_value() && ListMatches(*none, call.etag))) {
    response.status = 304;
    response.body.clear();
    response.headers.Remove("content-type");
    call.vary |= kVaryAcceptEncoding;  // as the answer itself would have said
  }
  std::string quoted = "\"";
  quoted.append(call.etag).push_back('"');
  response.headers.Add("etag", quoted);
}

}  // namespace schutznetz::gateway
