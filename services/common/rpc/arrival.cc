#include "services/common/rpc/arrival.h"

#include "services/common/access/caller_context.h"
#include "services/common/rpc/transport.h"

namespace schutznetz::rpc {
namespace {

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

absl::Time ClientDeadlineOf(const grpc::ServerContextBase& context) {
  if (gpr_time_cmp(context.raw_deadline(), gpr_inf_future(context.raw_deadline().clock_type)) == 0) {
    return absl::InfiniteFuture();
  }
  return absl::FromChrono(context.deadline());
}

}  // namespace

Arrival ArrivalOf(const grpc::ServerContextBase& context) {
  Arrival arrival;
  for (const auto& [key, value] : context.client_metadata()) {
    const std::string_view name = View(key);
    if (name == "x-request-id") {
      arrival.request_id = View(value);
    } else if (name == "traceparent") {
      arrival.traceparent = View(value);
    } else if (name == "schutznetz-position") {
      arrival.position = View(value);
    } else if (name == access::kCallerMetadata) {
      arrival.caller = View(value);
    }
  }
  if (!arrival.caller.empty()) arrival.peer = PeerOf(context);  // nobody else asks for it
  arrival.client_deadline = ClientDeadlineOf(context);
  return arrival;
}

}  // namespace schutznetz::rpc
