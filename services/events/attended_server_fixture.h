// An events server with people at an event that is over. Tests only.
#pragma once

#include <string>

#include "services/events/domain/manage_link.h"
#include "services/events/events_server_fixture.h"

namespace schutznetz::events {

inline const access::Caller kEverybody;

class AttendedServerTest : public EventsServerTest {
 protected:
  // A workshop of two sessions that is over, of which 80 percent must have been attended.
  v1::Event PastEvent() {
    v1::Event event = Arranging::Example();
    event.set_state(v1::Event::PUBLISHED);
    event.mutable_certificate()->set_attendance_percent(80);
    const int64_t start = absl::ToUnixSeconds(absl::Now()) - 86'400;
    for (int i = 0; i < 2; ++i) {
      v1::Session& session = i == 0 ? *event.mutable_sessions(0) : *event.add_sessions();
      if (i > 0) session = event.sessions(0);
      session.set_session_id(i == 0 ? "tag-1" : "tag-2");
      session.mutable_start_time()->set_seconds(start + i * 7200);
      session.mutable_end_time()->set_seconds(start + i * 7200 + 3600);
    }
    const auto made = Create(event);
    EXPECT_THAT(made, testing::IsOk());
    return made.ok() ? *made : v1::Event();
  }
  v1::Registration Added(const std::string& event, const std::string& name, int number = 0) {
    v1::CreateRegistrationRequest request;
    request.set_parent(event);
    request.set_for_somebody_else(true);
    request.mutable_registration()->set_display_name(name);
    request.mutable_registration()->set_email("person-" + std::to_string(number) + "@example.org");
    request.mutable_registration()->set_profession(common::v1::Profession::POLICE);
    const auto made = Call(&v1::EventsService::Stub::CreateRegistration, request);
    EXPECT_THAT(made, testing::IsOk());
    return made.ok() ? *made : v1::Registration();
  }
  absl::StatusOr<v1::Registration> CheckIn(const v1::Registration& registration, const std::string& session,
                                           bool undo = false) {
    v1::CheckInRegistrationRequest request;
    request.set_name(registration.name());
    request.set_session_id(session);
    request.set_undo(undo);
    return Call(&v1::EventsService::Stub::CheckInRegistration, request);
  }
  static std::string TokenOf(const v1::Registration& registration) {
    const std::string id = registration.name().substr(registration.name().rfind('/') + 1);
    return ManageToken(*personal::Pepper::FromText(std::string(32, 'p')), {id, 1});
  }
  std::string AuditLines() {
    const auto log = Call(&v1::EventsService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
    EXPECT_THAT(log, testing::IsOk());
    std::string lines;
    for (const std::string& line : log->lines()) lines += line;
    return lines;
  }
};

}  // namespace schutznetz::events
