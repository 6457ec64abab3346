#include "gateway/filters/transcode.h"

#include "gateway/filters/error_answer.h"
#include "gateway/filters/etag.h"
#include "gateway/http/characters.h"
#include "services/common/errors/errors.h"
#include "services/common/wire/codec.h"

namespace schutznetz::gateway {
namespace {

// A position goes into a header field as it came, so it must be able to.
bool IsPosition(std::string_view position) {
  constexpr size_t kPositionBytesMax = 256;
  if (position.empty() || position.size() > kPositionBytesMax) return false;
  for (const char c : position) {
    if (c < 0x21 || c > 0x7e) return false;
  }
  return true;
}

void AppendQueryValue(std::string_view value, std::string* out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (Is(c, kTokenChar) && c != '&' && c != '+' && c != '%' && c != '#') {
      out->push_back(c);
    } else {
      out->append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
}

}  // namespace

std::string_view StringFieldOf(std::string_view message, const wire::Field& field) {
  std::string_view found;
  wire::WireReader reader(message);
  wire::WireValue value;
  while (!reader.done() && reader.Next(&value)) {
    if (value.number == field.number && value.type == wire::WireType::kBytes) found = value.bytes;
  }
  return found;
}

std::string NextPageTarget(std::string_view path, std::string_view query, std::string_view page_token) {
  std::string target(path);
  target.push_back('?');
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const std::string_view name = pair.substr(0, pair.find('='));
    if (pair.empty() || name == "pageToken" || name == "page_token") continue;
    target.append(pair).push_back('&');
  }
  target.append("pageToken=");
  AppendQueryValue(page_token, &target);
  return target;
}

Verdict TranscodeFilter::Before(Call& call) const {
  const RequestParts parts = {
      .query = call.head->query,
      .body = call.body,
      .etag = call.if_match,
      .request_id = call.idempotency_key,
      .content_type = call.binding->raw_body ? call.head->Find(Field::kContentType).value_or("") : std::string_view(),
      .authorization =
          call.method()->raw_authorization ? call.head->Find(Field::kAuthorization).value_or("") : std::string_view()};
  call.position = call.head->Find(Field::kPosition).value_or("");
  if (!call.position.empty() && !IsPosition(call.position)) {
    return Fail(call, errors::InvalidField("schutznetz-position", "Must be a position that an answer carried."));
  }
  call.error = transcoder_.ToRequest(call.match, parts, &call.message, &call.reply_options);
  return call.error.ok() ? Verdict::kContinue : Verdict::kAnswered;
}

void TranscodeFilter::After(Call& call) const {
  if (call.upstream == nullptr) return;
  if (IsPosition(call.upstream->position)) call.response.headers.Add("schutznetz-position", call.upstream->position);
  if (!call.error.ok()) return;
  if (ReadEtag(call)) return;  // not modified: nobody will read the body
  call.error = transcoder_.ToReply(*call.binding, call.upstream->message, call.reply_options, &call.reply);
  if (!call.error.ok()) return RenderError(transcoder_, call);
  call.response.body.swap(call.reply.body);
  const bool clean = AllAre(call.reply.content_type, kFieldValueChar);  // an HttpBody names its own
  call.response.headers.Add("content-type", clean ? call.reply.content_type : "application/octet-stream");
  AddNextLink(call);
}

// Whether the client has this version already.
bool TranscodeFilter::ReadEtag(Call& call) const {
  const wire::Field* const field = call.method()->reply_etag;
  if (field == nullptr) return false;
  const std::string_view etag = StringFieldOf(call.upstream->message, *field);
  if (!IsOpaque(etag)) return false;
  call.etag = etag;
  const auto none = call.is_read() ? call.head->Find(Field::kIfNoneMatch) : std::nullopt;
  call.not_modified = none.has_value() && ListMatches(*none, etag);
  return call.not_modified;
}

void TranscodeFilter::AddNextLink(Call& call) const {
  const wire::Field* const field = call.method()->next_page_token;
  if (field == nullptr || !call.is_read()) return;
  const std::string_view token = StringFieldOf(call.upstream->message, *field);
  if (token.empty()) return;
  std::string link = "<" + NextPageTarget(call.head->path, call.head->query, token);
  call.response.headers.Add("link", link.append(">; rel=\"next\""));
}

}  // namespace schutznetz::gateway
