#include "services/events/store/sql_registration_store.h"

#include "services/common/errors/macros.h"

namespace schutznetz::events {
namespace {

using storage::Blob;
using storage::ReadTransaction;
using storage::Row;
using storage::Sql;
using storage::Transaction;

constexpr Sql kAddSeats =
    "INSERT INTO seats (event, counts, waiting, next_number, next_deadline_us, backlog, end_us, erase_us) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (event) DO NOTHING";
constexpr Sql kLockSeats =
    "SELECT event, counts, waiting, next_number, next_deadline_us, backlog, end_us, erase_us FROM seats "
    "WHERE event = ?1 FOR UPDATE";
constexpr Sql kSeats =
    "SELECT event, counts, waiting, next_number, next_deadline_us, backlog, end_us, erase_us FROM seats "
    "WHERE event = ?1";
constexpr Sql kSeatsAfter =
    "SELECT event, counts, waiting, next_number, next_deadline_us, backlog, end_us, erase_us FROM seats "
    "WHERE event > ?1 ORDER BY event LIMIT ?2";
constexpr Sql kSaveSeats =
    "UPDATE seats SET counts = ?2, waiting = ?3, next_number = ?4, next_deadline_us = ?5, backlog = ?6, end_us = ?7, "
    "erase_us = ?8 WHERE event = ?1";

constexpr Sql kAdd =
    "INSERT INTO registration (id, event, number, state, active, person, mail, link, link_mail_us, code, deadline_us, "
    "pools, body, create_us, update_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
    "ON CONFLICT DO NOTHING";
constexpr Sql kSave =
    "UPDATE registration SET number = ?2, state = ?3, active = ?4, link = ?5, link_mail_us = ?6, "
    "deadline_us = ?7, pools = ?8, body = ?9, update_us = ?10 WHERE id = ?1";
constexpr Sql kErase = "DELETE FROM registration WHERE id = ?1";

#define REGISTRATION_COLUMNS                                                                                       \
  "SELECT id, event, number, state, person, mail, link, link_mail_us, code, deadline_us, pools, body, create_us, " \
  "update_us FROM registration "
constexpr Sql kFind = REGISTRATION_COLUMNS "WHERE id = ?1";
constexpr Sql kFindByCode = REGISTRATION_COLUMNS "WHERE event = ?1 AND code = ?2";
// The oldest, where two people with accounts share a mailbox.
constexpr Sql kFindByMail =
    REGISTRATION_COLUMNS "WHERE mail = ?2 AND event = ?1 AND active = 1 ORDER BY number LIMIT 1";
constexpr Sql kFindByPerson = REGISTRATION_COLUMNS "WHERE event = ?1 AND person = ?2 AND active = 1";
constexpr Sql kList = REGISTRATION_COLUMNS "WHERE event = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
constexpr Sql kListState =
    REGISTRATION_COLUMNS "WHERE event = ?1 AND number > ?2 AND state = ?4 ORDER BY number LIMIT ?3";
constexpr Sql kOfPerson = REGISTRATION_COLUMNS
    "WHERE (person = ?1 AND ?1 <> '') OR (mail = ?2 AND ?2 <> '') "
    "ORDER BY create_us DESC, id LIMIT ?3";
#undef REGISTRATION_COLUMNS

constexpr Sql kWaiting =
    "SELECT id, number, pools FROM registration WHERE event = ?1 AND state = 3 AND number > ?2 ORDER BY number "
    "LIMIT ?3";
constexpr Sql kCountWaiting = "SELECT COUNT(*) FROM registration WHERE event = ?1 AND state = 3 AND number < ?2";
constexpr Sql kRunOut =
    "SELECT id FROM registration WHERE event = ?1 AND deadline_us > 0 AND deadline_us <= ?2 ORDER BY number LIMIT ?3";

constexpr Sql kNextDeadline = "SELECT MIN(deadline_us) FROM registration WHERE event = ?1 AND deadline_us > 0";

// In two statements, so that each walks an index.
constexpr Sql kDeadlinesDue =
    "SELECT event FROM seats WHERE next_deadline_us > 0 AND next_deadline_us <= ?1 ORDER BY next_deadline_us LIMIT ?2";
constexpr Sql kBacklogs = "SELECT event FROM seats WHERE backlog = 1 ORDER BY event LIMIT ?1";
constexpr Sql kToForget =
    "SELECT event FROM seats WHERE end_us > 0 AND erase_us = 0 AND end_us < ?1 ORDER BY end_us LIMIT ?2";

constexpr Sql kPutProof =
    "INSERT INTO deletion_proof (event, proof) VALUES (?1, ?2) ON CONFLICT (event) DO UPDATE SET proof = "
    "excluded.proof";
constexpr Sql kProof = "SELECT proof FROM deletion_proof WHERE event = ?1";

constexpr Sql kAddFeed = "INSERT INTO calendar_feed (id, person, language, create_us) VALUES (?1, ?2, ?3, ?4)";
constexpr Sql kFeed = "SELECT id, person, language, create_us FROM calendar_feed WHERE id = ?1";
constexpr Sql kFeedsOf =
    "SELECT id, person, language, create_us FROM calendar_feed WHERE person = ?1 ORDER BY create_us DESC, id LIMIT ?2";
constexpr Sql kEraseFeed = "DELETE FROM calendar_feed WHERE id = ?1";

// v1::Registration::CANCELLED, which the indexes know too.
constexpr int kCancelled = 5;

int Active(const RegistrationRow& row) { return row.state == kCancelled ? 0 : 1; }

SeatRow SeatRowOf(const Row& row) {
  return {.event = std::string(row.Text(0)),
          .counts = std::string(row.Text(1)),
          .waiting = row.Int(2),
          .next_number = row.Int(3),
          .next_deadline_us = row.Int(4),
          .backlog = row.Bool(5),
          .end_us = row.Int(6),
          .erase_us = row.Int(7)};
}

RegistrationRow RegistrationRowOf(const Row& row) {
  return {.id = std::string(row.Text(0)),
          .event = std::string(row.Text(1)),
          .number = row.Int(2),
          .state = static_cast<int>(row.Int(3)),
          .person = std::string(row.Text(4)),
          .mail = std::string(row.Text(5)),
          .link = row.Int(6),
          .link_mail_us = row.Int(7),
          .code = std::string(row.Text(8)),
          .deadline_us = row.Int(9),
          .pools = std::string(row.Text(10)),
          .body = std::string(row.Blob(11)),
          .create_us = row.Int(12),
          .update_us = row.Int(13)};
}

CalendarFeedRow FeedRowOf(const Row& row) {
  return {.id = std::string(row.Text(0)),
          .person = std::string(row.Text(1)),
          .language = std::string(row.Text(2)),
          .create_us = row.Int(3)};
}

absl::StatusOr<std::optional<SeatRow>> OneSeatRow(ReadTransaction& tx, const Sql& sql, std::string_view event) {
  std::optional<SeatRow> found;
  RETURN_IF_ERROR(tx.QueryRow(sql, {event}, [&](const Row& row) { found = SeatRowOf(row); }).status());
  return found;
}

absl::StatusOr<std::optional<RegistrationRow>> OneRegistration(ReadTransaction& tx, const Sql& sql,
                                                               storage::Values values) {
  std::optional<RegistrationRow> found;
  RETURN_IF_ERROR(tx.QueryRow(sql, values, [&](const Row& row) { found = RegistrationRowOf(row); }).status());
  return found;
}

absl::StatusOr<std::vector<RegistrationRow>> ManyRegistrations(ReadTransaction& tx, const Sql& sql,
                                                               storage::Values values) {
  std::vector<RegistrationRow> list;
  RETURN_IF_ERROR(tx.Query(sql, values, [&](const Row& row) {
    list.push_back(RegistrationRowOf(row));
    return absl::OkStatus();
  }));
  return list;
}

absl::Status AppendTexts(ReadTransaction& tx, const Sql& sql, storage::Values values, std::vector<std::string>* texts) {
  return tx.Query(sql, values, [&](const Row& row) {
    texts->emplace_back(row.Text(0));
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status SqlRegistrationStore::AddSeats(Transaction& tx, const SeatRow& row) const {
  return tx.ExecuteLater(kAddSeats, {row.event, row.counts, row.waiting, row.next_number, row.next_deadline_us,
                                     row.backlog, row.end_us, row.erase_us});
}

absl::StatusOr<std::optional<SeatRow>> SqlRegistrationStore::LockSeats(Transaction& tx, std::string_view event) const {
  return OneSeatRow(tx, kLockSeats, event);
}

absl::StatusOr<std::optional<SeatRow>> SqlRegistrationStore::Seats(ReadTransaction& tx, std::string_view event) const {
  return OneSeatRow(tx, kSeats, event);
}

absl::StatusOr<std::vector<SeatRow>> SqlRegistrationStore::SeatsAfter(ReadTransaction& tx, std::string_view after_event,
                                                                      int count_max) const {
  std::vector<SeatRow> rows;
  RETURN_IF_ERROR(tx.Query(kSeatsAfter, {after_event, count_max}, [&](const Row& row) {
    rows.push_back(SeatRowOf(row));
    return absl::OkStatus();
  }));
  return rows;
}

absl::Status SqlRegistrationStore::SaveSeats(Transaction& tx, const SeatRow& row) const {
  return tx.ExecuteLater(kSaveSeats, {row.event, row.counts, row.waiting, row.next_number, row.next_deadline_us,
                                      row.backlog, row.end_us, row.erase_us});
}

absl::StatusOr<bool> SqlRegistrationStore::Add(Transaction& tx, const RegistrationRow& row) const {
  ASSIGN_OR_RETURN(const int64_t rows,
                   tx.Execute(kAdd, {row.id, row.event, row.number, row.state, Active(row), row.person, row.mail,
                                     row.link, row.link_mail_us, row.code, row.deadline_us, row.pools, Blob{row.body},
                                     row.create_us, row.update_us}));
  return rows == 1;
}

absl::Status SqlRegistrationStore::Save(Transaction& tx, const RegistrationRow& row) const {
  return tx.ExecuteLater(kSave, {row.id, row.number, row.state, Active(row), row.link, row.link_mail_us,
                                 row.deadline_us, row.pools, Blob{row.body}, row.update_us});
}

absl::Status SqlRegistrationStore::Erase(Transaction& tx, std::string_view id) const {
  return tx.ExecuteLater(kErase, {id});
}

absl::StatusOr<std::optional<RegistrationRow>> SqlRegistrationStore::Find(ReadTransaction& tx,
                                                                          std::string_view id) const {
  return OneRegistration(tx, kFind, {id});
}

absl::StatusOr<std::optional<RegistrationRow>> SqlRegistrationStore::FindByCode(ReadTransaction& tx,
                                                                                std::string_view event,
                                                                                std::string_view code) const {
  return OneRegistration(tx, kFindByCode, {event, code});
}

absl::StatusOr<std::optional<RegistrationRow>> SqlRegistrationStore::FindByMail(ReadTransaction& tx,
                                                                                std::string_view event,
                                                                                std::string_view mail) const {
  return OneRegistration(tx, kFindByMail, {event, mail});
}

absl::StatusOr<std::optional<RegistrationRow>> SqlRegistrationStore::FindByPerson(ReadTransaction& tx,
                                                                                  std::string_view event,
                                                                                  std::string_view person) const {
  return OneRegistration(tx, kFindByPerson, {event, person});
}

absl::StatusOr<std::vector<Waiting>> SqlRegistrationStore::WaitingList(ReadTransaction& tx, std::string_view event,
                                                                       int64_t after_number, int count_max) const {
  std::vector<Waiting> list;
  RETURN_IF_ERROR(tx.Query(kWaiting, {event, after_number, count_max}, [&](const Row& row) {
    list.push_back({std::string(row.Text(0)), row.Int(1), std::string(row.Text(2))});
    return absl::OkStatus();
  }));
  return list;
}

absl::StatusOr<int64_t> SqlRegistrationStore::CountWaitingBefore(ReadTransaction& tx, std::string_view event,
                                                                 int64_t number) const {
  int64_t count = 0;
  RETURN_IF_ERROR(tx.QueryRow(kCountWaiting, {event, number}, [&](const Row& row) { count = row.Int(0); }).status());
  return count;
}

absl::StatusOr<std::vector<RegistrationRow>> SqlRegistrationStore::List(ReadTransaction& tx, std::string_view event,
                                                                        int state, int64_t after_number,
                                                                        int count_max) const {
  if (state == 0) return ManyRegistrations(tx, kList, {event, after_number, count_max});
  return ManyRegistrations(tx, kListState, {event, after_number, count_max, state});
}

absl::StatusOr<std::vector<RegistrationRow>> SqlRegistrationStore::OfPerson(ReadTransaction& tx,
                                                                            std::string_view person,
                                                                            std::string_view mail,
                                                                            int count_max) const {
  return ManyRegistrations(tx, kOfPerson, {person, mail, count_max});
}

absl::StatusOr<std::vector<std::string>> SqlRegistrationStore::RunOut(ReadTransaction& tx, std::string_view event,
                                                                      int64_t until_us, int count_max) const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(AppendTexts(tx, kRunOut, {event, until_us, count_max}, &ids));
  return ids;
}

absl::StatusOr<int64_t> SqlRegistrationStore::NextDeadline(ReadTransaction& tx, std::string_view event) const {
  int64_t next = 0;
  RETURN_IF_ERROR(tx.QueryRow(kNextDeadline, {event}, [&](const Row& row) { next = row.Int(0); }).status());
  return next;
}

absl::StatusOr<std::vector<std::string>> SqlRegistrationStore::EventsDue(ReadTransaction& tx, int64_t now_us,
                                                                         int count_max) const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(AppendTexts(tx, kDeadlinesDue, {now_us, count_max}, &ids));
  RETURN_IF_ERROR(AppendTexts(tx, kBacklogs, {count_max}, &ids));
  return ids;
}

absl::StatusOr<std::vector<std::string>> SqlRegistrationStore::EventsToForget(ReadTransaction& tx, int64_t end_us,
                                                                              int count_max) const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(AppendTexts(tx, kToForget, {end_us, count_max}, &ids));
  return ids;
}

absl::Status SqlRegistrationStore::AddFeed(Transaction& tx, const CalendarFeedRow& row) const {
  return tx.ExecuteLater(kAddFeed, {row.id, row.person, row.language, row.create_us});
}

absl::StatusOr<std::optional<CalendarFeedRow>> SqlRegistrationStore::Feed(ReadTransaction& tx,
                                                                          std::string_view id) const {
  std::optional<CalendarFeedRow> found;
  RETURN_IF_ERROR(tx.QueryRow(kFeed, {id}, [&](const Row& row) { found = FeedRowOf(row); }).status());
  return found;
}

absl::StatusOr<std::vector<CalendarFeedRow>> SqlRegistrationStore::FeedsOf(ReadTransaction& tx, std::string_view person,
                                                                           int count_max) const {
  std::vector<CalendarFeedRow> feeds;
  RETURN_IF_ERROR(tx.Query(kFeedsOf, {person, count_max}, [&](const Row& row) {
    feeds.push_back(FeedRowOf(row));
    return absl::OkStatus();
  }));
  return feeds;
}

absl::Status SqlRegistrationStore::EraseFeed(Transaction& tx, std::string_view id) const {
  return tx.ExecuteLater(kEraseFeed, {id});
}

absl::Status SqlRegistrationStore::PutProof(Transaction& tx, std::string_view event, std::string_view proof) const {
  return tx.ExecuteLater(kPutProof, {event, Blob{proof}});
}

absl::StatusOr<std::optional<std::string>> SqlRegistrationStore::Proof(ReadTransaction& tx,
                                                                       std::string_view event) const {
  std::optional<std::string> proof;
  RETURN_IF_ERROR(tx.QueryRow(kProof, {event}, [&](const Row& row) { proof = std::string(row.Blob(0)); }).status());
  return proof;
}

}  // namespace schutznetz::events
