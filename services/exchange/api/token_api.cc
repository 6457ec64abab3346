#include "schutznetz/common/v1/http_body.pb.h"
#include "services/common/audit/audit_log.h"
#include "services/common/rpc/audited.h"
#include "services/exchange/api/exchange_api.h"

namespace schutznetz::exchange {
namespace {

using rpc::CallContext;

audit::Fact FactOfToken(audit::Act act, std::string key_name) {
  return {.act = act, .kind = kPartnerKey.kind, .object = std::move(key_name), .fields = {}};
}

}  // namespace

void RegisterTokenApi(rpc::Registry& registry, TokenEndpoint& endpoint) {
  registry.ReadWire<v1::IssueTokenRequest>(
      "IssueToken",
      [&registry, &endpoint](const CallContext& call, const v1::IssueTokenRequest& request, rpc::WireReply* reply) {
        TokenEndpoint::Outcome outcome = endpoint.Answer(request);
        if (!outcome.status.ok()) {
          // A refusal does not wait for its entry, which opens nothing.
          if (!outcome.key_name.empty()) {
            registry.audit()->Record(rpc::NamesOf(call),
                                     {FactOfToken(audit::Act::kTokenRefused, std::move(outcome.key_name))},
                                     call.deadline, [](const absl::Status&) {});
          }
          return outcome.status;
        }
        common::v1::HttpBody body;
        body.set_content_type("application/json");
        body.set_data(std::move(outcome.json));
        reply->AppendMessage(body);
        reply->disclosed = {FactOfToken(audit::Act::kTokenGiven, std::move(outcome.key_name))};
        return absl::OkStatus();
      });
}

}  // namespace schutznetz::exchange
