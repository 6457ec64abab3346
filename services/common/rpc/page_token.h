// Page tokens: opaque, sealed, bound to the query that made them, valid for a day.
//
//   ASSIGN_OR_RETURN(const std::string key, tokens.Open(call, request));       // empty on the first page
//   …read page_size + 1 rows after key…
//   response.set_next_page_token(tokens.Seal(call, request, last_key));
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/sealer.h"
#include "services/common/time/clock.h"

namespace schutznetz::rpc {

inline constexpr absl::Duration kPageTokenKept = absl::Hours(24);

// Thread safe. `sealer` and `clock` must outlive it.
class PageTokens {
 public:
  PageTokens(const Sealer& sealer, const Clock& clock) : sealer_(sealer), clock_(clock) {}

  // A token that opens only for the same caller, method and arguments (page_token and page_size aside). `payload` is
  // the method's own: a key to continue after, never an offset. At most 1,000 bytes, longer ones end the process.
  std::string Seal(const CallContext& call, const google::protobuf::Message& request, std::string_view payload) const;

  // The payload of request.page_token; empty when the request has none (payloads themselves are never empty).
  // INVALID_ARGUMENT (PAGE_TOKEN_INVALID): forged, damaged, older than a day, or made for another query or caller.
  absl::StatusOr<std::string> Open(const CallContext& call, const google::protobuf::Message& request) const;

 private:
  const Sealer& sealer_;
  const Clock& clock_;
};

}  // namespace schutznetz::rpc
