#include "services/common/mail/outbox.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"

namespace schutznetz::mail {
namespace {

using storage::Row;
using storage::Sql;

constexpr int64_t kStateSent = 1;
constexpr int64_t kStateGivenUp = 2;

constexpr Sql kInsert =
    "INSERT INTO outbox (id, once_key, kind, owner, sealed, state, attempts, next_us, create_us, expire_us, end_us, "
    "reply_code) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6, ?6, ?7, 0, 0) ON CONFLICT (once_key) DO NOTHING";
constexpr Sql kWithdrawAll = "DELETE FROM outbox WHERE owner = ?1 AND state = 0";
constexpr Sql kWithdrawKind = "DELETE FROM outbox WHERE owner = ?1 AND kind = ?2 AND state = 0";
constexpr Sql kForget = "DELETE FROM outbox WHERE owner = ?1";
// Two senders never take the same row: on PostgreSQL the second skips what the first has locked.
constexpr Sql kClaim =
    "UPDATE outbox SET next_us = ?2, attempts = attempts + 1 WHERE id IN (SELECT id FROM outbox WHERE state = 0 AND "
    "next_us <= ?1 ORDER BY next_us LIMIT ?3 FOR UPDATE SKIP LOCKED) AND state = 0 "
    "RETURNING id, kind, sealed, attempts, create_us, expire_us";
constexpr Sql kEnd =
    "UPDATE outbox SET state = ?3, sealed = '', end_us = ?4, reply_code = ?5 WHERE id = ?1 AND attempts = ?2 AND "
    "state = 0";
constexpr Sql kPostpone =
    "UPDATE outbox SET next_us = ?3, reply_code = ?4 WHERE id = ?1 AND attempts = ?2 AND state = 0";
constexpr Sql kGiveBack =
    "UPDATE outbox SET next_us = ?3, attempts = attempts - 1 WHERE id = ?1 AND attempts = ?2 AND state = 0";
constexpr Sql kIsDue = "SELECT id FROM outbox WHERE state = 0 AND next_us <= ?1 LIMIT 1";
constexpr Sql kFigures = "SELECT COUNT(*), MIN(create_us) FROM outbox WHERE state = 0";
constexpr Sql kEndOverdue =
    "UPDATE outbox SET state = 2, sealed = '', end_us = ?1 WHERE state = 0 AND (create_us < ?2 OR expire_us < ?1) AND "
    "next_us <= ?1";
constexpr Sql kDeleteOld = "DELETE FROM outbox WHERE state <> 0 AND end_us < ?1";

constexpr absl::Duration kDelayMax = absl::Hours(4);

std::string Purpose(std::string_view id) { return "mail/" + std::string(id); }

}  // namespace

absl::Duration RetryDelay(int64_t attempt) {
  const int64_t doublings = std::clamp<int64_t>(attempt - 1, 0, 8);
  return std::min(absl::Minutes(int64_t{1} << doublings), kDelayMax);
}

absl::Status Outbox::Enqueue(storage::Transaction& tx, const Mail& mail) const {
  const std::string id = record::NewRandomId();
  ASSIGN_OR_RETURN(const std::string message, RenderMessage(mail, sender_, id, tx.now()));
  const std::string sealed = sealer_.Seal(Purpose(id), absl::StrCat(mail.to, "\n", message));
  // The end of time is no time of a database.
  const absl::Time expire = std::min(mail.expire_time, tx.now() + kRemembered);
  return tx.ExecuteLater(kInsert,
                         {id, mail.key.empty() ? id : mail.key, mail.kind, mail.owner, sealed, tx.now(), expire});
}

absl::Status Outbox::Withdraw(storage::Transaction& tx, std::string_view owner, std::string_view kind) const {
  if (kind.empty()) return tx.ExecuteLater(kWithdrawAll, {owner});
  return tx.ExecuteLater(kWithdrawKind, {owner, kind});
}

absl::Status Outbox::Forget(storage::Transaction& tx, std::string_view owner) const {
  return tx.ExecuteLater(kForget, {owner});
}

absl::StatusOr<std::vector<ClaimedMail>> Outbox::Claim(storage::Transaction& tx, absl::Time now, int count_max,
                                                       absl::Duration lease) const {
  std::vector<ClaimedMail> claimed;
  RETURN_IF_ERROR(tx.Query(kClaim, {now, now + lease, count_max}, [&](const Row& row) {
    claimed.push_back({.id = std::string(row.Text(0)),
                       .kind = std::string(row.Text(1)),
                       .sealed = std::string(row.Text(2)),
                       .attempt = row.Int(3),
                       .create_time = row.Time(4),
                       .expire_time = row.Time(5)});
    return absl::OkStatus();
  }));
  // RETURNING has no order of its own.
  std::sort(claimed.begin(), claimed.end(), [](const ClaimedMail& a, const ClaimedMail& b) {
    return std::tie(a.create_time, a.id) < std::tie(b.create_time, b.id);
  });
  return claimed;
}

std::optional<Parcel> Outbox::Open(const ClaimedMail& mail) const {
  std::optional<std::string> opened = sealer_.OpenStored(Purpose(mail.id), mail.sealed);
  const size_t end = opened ? opened->find('\n') : std::string::npos;
  if (end == std::string::npos) return std::nullopt;
  return Parcel{opened->substr(0, end), opened->substr(end + 1)};
}

absl::StatusOr<Fate> Outbox::Finish(storage::Transaction& tx, const ClaimedMail& mail, const Delivery& delivery,
                                    absl::Time now) const {
  const absl::Time next = now + RetryDelay(mail.attempt);
  const bool is_over =
      delivery.outcome == Delivery::kRefused || next > mail.create_time + kGiveUpAfter || next > mail.expire_time;
  const bool is_sent = delivery.outcome == Delivery::kDelivered;
  int64_t rows = 0;
  if (is_sent || is_over) {
    ASSIGN_OR_RETURN(rows, tx.Execute(kEnd, {mail.id, mail.attempt, is_sent ? kStateSent : kStateGivenUp, now,
                                             delivery.reply_code}));
  } else {
    ASSIGN_OR_RETURN(rows, tx.Execute(kPostpone, {mail.id, mail.attempt, next, delivery.reply_code}));
  }
  if (rows == 0) return Fate::kLost;
  return is_sent ? Fate::kSent : is_over ? Fate::kGivenUp : Fate::kWaits;
}

absl::Status Outbox::GiveBack(storage::Transaction& tx, const ClaimedMail& mail, absl::Time next) const {
  return tx.ExecuteLater(kGiveBack, {mail.id, mail.attempt, next});
}

absl::StatusOr<bool> Outbox::IsDue(storage::ReadTransaction& tx, absl::Time now) const {
  return tx.QueryRow(kIsDue, {now}, [](const Row&) {});
}

absl::StatusOr<OutboxFigures> Outbox::Figures(storage::ReadTransaction& tx) const {
  OutboxFigures figures;
  RETURN_IF_ERROR(tx.QueryRow(kFigures, {}, [&](const Row& row) {
                      figures.waiting = row.Int(0);
                      if (!row.IsNull(1)) figures.oldest = row.Time(1);
                    }).status());
  return figures;
}

absl::Status Outbox::Tidy(storage::Transaction& tx, absl::Time now) const {
  RETURN_IF_ERROR(tx.ExecuteLater(kEndOverdue, {now, now - kGiveUpAfter}));
  return tx.ExecuteLater(kDeleteOld, {now - kRemembered});
}

}  // namespace schutznetz::mail
