#include "services/events/api/calendar_api.h"

#include <utility>

#include "schutznetz/common/v1/http_body.pb.h"
#include "services/common/errors/macros.h"
#include "services/events/view/calendar_reads.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using rpc::WireReply;

constexpr char kMediaType[] = "text/calendar; charset=utf-8";

void AnswerCalendar(const EventsReading& reading, Calendar calendar, WireReply* reply) {
  common::v1::HttpBody body;
  body.set_content_type(kMediaType);
  body.set_data(std::move(calendar.text));
  reply->AppendMessage(body);
  reply->position = reading.version->position;
  if (calendar.valid_until != absl::InfiniteFuture()) reply->valid_until = calendar.valid_until;
  if (reading.degraded) reply->valid_until = reading.now;
}

}  // namespace

void RegisterCalendarApi(rpc::Registry& registry, const EventsView& view) {
  registry.ReadWire<v1::GetEventsCalendarRequest>(
      "GetEventsCalendar", [&view](const CallContext&, const v1::GetEventsCalendarRequest& request, WireReply* reply) {
        const EventsReading reading = view.Read();
        AnswerCalendar(reading, ReadEventsCalendar(reading, request), reply);
        reply->tags = {"event"};
        return absl::OkStatus();
      });
  registry.ReadWire<v1::GetEventCalendarRequest>(
      "GetEventCalendar",
      [&view](const CallContext&, const v1::GetEventCalendarRequest& request, WireReply* reply) -> absl::Status {
        const EventsReading reading = view.Read();
        ASSIGN_OR_RETURN(Calendar calendar, ReadEventCalendar(reading, request));
        AnswerCalendar(reading, std::move(calendar), reply);
        reply->tags = {request.name()};
        return absl::OkStatus();
      });
}

}  // namespace schutznetz::events
