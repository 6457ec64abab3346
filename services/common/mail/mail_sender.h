// Empties the outbox.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/mail/outbox.h"
#include "services/common/mail/transport.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"

namespace schutznetz::mail {

struct SenderOptions {
  int per_minute = 600;                             // at most, of this process
  absl::Duration poll = absl::Seconds(1);           // between looks into an empty outbox
  absl::Duration server_pause = absl::Seconds(30);  // after the mail server was away
};

// Counted since the start; waiting and oldest as of the last look.
struct SenderStatistics {
  int64_t sent = 0;
  int64_t failed = 0;    // attempts that are repeated
  int64_t given_up = 0;  // mails that will never be sent
  int64_t waiting = 0;
  absl::Time oldest = absl::InfiniteFuture();
};

// One thread of its own, one mail at a time. Replicas may run one each.
class MailSender {
 public:
  // Of a failure: an event of this program and what is known of it, never an address.
  using Log = std::function<void(std::string_view event, std::string_view detail)>;

  // All references must outlive it; `log` may be empty.
  MailSender(storage::Database& database, const Outbox& outbox, std::unique_ptr<Transport> transport,
             const Clock& clock, Log log, SenderOptions options = {});
  // Stops the thread. A mail on its way is tried again by the next start.
  ~MailSender();
  MailSender(const MailSender&) = delete;
  MailSender& operator=(const MailSender&) = delete;

  void Start();
  // Sends what is due, as far as the rate allows; returns how many mails were tried. Blocks. For the thread, and for
  // tests instead of it.
  absl::StatusOr<int> RunOnce();
  SenderStatistics Statistics() const;

 private:
  void Run();
  // How many mails the rate allows now.
  int Allowance();
  absl::StatusOr<std::vector<ClaimedMail>> ClaimDue(int count_max);
  // False: the server is away, the rest of a batch would fare the same.
  absl::StatusOr<bool> SendOne(const ClaimedMail& mail);
  absl::Status GiveBack(absl::Span<const ClaimedMail> mails);
  absl::Status LookAt();
  void Count(const ClaimedMail& mail, const Delivery& delivery, Fate fate);

  storage::Database& database_;
  const Outbox& outbox_;
  const std::unique_ptr<Transport> transport_;
  const Clock& clock_;
  const Log log_;
  const SenderOptions options_;

  // Of the thread that runs RunOnce.
  double allowed_;
  absl::Time allowed_at_;
  absl::Time paused_until_ = absl::InfinitePast();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  SenderStatistics statistics_;
  std::thread thread_;
};

}  // namespace schutznetz::mail
