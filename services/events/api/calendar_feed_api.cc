#include <string>
#include <utility>
#include <vector>

#include "schutznetz/common/v1/http_body.pb.h"
#include "services/events/api/registration_api.h"
#include "services/events/api/registration_reading.h"
#include "services/events/calendar/event_calendar.h"
#include "services/events/view/calendar_reads.h"

namespace schutznetz::events {
namespace {

using common::v1::HttpBody;
using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

constexpr char kCalendar[] = "text/calendar; charset=utf-8";

HttpBody CalendarOf(const PersonalDates& personal, absl::Time now) {
  const CalendarReader reader = {.language = personal.language.empty() ? "de" : personal.language, .now = now};
  std::vector<CalendarEvent> told;
  int entries = 0;
  for (const PersonalDate& date : personal.dates) {
    CalendarEvent& event = told.emplace_back();
    event = {.event = &date.event,
             .sessions = date.sessions,
             .with_way_in = date.has_place,
             .cancelled_for_reader = date.is_over};
    entries += SessionCount(event);
    if (entries <= kCalendarEntriesMax) continue;
    told.pop_back();
    break;
  }
  HttpBody body;
  body.set_content_type(kCalendar);
  body.set_data(
      CalendarFeed(told, reader.language == "en" ? "Schutznetz: my events" : "Schutznetz: meine Termine", reader));
  return body;
}

// The address is told by whoever makes the feed and whoever repeats that request; it is not kept.
rpc::Keeping<v1::CalendarFeed> KeepWithoutUrl(const CalendarFeeds& feeds) {
  return {[](v1::CalendarFeed* feed) { feed->clear_url(); },
          [&feeds](Transaction& tx, const CallContext&, v1::CalendarFeed* feed) -> absl::Status {
            ASSIGN_OR_RETURN(*feed->mutable_url(), feeds.UrlOf(tx, feed->name()));
            return absl::OkStatus();
          }};
}

}  // namespace

void RegisterCalendarFeeds(rpc::Registry& registry, const RegistrationApiParts& parts, const CalendarFeeds& feeds) {
  parts.writes.Add<v1::CreateCalendarFeedRequest, v1::CalendarFeed>(
      registry, "CreateCalendarFeed",
      [&feeds](Transaction& tx, const CallContext& call, const v1::CreateCalendarFeedRequest& request) {
        return feeds.Create(tx, AuthorIn(call), request.calendar_feed());
      },
      KeepWithoutUrl(feeds));
  parts.writes.Add<v1::DeleteCalendarFeedRequest, v1::CalendarFeed>(
      registry, "DeleteCalendarFeed",
      [&feeds](Transaction& tx, const CallContext& call, const v1::DeleteCalendarFeedRequest& request) {
        return feeds.Delete(tx, AuthorIn(call), request.name());
      });
  registry.Blocking<v1::ListCalendarFeedsRequest, v1::ListCalendarFeedsResponse>(
      "ListCalendarFeeds",
      [parts, &feeds](const CallContext& call,
                      const v1::ListCalendarFeedsRequest&) -> absl::StatusOr<v1::ListCalendarFeedsResponse> {
        ASSIGN_OR_RETURN(std::vector<v1::CalendarFeed> own,
                         ReadInSnapshot<std::vector<v1::CalendarFeed>>(
                             parts, call, [&](ReadTransaction& tx) { return feeds.List(tx, call.caller); }));
        v1::ListCalendarFeedsResponse response;
        for (v1::CalendarFeed& feed : own) *response.add_calendar_feeds() = std::move(feed);
        return response;
      });
  registry.Blocking<v1::GetPersonalCalendarRequest, HttpBody>(
      "GetPersonalCalendar",
      [parts, &feeds](const CallContext& call,
                      const v1::GetPersonalCalendarRequest& request) -> absl::StatusOr<HttpBody> {
        ASSIGN_OR_RETURN(const PersonalDates personal,
                         ReadInSnapshot<PersonalDates>(
                             parts, call, [&](ReadTransaction& tx) { return feeds.Dates(tx, request.token()); }));
        return CalendarOf(personal, parts.clock.Now());
      });
}

}  // namespace schutznetz::events
