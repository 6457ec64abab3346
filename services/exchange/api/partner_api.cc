#include "services/exchange/api/exchange_api.h"
#include "services/exchange/api/reading.h"

namespace schutznetz::exchange {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

void RegisterPartnerReading(rpc::Registry& registry, const ExchangeApiParts& parts) {
  registry.Blocking<v1::GetPartnerRequest, v1::Partner>(
      "GetPartner", [parts](const CallContext& call, const v1::GetPartnerRequest& request) {
        return ReadOne<v1::Partner>(parts, call,
                                    [&](ReadTransaction& tx) { return parts.partners.Get(tx, request.name()); });
      });
  registry.Blocking<v1::ListPartnersRequest, v1::ListPartnersResponse>(
      "ListPartners", [parts](const CallContext& call, const v1::ListPartnersRequest& request) {
        return ReadPage<v1::Partner, v1::ListPartnersResponse>(
            parts, call, request,
            [&](ReadTransaction& tx, const std::string& after, int count) {
              return parts.partners.List(tx, after, count);
            },
            [](v1::ListPartnersResponse* response) { return response->add_partners(); });
      });
  registry.Blocking<v1::ListPartnerKeysRequest, v1::ListPartnerKeysResponse>(
      "ListPartnerKeys", [parts](const CallContext& call, const v1::ListPartnerKeysRequest& request) {
        return ReadPage<v1::PartnerKey, v1::ListPartnerKeysResponse>(
            parts, call, request,
            [&](ReadTransaction& tx, const std::string& after, int count) {
              return parts.partners.ListKeys(tx, request.parent(), after, count, parts.clock.Now());
            },
            [](v1::ListPartnerKeysResponse* response) { return response->add_keys(); });
      });
}

void RegisterKeys(rpc::Registry& registry, const ExchangeApiParts& parts) {
  parts.writes.Add<v1::CreatePartnerKeyRequest, v1::CreatePartnerKeyResponse>(
      registry, "CreatePartnerKey",
      [parts](Transaction& tx, const CallContext& call, const v1::CreatePartnerKeyRequest& request) {
        return parts.partners.CreateKey(tx, AuthorOf(call), request.parent(), request.key());
      },
      {[](v1::CreatePartnerKeyResponse* response) { response->clear_secret(); }, nullptr});
  parts.writes.Add<v1::RevokePartnerKeyRequest, v1::PartnerKey>(
      registry, "RevokePartnerKey",
      [parts](Transaction& tx, const CallContext& call, const v1::RevokePartnerKeyRequest& request) {
        return parts.partners.RevokeKey(tx, AuthorOf(call), request.name());
      });
}

}  // namespace

void RegisterPartnerApi(rpc::Registry& registry, const ExchangeApiParts& parts) {
  RegisterPartnerReading(registry, parts);
  RegisterKeys(registry, parts);
  parts.writes.Add<v1::CreatePartnerRequest, v1::Partner>(
      registry, "CreatePartner",
      [parts](Transaction& tx, const CallContext& call, const v1::CreatePartnerRequest& request) {
        return parts.partners.Create(tx, AuthorOf(call), request.partner());
      });
  parts.writes.Add<v1::UpdatePartnerRequest, v1::Partner>(
      registry, "UpdatePartner",
      [parts](Transaction& tx, const CallContext& call, const v1::UpdatePartnerRequest& request) {
        return parts.partners.Update(tx, AuthorOf(call), request.partner(), request.update_mask());
      });
  parts.writes.Add<v1::SuspendPartnerRequest, v1::Partner>(
      registry, "SuspendPartner",
      [parts](Transaction& tx, const CallContext& call, const v1::SuspendPartnerRequest& request) {
        return parts.partners.SetState(tx, AuthorOf(call), request.name(), v1::Partner::SUSPENDED);
      });
  parts.writes.Add<v1::ResumePartnerRequest, v1::Partner>(
      registry, "ResumePartner",
      [parts](Transaction& tx, const CallContext& call, const v1::ResumePartnerRequest& request) {
        return parts.partners.SetState(tx, AuthorOf(call), request.name(), v1::Partner::ACTIVE);
      });
}

}  // namespace schutznetz::exchange
