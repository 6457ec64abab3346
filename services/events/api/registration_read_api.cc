#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "services/common/errors/errors.h"
#include "services/events/api/registration_api.h"
#include "services/events/api/registration_reading.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;

absl::StatusOr<v1::ListRegistrationsResponse> ListPage(const RegistrationApiParts& parts, const CallContext& call,
                                                       const v1::ListRegistrationsRequest& request) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  int64_t after_number = 0;
  if (!after.empty() && !absl::SimpleAtoi(after, &after_number)) return errors::PageTokenInvalid();
  int64_t last = 0;
  ASSIGN_OR_RETURN(v1::ListRegistrationsResponse response,
                   ReadInSnapshot<v1::ListRegistrationsResponse>(parts, call, [&](ReadTransaction& tx) {
                     return parts.registrations.List(tx, call.caller, request, after_number, &last);
                   }));
  if (last > 0) response.set_next_page_token(parts.page_tokens.Seal(call, request, std::to_string(last)));
  return response;
}

absl::StatusOr<v1::ListMyRegistrationsResponse> ListOwn(const RegistrationApiParts& parts, const CallContext& call) {
  ASSIGN_OR_RETURN(std::vector<v1::Registration> own,
                   ReadInSnapshot<std::vector<v1::Registration>>(
                       parts, call, [&](ReadTransaction& tx) { return parts.registrations.ListOwn(tx, call.caller); }));
  v1::ListMyRegistrationsResponse response;
  for (v1::Registration& registration : own) *response.add_registrations() = std::move(registration);
  return response;
}

}  // namespace

void RegisterRegistrationReads(rpc::Registry& registry, const RegistrationApiParts& parts) {
  registry.Blocking<v1::GetRegistrationRequest, v1::Registration>(
      "GetRegistration", [parts](const CallContext& call, const v1::GetRegistrationRequest& request) {
        return ReadInSnapshot<v1::Registration>(parts, call, [&](ReadTransaction& tx) {
          return parts.registrations.Get(tx, call.caller, request.name(), {}, parts.clock.Now());
        });
      });
  registry.Blocking<v1::ListRegistrationsRequest, v1::ListRegistrationsResponse>(
      "ListRegistrations", [parts](const CallContext& call, const v1::ListRegistrationsRequest& request) {
        return ListPage(parts, call, request);
      });
  registry.Blocking<v1::ListMyRegistrationsRequest, v1::ListMyRegistrationsResponse>(
      "ListMyRegistrations",
      [parts](const CallContext& call, const v1::ListMyRegistrationsRequest&) { return ListOwn(parts, call); });
  registry.Blocking<v1::ExportRegistrationsRequest, v1::RegistrationArchive>(
      "ExportRegistrations", [parts](const CallContext& call, const v1::ExportRegistrationsRequest& request) {
        return ReadInSnapshot<v1::RegistrationArchive>(parts, call, [&](ReadTransaction& tx) {
          return parts.attendees.Export(tx, call.caller, request.manage_token(), parts.clock.Now());
        });
      });
  registry.Blocking<v1::GetDeletionProofRequest, v1::DeletionProof>(
      "GetDeletionProof", [parts](const CallContext& call, const v1::GetDeletionProofRequest& request) {
        return ReadInSnapshot<v1::DeletionProof>(
            parts, call, [&](ReadTransaction& tx) { return parts.attendees.Proof(tx, call.caller, request.parent()); });
      });
}

}  // namespace schutznetz::events
