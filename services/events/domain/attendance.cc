#include "services/events/domain/attendance.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/events/domain/registration_show.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {
namespace {

using storage::Transaction;
using v1::Registration;

// The session that is meant; null for an event without sessions.
absl::StatusOr<const v1::Session*> SessionMeant(const v1::Event& event, const Registration& registration,
                                                std::string_view session_id) {
  const auto& sessions = event.sessions();
  if (session_id.empty() && sessions.size() <= 1) return sessions.empty() ? nullptr : &sessions[0];
  const auto found = std::find_if(sessions.begin(), sessions.end(),
                                  [&](const v1::Session& session) { return session.session_id() == session_id; });
  if (found == sessions.end()) return errors::InvalidField("sessionId", "Must be a session of the event.");
  const auto& chosen = registration.sessions();
  if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), session_id) == chosen.end()) {
    return errors::InvalidField("sessionId", "The person comes to other sessions: move the registration.");
  }
  return &*found;
}

absl::Status CheckDoors(const v1::Session* session, absl::Time now) {
  if (session == nullptr || now >= TimeOf(session->start_time()) - kDoorsOpenBefore) return absl::OkStatus();
  return errors::WrongState("NOT_OPEN", "The session begins in more than a day.");
}

}  // namespace

absl::StatusOr<SeatBook> Attendance::OpenForOrganizer(Transaction& tx, const record::Author& author,
                                                      std::string_view name) const {
  absl::StatusOr<SeatBook> book = SeatBook::Open(parts_, tx, author, EventIdIn(name));
  if (absl::IsNotFound(book.status())) return errors::NotFound(name);
  RETURN_IF_ERROR(book.status());
  if (!MayKnowEvent(author.caller, book->stored())) return errors::NotFound(name);
  if (!Arranges(author.caller, book->event())) return errors::AccessDenied();
  return book;
}

absl::StatusOr<Registration> Attendance::Mark(Transaction& tx, SeatBook& book, Entry entry,
                                              std::string_view session_id) const {
  if (!HoldsPlace(entry.state()) || entry.state() == Registration::OFFERED) {
    return errors::WrongState(Registration::State_Name(entry.state()), "Only who has a place is checked in.");
  }
  ASSIGN_OR_RETURN(const v1::Session* session, SessionMeant(book.event(), entry.open, session_id));
  RETURN_IF_ERROR(CheckDoors(session, tx.now()));
  const std::string id = session == nullptr ? "" : session->session_id();
  const auto& attended = entry.open.attended();
  const bool known =
      std::any_of(attended.begin(), attended.end(), [&](const auto& at) { return at.session_id() == id; });
  if (!known) {
    Registration::Attended& at = *entry.open.add_attended();
    at.set_session_id(id);
    *at.mutable_check_in_time() = TimestampOf(absl::ToUnixMicros(tx.now()));
    RETURN_IF_ERROR(book.Change(&entry, Registration::ATTENDED, Registration::REASON_UNSPECIFIED));
  }
  RETURN_IF_ERROR(book.Close());
  return ShowRegistration(parts_, tx, book.event(), entry.row);
}

absl::StatusOr<Registration> Attendance::CheckIn(Transaction& tx, const record::Author& author, std::string_view name,
                                                 std::string_view session_id) const {
  ASSIGN_OR_RETURN(SeatBook book, OpenForOrganizer(tx, author, name));
  ASSIGN_OR_RETURN(std::optional<Entry> entry, book.Find(name.substr(name.rfind('/') + 1)));
  if (!entry) return errors::NotFound(name);
  return Mark(tx, book, *std::move(entry), session_id);
}

absl::StatusOr<Registration> Attendance::CheckInByCode(Transaction& tx, const record::Author& author,
                                                       std::string_view event_name, std::string_view code,
                                                       std::string_view session_id) const {
  ASSIGN_OR_RETURN(SeatBook book, OpenForOrganizer(tx, author, event_name));
  const std::string upper = absl::AsciiStrToUpper({code.data(), code.size()});
  ASSIGN_OR_RETURN(std::optional<RegistrationRow> row, parts_.store.FindByCode(tx, book.row().event, upper));
  if (!row) return errors::InvalidField("code", "Is of no registration for this event.");
  ASSIGN_OR_RETURN(Entry entry, book.EntryOf(*std::move(row)));
  return Mark(tx, book, std::move(entry), session_id);
}

absl::StatusOr<Registration> Attendance::Undo(Transaction& tx, const record::Author& author, std::string_view name,
                                              std::string_view session_id) const {
  ASSIGN_OR_RETURN(SeatBook book, OpenForOrganizer(tx, author, name));
  ASSIGN_OR_RETURN(std::optional<Entry> entry, book.Find(name.substr(name.rfind('/') + 1)));
  if (!entry) return errors::NotFound(name);
  if (entry->state() != Registration::ATTENDED && entry->state() != Registration::NO_SHOW) {
    return errors::WrongState(Registration::State_Name(entry->state()), "There is no check-in to take back.");
  }
  ASSIGN_OR_RETURN(const v1::Session* session, SessionMeant(book.event(), entry->open, session_id));
  const std::string id = session == nullptr ? "" : session->session_id();
  auto* attended = entry->open.mutable_attended();
  attended->erase(
      std::remove_if(attended->begin(), attended->end(), [&](const auto& at) { return at.session_id() == id; }),
      attended->end());
  entry->row.state = attended->empty() ? Registration::CONFIRMED : Registration::ATTENDED;
  RETURN_IF_ERROR(book.Save(&*entry));
  RETURN_IF_ERROR(book.Close());
  return ShowRegistration(parts_, tx, book.event(), entry->row);
}

absl::StatusOr<v1::MarkNoShowsResponse> Attendance::MarkNoShows(Transaction& tx, const record::Author& author,
                                                                std::string_view event_name) const {
  ASSIGN_OR_RETURN(SeatBook book, OpenForOrganizer(tx, author, event_name));
  const v1::Event& event = book.event();
  if (event.has_start_time() && tx.now() < TimeOf(event.start_time())) {
    return errors::WrongState("NOT_OPEN", "The event has not begun yet.");
  }
  ASSIGN_OR_RETURN(const std::vector<RegistrationRow> rows,
                   parts_.store.List(tx, book.row().event, Registration::CONFIRMED, 0, kNoShowsPerCall + 1));
  v1::MarkNoShowsResponse response;
  for (const RegistrationRow& row : rows) {
    if (response.marked() == kNoShowsPerCall) break;
    ASSIGN_OR_RETURN(Entry entry, book.EntryOf(row));
    RETURN_IF_ERROR(book.Change(&entry, Registration::NO_SHOW, Registration::REASON_UNSPECIFIED));
    response.set_marked(response.marked() + 1);
  }
  response.set_more(rows.size() > kNoShowsPerCall);
  RETURN_IF_ERROR(book.Close());
  return response;
}

}  // namespace schutznetz::events
