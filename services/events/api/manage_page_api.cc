#include <optional>
#include <string>
#include <utility>

#include "schutznetz/common/v1/http_body.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/wire/form.h"
#include "services/events/api/manage_page.h"
#include "services/events/api/registration_api.h"
#include "services/events/api/registration_reading.h"
#include "services/events/domain/manage_link.h"
#include "services/events/domain/registration_show.h"

namespace schutznetz::events {
namespace {

using common::v1::HttpBody;
using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;
using v1::Registration;

constexpr char kHtml[] = "text/html; charset=utf-8";

// What a link that opens nothing answers, whatever is wrong with it.
absl::Status NoSuchLink() { return errors::NotFound("events/-/registrations/-"); }

absl::StatusOr<std::string> NameBehind(const RegistrationApiParts& parts, ReadTransaction& tx, std::string_view token) {
  const RegistrationParts& inner = parts.registrations.parts();
  const std::optional<ManageLink> link = ReadManageToken(inner.pepper, token);
  if (!link) return NoSuchLink();
  ASSIGN_OR_RETURN(const std::optional<RegistrationRow> row, inner.store.Find(tx, link->registration));
  if (!row) return NoSuchLink();
  return RegistrationName(*row);
}

absl::StatusOr<HttpBody> PageOf(ReadTransaction& tx, const Registration& registration, std::string_view token) {
  const std::string event_name = "events/" + EventIdIn(registration.name());
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, event_name));
  if (!event) return NoSuchLink();
  HttpBody body;
  body.set_content_type(kHtml);
  body.set_data(ManagePage(event->event, registration, token));
  return body;
}

absl::StatusOr<HttpBody> Show(const RegistrationApiParts& parts, ReadTransaction& tx, std::string_view token) {
  ASSIGN_OR_RETURN(const std::string name, NameBehind(parts, tx, token));
  ASSIGN_OR_RETURN(const Registration registration,
                   parts.registrations.Get(tx, access::Caller(), name, token, parts.clock.Now()));
  return PageOf(tx, registration, token);
}

std::string TextOf(const wire::Form& form, std::string_view name) {
  const std::string* value = form.Find(name);
  return value == nullptr ? std::string() : *value;
}

absl::StatusOr<Registration> Act(const RegistrationApiParts& parts, Transaction& tx, const record::Author& author,
                                 const std::string& action, const std::string& name, const std::string& token) {
  if (action == "confirm") return parts.registrations.Confirm(tx, author, name, token);
  if (action == "accept") return parts.registrations.Accept(tx, author, name, token);
  if (action == "decline") return parts.registrations.Decline(tx, author, name, token);
  if (action == "cancel") return parts.registrations.Cancel(tx, author, name, token);
  return errors::InvalidField("action", "Must be confirm, accept, decline or cancel.");
}

absl::StatusOr<HttpBody> Submit(const RegistrationApiParts& parts, Transaction& tx, const CallContext& call,
                                const HttpBody& body) {
  ASSIGN_OR_RETURN(const wire::Form form, wire::Form::Parse(body.data()));
  const std::string token = TextOf(form, "token");
  ASSIGN_OR_RETURN(const std::string name, NameBehind(parts, tx, token));
  ASSIGN_OR_RETURN(const Registration registration,
                   Act(parts, tx, AuthorIn(call), TextOf(form, "action"), name, token));
  return PageOf(tx, registration, token);
}

}  // namespace

void RegisterManagePage(rpc::Registry& registry, const RegistrationApiParts& parts) {
  registry.Blocking<v1::GetManagePageRequest, HttpBody>(
      "GetManagePage", [parts](const CallContext& call, const v1::GetManagePageRequest& request) {
        return ReadInSnapshot<HttpBody>(parts, call,
                                        [&](ReadTransaction& tx) { return Show(parts, tx, request.token()); });
      });
  parts.writes.Add<v1::SubmitManagePageRequest, HttpBody>(
      registry, "SubmitManagePage",
      [parts](Transaction& tx, const CallContext& call, const v1::SubmitManagePageRequest& request) {
        return Submit(parts, tx, call, request.body());
      });
}

}  // namespace schutznetz::events
