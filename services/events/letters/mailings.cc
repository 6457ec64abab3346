#include "services/events/letters/mailings.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/events/domain/manage_link.h"
#include "services/events/domain/registration_show.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {
namespace {

using storage::Blob;
using storage::Row;
using storage::Sql;
using v1::Event;
using v1::Registration;

constexpr int kLettersPerWrite = 50;
constexpr int kWritesPerRun = 20;  // the rest comes with the next round
constexpr absl::Duration kRemembered = absl::Hours(24 * 30);

constexpr Sql kNote =
    "INSERT INTO mailing (event, kind, number, after_number, removed, create_us) VALUES (?1, ?2, ?3, 0, ?4, ?5) "
    "ON CONFLICT (event, kind, number) DO NOTHING";
constexpr Sql kRemovedBefore = "SELECT removed FROM mailing WHERE event = ?1 AND kind = ?2";
constexpr Sql kDropOlder = "DELETE FROM mailing WHERE event = ?1";
constexpr Sql kWasBegun = "SELECT number FROM mailing_done WHERE event = ?1 AND kind = ?2 AND number = ?3";
constexpr Sql kRemember =
    "INSERT INTO mailing_done (event, kind, number, end_us) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
constexpr Sql kForgetDone = "DELETE FROM mailing_done WHERE end_us < ?1";
constexpr Sql kOldest = "SELECT event FROM mailing ORDER BY create_us LIMIT 1";
constexpr Sql kNextOf =
    "SELECT event, kind, number, after_number, removed FROM mailing WHERE event = ?1 ORDER BY create_us LIMIT 1";
constexpr Sql kAdvance = "UPDATE mailing SET after_number = ?4 WHERE event = ?1 AND kind = ?2 AND number = ?3";
constexpr Sql kEnd = "DELETE FROM mailing WHERE event = ?1 AND kind = ?2 AND number = ?3";

struct Mailing {
  std::string event;  // "events/…"
  std::string kind;
  int64_t number = 0;
  int64_t after_number = 0;
  std::string removed;  // Event with nothing but sessions that it has no more
};

std::optional<LetterKind> KindByWord(std::string_view word) {
  for (const LetterKind kind : {LetterKind::kEventChanged, LetterKind::kEventCancelled, LetterKind::kReminder}) {
    if (WordOf(kind) == word) return kind;
  }
  return std::nullopt;
}

// The sessions of `before` that `after` has no more.
Event Removed(const Event& before, const Event& after) {
  std::set<std::string> kept;
  for (const v1::Session& session : after.sessions()) kept.insert(session.session_id());
  Event removed = after;
  removed.clear_sessions();
  for (const v1::Session& session : before.sessions()) {
    if (!kept.contains(session.session_id())) *removed.add_sessions() = session;
  }
  return removed;
}

// Replaces what is still to be told of this event: the letters say how it is now. Sessions that were removed stay told.
absl::Status Note(storage::Transaction& tx, LetterKind kind, const Event& after, Event removed) {
  const std::string word(WordOf(kind));
  RETURN_IF_ERROR(tx.Query(kRemovedBefore, {after.name(), word}, [&](const Row& row) {
    Event earlier;
    if (earlier.ParseFromString(std::string(row.Blob(0)))) removed.mutable_sessions()->MergeFrom(earlier.sessions());
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(tx.ExecuteLater(kDropOlder, {after.name()}));
  const std::string bytes = removed.sessions().empty() ? "" : removed.SerializeAsString();
  return tx.ExecuteLater(kNote, {after.name(), word, after.calendar_sequence(), Blob{bytes}, tx.now()});
}

bool IsTold(LetterKind kind, Registration::State state) {
  if (state == Registration::CONFIRMED) return true;
  return kind != LetterKind::kReminder && (state == Registration::OFFERED || state == Registration::WAITLISTED);
}

// Whether the letter still says what holds.
bool StillHolds(LetterKind kind, const StoredEvent& stored) {
  if (stored.deleted) return false;
  return stored.event.state() == (kind == LetterKind::kEventCancelled ? Event::CANCELLED : Event::PUBLISHED);
}

// An event that is moved is reminded of again.
int64_t ReminderNumber(const Event& event) { return event.start_time().seconds(); }

absl::StatusOr<std::optional<Mailing>> NextMailing(storage::Transaction& tx, const std::string& event) {
  std::optional<Mailing> mailing;
  RETURN_IF_ERROR(tx.QueryRow(kNextOf, {event}, [&](const Row& row) {
                      mailing = {std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2), row.Int(3),
                                 std::string(row.Blob(4))};
                    }).status());
  return mailing;
}

}  // namespace

absl::Status EventMailings::OnEvent(storage::Transaction& tx, const EventChange& change) const {
  if (change.before == nullptr || change.deleted || change.before->state() != Event::PUBLISHED) return absl::OkStatus();
  const Event& after = change.after;
  if (after.state() == Event::CANCELLED) return Note(tx, LetterKind::kEventCancelled, after, {});
  const bool is_told =
      after.state() == Event::PUBLISHED && after.calendar_sequence() != change.before->calendar_sequence();
  if (!is_told) return absl::OkStatus();
  return Note(tx, LetterKind::kEventChanged, after, Removed(*change.before, after));
}

absl::Status MailingWorker::WriteOne(storage::Transaction& tx, LetterKind kind, int64_t number, const Event& event,
                                     const Event* removed, const RegistrationRow& row) const {
  if (!IsTold(kind, static_cast<Registration::State>(row.state))) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Registration registration, ShowRegistration(parts_, tx, event, row));
  const bool by_link = row.link > 0 && !HasAccount(row);
  const std::string token = by_link ? ManageToken(parts_.pepper, {row.id, row.link}) : "";
  return letters_.Write(tx, {.kind = kind,
                             .event = event,
                             .registration = registration,
                             .manage_token = token,
                             .key = absl::StrCat(std::string(WordOf(kind)), "/", row.id, "/", number),
                             .removed = removed});
}

absl::Status MailingWorker::WriteSome(storage::Transaction& tx, const std::string& event) const {
  // The places of an event are locked before its mailings, here as by whoever changes the event: so each letter says
  // what holds when it is queued, and nobody waits for somebody who waits for them.
  RETURN_IF_ERROR(parts_.store.LockSeats(tx, EventIdIn(event)).status());
  ASSIGN_OR_RETURN(const std::optional<Mailing> mailing, NextMailing(tx, event));
  if (!mailing) return absl::OkStatus();  // another replica was first
  const std::optional<LetterKind> kind = KindByWord(mailing->kind);
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> stored, ReadEvent(tx, event));
  std::vector<RegistrationRow> rows;
  if (kind && stored && StillHolds(*kind, *stored)) {
    ASSIGN_OR_RETURN(rows, parts_.store.List(tx, EventIdIn(event), 0, mailing->after_number, kLettersPerWrite));
  }
  Event removed;
  const bool has_removed = !mailing->removed.empty() && removed.ParseFromString(mailing->removed);
  for (const RegistrationRow& row : rows) {
    RETURN_IF_ERROR(WriteOne(tx, *kind, mailing->number, stored->event, has_removed ? &removed : nullptr, row));
  }
  if (rows.size() < kLettersPerWrite) return tx.ExecuteLater(kEnd, {event, mailing->kind, mailing->number});
  return tx.ExecuteLater(kAdvance, {event, mailing->kind, mailing->number, rows.back().number});
}

absl::StatusOr<std::vector<std::string>> MailingWorker::NotRemindedYet(absl::Time now) const {
  const std::vector<std::string> upcoming = upcoming_(now, now + kReminderLead);
  std::vector<std::string> due;
  if (upcoming.empty()) return due;
  const std::string word(WordOf(LetterKind::kReminder));
  RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    for (const std::string& name : upcoming) {
      ASSIGN_OR_RETURN(const std::optional<StoredEvent> stored, ReadEvent(tx, name));
      if (!stored || !StillHolds(LetterKind::kReminder, *stored)) continue;
      ASSIGN_OR_RETURN(const bool was_begun,
                       tx.QueryRow(kWasBegun, {name, word, ReminderNumber(stored->event)}, [](const Row&) {}));
      if (!was_begun) due.push_back(name);
    }
    return absl::OkStatus();
  }));
  return due;
}

absl::Status MailingWorker::BeginReminder(storage::Transaction& tx, const std::string& event) const {
  RETURN_IF_ERROR(parts_.store.LockSeats(tx, EventIdIn(event)).status());
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> stored, ReadEvent(tx, event));
  if (!stored || !StillHolds(LetterKind::kReminder, *stored)) return absl::OkStatus();
  const std::string word(WordOf(LetterKind::kReminder));
  const int64_t number = ReminderNumber(stored->event);
  RETURN_IF_ERROR(tx.ExecuteLater(kRemember, {event, word, number, tx.now()}));
  return tx.ExecuteLater(kNote, {event, word, number, Blob{""}, tx.now()});
}

absl::Status MailingWorker::RunOnce(absl::Time now) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> due, NotRemindedYet(now));
  for (const std::string& event : due) {
    const auto begin = [&](storage::Transaction& tx) { return BeginReminder(tx, event); };
    RETURN_IF_ERROR(database_.WriteAndWait(begin).status());
  }
  for (int writes = 0; writes < kWritesPerRun; ++writes) {
    std::string event;
    const auto oldest = [&](storage::ReadTransaction& tx) {
      return tx.QueryRow(kOldest, {}, [&](const Row& row) { event = std::string(row.Text(0)); }).status();
    };
    RETURN_IF_ERROR(database_.Read(oldest));
    if (event.empty()) break;
    RETURN_IF_ERROR(database_.WriteAndWait([&](storage::Transaction& tx) { return WriteSome(tx, event); }).status());
  }
  return absl::OkStatus();
}

absl::Status MailingWorker::Tidy(storage::Transaction& tx, absl::Time now) const {
  return tx.ExecuteLater(kForgetDone, {now - kRemembered});
}

}  // namespace schutznetz::events
