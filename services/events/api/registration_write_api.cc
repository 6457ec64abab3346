#include <string>
#include <utility>

#include "services/events/api/registration_api.h"
#include "services/events/api/registration_reading.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::Transaction;
using v1::Registration;

// Under a request_id nothing personal is kept: the registration is read again when the request is repeated.
void KeepNameAndState(Registration* registration) {
  Registration kept;
  kept.set_name(registration->name());
  kept.set_state(registration->state());
  kept.set_reason(registration->reason());
  *registration = std::move(kept);
}

rpc::Keeping<Registration> KeepRegistration(const RegistrationApiParts& parts) {
  return {KeepNameAndState, [parts](Transaction& tx, const CallContext&, Registration* registration) {
            return parts.registrations.Reread(tx, registration).status();
          }};
}

// What somebody without an account was told is all that is kept, and is told again.
rpc::Keeping<Registration> KeepNewRegistration(const RegistrationApiParts& parts) {
  return {KeepNameAndState,
          [parts](Transaction& tx, const CallContext& call, Registration* registration) -> absl::Status {
            const bool told_nothing = registration->state() == Registration::PENDING;
            if (call.caller.is_public() || told_nothing) return absl::OkStatus();
            return parts.registrations.Reread(tx, registration).status();
          }};
}

void RegisterCreating(rpc::Registry& registry, const RegistrationApiParts& parts) {
  parts.writes.Add<v1::CreateRegistrationRequest, Registration>(
      registry, "CreateRegistration",
      [parts](Transaction& tx, const CallContext& call, const v1::CreateRegistrationRequest& request) {
        const record::Author author = AuthorIn(call);
        if (request.for_somebody_else()) {
          return parts.registrations.AddForOther(tx, author, request.parent(), request.registration());
        }
        return parts.registrations.Create(tx, author, request.parent(), request.registration());
      },
      KeepNewRegistration(parts));
  parts.writes.Add<v1::ImportRegistrationsRequest, v1::ImportRegistrationsResponse>(
      registry, "ImportRegistrations",
      [parts](Transaction& tx, const CallContext& call, const v1::ImportRegistrationsRequest& request) {
        return parts.registrations.Import(tx, AuthorIn(call), request);
      },
      {[](v1::ImportRegistrationsResponse* response) {
         for (auto& outcome : *response->mutable_outcomes()) {
           if (outcome.has_registration()) KeepNameAndState(outcome.mutable_registration());
         }
       },
       [parts](Transaction& tx, const CallContext&, v1::ImportRegistrationsResponse* response) -> absl::Status {
         for (auto& outcome : *response->mutable_outcomes()) {
           if (!outcome.has_registration()) continue;
           RETURN_IF_ERROR(parts.registrations.Reread(tx, outcome.mutable_registration()).status());
         }
         return absl::OkStatus();
       }});
}

// A method of Registrations that takes name and token.
template <typename Request>
void AddAct(rpc::Registry& registry, const RegistrationApiParts& parts, const char* method,
            absl::StatusOr<Registration> (Registrations::*act)(Transaction&, const Author&, std::string_view,
                                                               std::string_view) const) {
  parts.writes.Add<Request, Registration>(
      registry, method,
      [parts, act](Transaction& tx, const CallContext& call, const Request& request) {
        return (parts.registrations.*act)(tx, AuthorIn(call), request.name(), request.manage_token());
      },
      KeepRegistration(parts));
}

void RegisterAttendance(rpc::Registry& registry, const RegistrationApiParts& parts) {
  parts.writes.Add<v1::CheckInRegistrationRequest, Registration>(
      registry, "CheckInRegistration",
      [parts](Transaction& tx, const CallContext& call, const v1::CheckInRegistrationRequest& request) {
        const record::Author author = AuthorIn(call);
        if (request.undo()) return parts.attendance.Undo(tx, author, request.name(), request.session_id());
        return parts.attendance.CheckIn(tx, author, request.name(), request.session_id());
      },
      KeepRegistration(parts));
  parts.writes.Add<v1::CheckInByCodeRequest, Registration>(
      registry, "CheckInByCode",
      [parts](Transaction& tx, const CallContext& call, const v1::CheckInByCodeRequest& request) {
        return parts.attendance.CheckInByCode(tx, AuthorIn(call), request.parent(), request.code(),
                                              request.session_id());
      },
      KeepRegistration(parts));
  parts.writes.Add<v1::MarkNoShowsRequest, v1::MarkNoShowsResponse>(
      registry, "MarkNoShows",
      [parts](Transaction& tx, const CallContext& call, const v1::MarkNoShowsRequest& request) {
        return parts.attendance.MarkNoShows(tx, AuthorIn(call), request.parent());
      });
}

}  // namespace

void RegisterRegistrationWrites(rpc::Registry& registry, const RegistrationApiParts& parts) {
  RegisterCreating(registry, parts);
  AddAct<v1::ConfirmRegistrationRequest>(registry, parts, "ConfirmRegistration", &Registrations::Confirm);
  AddAct<v1::CancelRegistrationRequest>(registry, parts, "CancelRegistration", &Registrations::Cancel);
  AddAct<v1::AcceptRegistrationRequest>(registry, parts, "AcceptRegistration", &Registrations::Accept);
  AddAct<v1::DeclineRegistrationRequest>(registry, parts, "DeclineRegistration", &Registrations::Decline);
  parts.writes.Add<v1::MoveRegistrationRequest, Registration>(
      registry, "MoveRegistration",
      [parts](Transaction& tx, const CallContext& call, const v1::MoveRegistrationRequest& request) {
        return parts.registrations.Move(tx, AuthorIn(call), request.name(), request.manage_token(), request.sessions());
      },
      KeepRegistration(parts));
  parts.writes.Add<v1::RenewManageLinkRequest, Registration>(
      registry, "RenewManageLink",
      [parts](Transaction& tx, const CallContext& call, const v1::RenewManageLinkRequest& request) {
        return parts.registrations.RenewLink(tx, AuthorIn(call), request.name(), request.revoke_only());
      },
      KeepRegistration(parts));
  RegisterAttendance(registry, parts);
  parts.writes.Add<v1::EraseRegistrationsRequest, v1::EraseRegistrationsResponse>(
      registry, "EraseRegistrations",
      [parts](Transaction& tx, const CallContext& call, const v1::EraseRegistrationsRequest& request) {
        if (parts.expect_erasure) parts.expect_erasure();
        return parts.attendees.Erase(tx, AuthorIn(call), request);
      });
}

}  // namespace schutznetz::events
