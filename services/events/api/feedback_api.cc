#include "services/events/api/feedback_api.h"

#include <optional>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/events/api/stored_answers.h"
#include "services/events/domain/events.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

absl::StatusOr<v1::GiveFeedbackResponse> Give(const FeedbackApiParts& parts, Transaction& tx, const CallContext& call,
                                              const v1::GiveFeedbackRequest& request) {
  ASSIGN_OR_RETURN(const Registrations::Attendee attendee,
                   parts.registrations.FindAttendee(tx, call.caller, request.registration(), request.manage_token()));
  // Those who arrange the event may read registrations; they do not answer for people.
  if (!attendee.is_caller) return errors::NotFound(request.registration());
  const v1::Registration::State state = attendee.registration.state();
  if (state != v1::Registration::ATTENDED) {
    return errors::WrongState(v1::Registration::State_Name(state), "Only who was there is asked.");
  }
  RETURN_IF_ERROR(parts.feedback.Give(tx, request));
  return v1::GiveFeedbackResponse();
}

absl::StatusOr<v1::FeedbackSummary> Summary(const FeedbackApiParts& parts, ReadTransaction& tx,
                                            const access::Caller& caller, const std::string& event_name) {
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, event_name));
  if (!event || !MayKnowEvent(caller, *event)) return errors::NotFound(event_name);
  return parts.feedback.Get(tx, event_name);
}

}  // namespace

void RegisterFeedbackApi(rpc::Registry& registry, const FeedbackApiParts& parts) {
  parts.writes.Add<v1::GiveFeedbackRequest, v1::GiveFeedbackResponse>(
      registry, "GiveFeedback",
      [parts](Transaction& tx, const CallContext& call, const v1::GiveFeedbackRequest& request) {
        return Give(parts, tx, call, request);
      });
  registry.Blocking<v1::GetFeedbackSummaryRequest, v1::FeedbackSummary>(
      "GetFeedbackSummary", [parts](const CallContext& call, const v1::GetFeedbackSummaryRequest& request) {
        return ReadOnce<v1::FeedbackSummary>(parts.database, call, [&](ReadTransaction& tx) {
          return Summary(parts, tx, call.caller, request.parent());
        });
      });
}

}  // namespace schutznetz::events
