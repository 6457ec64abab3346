#include "services/events/domain/registration_show.h"

#include <algorithm>

#include "google/protobuf/util/time_util.h"
#include "services/common/errors/macros.h"

namespace schutznetz::events {
namespace {

using google::protobuf::util::TimeUtil;
using v1::Registration;

bool ComesTo(const Registration& registration, const std::string& session_id) {
  const auto& sessions = registration.sessions();
  return sessions.empty() || std::find(sessions.begin(), sessions.end(), session_id) != sessions.end();
}

bool WasAt(const Registration& registration, const std::string& session_id) {
  const auto& attended = registration.attended();
  return std::any_of(attended.begin(), attended.end(), [&](const auto& at) { return at.session_id() == session_id; });
}

void AddWayIn(const std::string& session_id, const v1::OnlineRoom& room, Registration* registration) {
  if (room.join_url().empty() && room.join_note().empty()) return;
  Registration::WayIn* way = registration->add_ways_in();
  way->set_session_id(session_id);
  way->set_join_url(room.join_url());
  way->set_join_note(room.join_note());
}

// Told to who has accepted a place, not to who is offered one.
void AddWaysIn(const v1::Event& event, Registration* registration) {
  const bool has_place =
      registration->state() == Registration::CONFIRMED || registration->state() == Registration::ATTENDED;
  if (!has_place) return;
  if (event.self_paced()) AddWayIn("", event.course_room(), registration);
  for (const v1::Session& session : event.sessions()) {
    if (ComesTo(*registration, session.session_id())) {
      AddWayIn(session.session_id(), session.online_room(), registration);
    }
  }
}

}  // namespace

std::string RegistrationName(const RegistrationRow& row) { return "events/" + row.event + "/registrations/" + row.id; }

bool HasAccount(const RegistrationRow& row) { return row.person.starts_with("members/"); }

int AttendedPercent(const v1::Event& event, const Registration& registration) {
  if (event.sessions().empty()) return registration.attended().empty() ? 0 : 100;
  int64_t all = 0, attended = 0;
  for (const v1::Session& session : event.sessions()) {
    if (!ComesTo(registration, session.session_id())) continue;
    const int64_t seconds = session.end_time().seconds() - session.start_time().seconds();
    all += seconds;
    if (WasAt(registration, session.session_id())) attended += seconds;
  }
  return all > 0 ? static_cast<int>(attended * 100 / all) : 0;
}

absl::StatusOr<Registration> ShowRegistration(const RegistrationParts& parts, storage::ReadTransaction& tx,
                                              const v1::Event& event, const RegistrationRow& row) {
  Registration shown;
  if (!shown.ParseFromString(row.body)) return absl::DataLossError("a stored registration cannot be read");
  RETURN_IF_ERROR(parts.vault.Complete(tx, {kRegistrationKind, row.id}, &shown));
  shown.set_name(RegistrationName(row));
  shown.set_state(static_cast<Registration::State>(row.state));
  shown.set_check_in_code(row.code);
  if (HasAccount(row)) shown.set_member(row.person);
  if (shown.state() == Registration::WAITLISTED) {
    ASSIGN_OR_RETURN(const int64_t before, parts.store.CountWaitingBefore(tx, row.event, row.number));
    shown.set_waiting_position(static_cast<int32_t>(before + 1));
  }
  if (shown.state() == Registration::OFFERED) *shown.mutable_offer_expire_time() = TimestampOf(row.deadline_us);
  shown.set_attended_percent(AttendedPercent(event, shown));
  AddWaysIn(event, &shown);
  *shown.mutable_create_time() = TimestampOf(row.create_us);
  *shown.mutable_update_time() = TimestampOf(row.update_us);
  return shown;
}

google::protobuf::Timestamp TimestampOf(int64_t unix_us) { return TimeUtil::MicrosecondsToTimestamp(unix_us); }

}  // namespace schutznetz::events
