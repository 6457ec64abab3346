#include "gateway/http/refusal.h"

#include <array>

#include "absl/time/time.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

constexpr std::array<RefusalInfo, static_cast<size_t>(Refusal::kCount)> kRefusals = {{
    {"request_line", 400, "The request line is not \"METHOD /path HTTP/1.1\"."},
    {"version", 505, "Only HTTP/1.1 is spoken here."},
    {"target", 400, "The request target must be a path of visible ASCII characters that starts with a slash."},
    {"target_too_long", 414, "The URL is too long."},
    {"header_too_large", 431, "The header is too large."},
    {"too_many_fields", 431, "The header has too many fields."},
    {"line_ending", 400, "Lines of the header must end with CR and LF, which stand nowhere else."},
    {"field_name", 400, "A field name holds a character that is not accepted."},
    {"field_value", 400, "A field value holds a control character."},
    {"folded_line", 400, "Folded header lines are not accepted."},
    {"host", 400, "There must be exactly one Host field with a name and an optional port."},
    {"content_length", 400, "There must be at most one Content-Length field, of digits only."},
    {"transfer_encoding", 400,
     "The only Transfer-Encoding is exactly \"chunked\", and never together with Content-Length."},
    {"repeated_field", 400, "A field that may stand only once is repeated."},
    {"expectation", 417, "The only expectation that can be met is \"100-continue\"."},
    {"framing", 400, "The body is not framed as announced."},
    {"body_too_large", 413, "The body is too large."},
    {"header_timeout", 408, "The header did not arrive in time."},
    {"body_timeout", 408, "The body did not arrive in time."},
    {"bodies_full", 503, "Too many bodies are being received at present."},
    {"connections_per_ip", 429, "Too many connections from one address."},
    {"connections", 503, "Too many connections."},
}};

}  // namespace

const RefusalInfo& Describe(Refusal refusal) { return kRefusals[static_cast<size_t>(refusal)]; }

absl::Status ErrorOf(Refusal refusal, const RequestHead& head, const HttpLimits& limits) {
  const int64_t limit = limits.body_bytes_max;
  switch (refusal) {
    case Refusal::kBodyTooLarge:  // a chunked body is cut at the first byte too many
      return errors::SizeLimit("The request body", limit,
                               static_cast<int64_t>(head.content_length.value_or(limit + 1)));
    case Refusal::kHeaderTimeout:
    case Refusal::kBodyTimeout:
      return errors::DeadlinePassed();
    case Refusal::kBodiesFull:
    case Refusal::kConnections:
      return errors::TemporarilyUnavailable(absl::Seconds(1));
    case Refusal::kConnectionsPerIp:
      return errors::RateLimited(absl::Seconds(1));
    default:
      return errors::MalformedRequest(Describe(refusal).sentence);
  }
}

}  // namespace schutznetz::gateway
