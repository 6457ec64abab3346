// Mails that are promised: they lie in the database from the transaction of their reason on, until somebody else has
// them.
//
//   RETURN_IF_ERROR(outbox.Enqueue(tx, mail));          // in the transaction that confirms a registration
//
// A mail is sent at least once, always under the same Message-ID. What a person could read is sealed in the row and
// deleted with the delivery; the row stays without it, so that a key is used once. Functions of a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/mail/mail.h"
#include "services/common/mail/message.h"
#include "services/common/mail/transport.h"
#include "services/common/rpc/sealer.h"
#include "services/common/storage/migration.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::mail {

// The schema, for storage::Open.
const storage::MigrationSet& OutboxMigrations();

// A mail that one sender has for itself until its lease ends.
struct ClaimedMail {
  std::string id;
  std::string kind;
  std::string sealed;
  int64_t attempt = 0;  // 1, 2, …
  absl::Time create_time;
  absl::Time expire_time;
};

// What is to be handed over. Personal data.
struct Parcel {
  std::string to;
  std::string message;
};

struct OutboxFigures {
  int64_t waiting = 0;
  absl::Time oldest = absl::InfiniteFuture();  // creation of the oldest that waits
};

// What became of a mail after an attempt.
enum class Fate { kSent, kWaits, kGivenUp, kLost };  // kLost: another sender claimed it meanwhile

// Immutable, thread safe.
class Outbox {
 public:
  // Temporary failures are tried again for this long.
  static constexpr absl::Duration kGiveUpAfter = absl::Hours(72);
  // So long a row without content is remembered, because of its key.
  static constexpr absl::Duration kRemembered = absl::Hours(24 * 30);

  // `sealer` seals contents at rest; its keys must live as long as the rows.
  Outbox(rpc::Sealer sealer, Sender sender) : sealer_(std::move(sealer)), sender_(std::move(sender)) {}

  const Sender& sender() const { return sender_; }

  // Queues a mail. INVALID_ARGUMENT: as CheckMail. A key that was used before: OK, and nothing is queued.
  absl::Status Enqueue(storage::Transaction& tx, const Mail& mail) const;
  // Takes back what waits about a resource: of one kind, or with an empty `kind` of all. What is on its way arrives.
  absl::Status Withdraw(storage::Transaction& tx, std::string_view owner, std::string_view kind) const;
  // Deletes every trace of what was sent or waits about a resource.
  absl::Status Forget(storage::Transaction& tx, std::string_view owner) const;

  // For the sender, who says what time it is. Takes at most `count_max` mails that are due for itself, for `lease`; the
  // longest due first.
  absl::StatusOr<std::vector<ClaimedMail>> Claim(storage::Transaction& tx, absl::Time now, int count_max,
                                                 absl::Duration lease) const;
  // The content of a claimed mail; nothing when it cannot be opened with the keys.
  std::optional<Parcel> Open(const ClaimedMail& mail) const;
  // Writes down how the attempt ended.
  absl::StatusOr<Fate> Finish(storage::Transaction& tx, const ClaimedMail& mail, const Delivery& delivery,
                              absl::Time now) const;
  // Gives a mail back untried, to be claimed again from `next` on.
  absl::Status GiveBack(storage::Transaction& tx, const ClaimedMail& mail, absl::Time next) const;

  // Whether anything is due at `now`.
  absl::StatusOr<bool> IsDue(storage::ReadTransaction& tx, absl::Time now) const;
  absl::StatusOr<OutboxFigures> Figures(storage::ReadTransaction& tx) const;
  // Ends what nobody will send any more, and deletes rows that ended more than kRemembered ago.
  absl::Status Tidy(storage::Transaction& tx, absl::Time now) const;

 private:
  const rpc::Sealer sealer_;
  const Sender sender_;
};

// When the attempt after `attempt` is due: a minute later at first, then longer, up to four hours.
absl::Duration RetryDelay(int64_t attempt);

}  // namespace schutznetz::mail
