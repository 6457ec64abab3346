#include "services/events/domain/event_rules.h"

#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <string>

#include "schutznetz/events/v1/event.pb.h"
#include "services/common/record/random_id.h"
#include "services/events/domain/event_checks.h"
#include "services/events/domain/events.h"

namespace schutznetz::events {
namespace {

using google::protobuf::util::TimeUtil;
using v1::Event;
using v1::Session;

void OrderSessions(Event* event) {
  std::stable_sort(event->mutable_sessions()->begin(), event->mutable_sessions()->end(),
                   [](const Session& a, const Session& b) { return a.start_time() < b.start_time(); });
  for (Session& session : *event->mutable_sessions()) {
    if (session.session_id().empty()) session.set_session_id(record::NewRandomId());
  }
}

Event::Attendance AttendanceOf(const Event& event) {
  const auto any = [&](auto has) { return std::any_of(event.sessions().begin(), event.sessions().end(), has); };
  const bool on_site = any([](const Session& session) { return session.has_place(); });
  const bool online = event.self_paced() || any([](const Session& session) { return session.has_online_room(); });
  if (on_site && online) return Event::HYBRID;
  if (on_site) return Event::ON_SITE;
  return online ? Event::ONLINE : Event::ATTENDANCE_UNSPECIFIED;
}

void TellTimes(Event* event) {
  event->clear_start_time();
  event->clear_end_time();
  if (event->self_paced() && event->has_available_until()) *event->mutable_end_time() = event->available_until();
  for (const Session& session : event->sessions()) {
    if (!event->has_start_time()) *event->mutable_start_time() = session.start_time();
    if (!event->has_end_time() || event->end_time() < session.end_time()) {
      *event->mutable_end_time() = session.end_time();
    }
  }
}

// What calendars show of an event and everybody may know, and nothing else.
Event CalendarFacts(const Event& event) {
  Event facts;
  facts.set_display_name(event.display_name());
  facts.set_state(event.state());
  *facts.mutable_sessions() = event.sessions();
  for (Session& session : *facts.mutable_sessions()) {
    if (!session.has_online_room()) continue;
    session.mutable_online_room()->clear_join_url();
    session.mutable_online_room()->clear_join_note();
  }
  return facts;
}

}  // namespace

void EventRules::Derive(const google::protobuf::Message* before, google::protobuf::Message* resource) const {
  auto* event = static_cast<Event*>(resource);
  if (event->state() == Event::STATE_UNSPECIFIED) event->set_state(Event::DRAFT);
  OrderSessions(event);
  event->set_attendance(AttendanceOf(*event));
  TellTimes(event);
  if (before == nullptr) return event->set_calendar_sequence(0);
  const auto& earlier = static_cast<const Event&>(*before);
  const bool was_announced = earlier.state() != Event::DRAFT;
  const bool moved = !google::protobuf::util::MessageDifferencer::Equals(CalendarFacts(earlier), CalendarFacts(*event));
  event->set_calendar_sequence(earlier.calendar_sequence() + (was_announced && moved ? 1 : 0));
}

void EventRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  CheckEvent(static_cast<const Event&>(draft.resource), violations);
}

wire::Floors EventRules::FloorsOfState(const google::protobuf::Message& resource) const {
  const bool draft = static_cast<const Event&>(resource).state() <= Event::DRAFT;
  return draft ? wire::Floors{common::v1::PROTECTED, common::v1::PROTECTED} : wire::Floors{};
}

record::RecordScope EventRules::ScopeOf(const google::protobuf::Message& resource,
                                        const std::vector<record::Loaded>&) const {
  return ScopeOfEvent(static_cast<const Event&>(resource));
}

}  // namespace schutznetz::events
