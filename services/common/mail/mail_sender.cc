#include "services/common/mail/mail_sender.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"

namespace schutznetz::mail {
namespace {

constexpr int kBatch = 10;
// Longer than a batch can take, so that nobody else sends a mail that is still being sent here.
constexpr absl::Duration kLease = absl::Minutes(10);
constexpr absl::Duration kWriteTime = absl::Seconds(10);

}  // namespace

MailSender::MailSender(storage::Database& database, const Outbox& outbox, std::unique_ptr<Transport> transport,
                       const Clock& clock, Log log, SenderOptions options)
    : database_(database),
      outbox_(outbox),
      transport_(std::move(transport)),
      clock_(clock),
      log_(std::move(log)),
      options_(options),
      allowed_(options.per_minute),
      allowed_at_(clock.Now()) {}

MailSender::~MailSender() {
  transport_->Stop();
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void MailSender::Start() {
  thread_ = std::thread([this] { Run(); });
}

SenderStatistics MailSender::Statistics() const {
  std::lock_guard lock(mutex_);
  return statistics_;
}

int MailSender::Allowance() {
  const absl::Time now = clock_.Now();
  const double earned = std::max(0.0, absl::ToDoubleMinutes(now - allowed_at_)) * options_.per_minute;
  allowed_ = std::min<double>(options_.per_minute, allowed_ + earned);
  allowed_at_ = now;
  return static_cast<int>(allowed_);
}

absl::StatusOr<std::vector<ClaimedMail>> MailSender::ClaimDue(int count_max) {
  std::vector<ClaimedMail> claimed;
  bool is_due = false;
  // Mostly nothing is due, and a look costs no write.
  RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(is_due, outbox_.IsDue(tx, clock_.Now()));
    return absl::OkStatus();
  }));
  if (!is_due) return claimed;
  RETURN_IF_ERROR(database_
                      .WriteAndWait(
                          [&](storage::Transaction& tx) -> absl::Status {
                            ASSIGN_OR_RETURN(claimed, outbox_.Claim(tx, clock_.Now(), count_max, kLease));
                            return absl::OkStatus();
                          },
                          absl::Now() + kWriteTime)
                      .status());
  return claimed;
}

absl::StatusOr<int> MailSender::RunOnce() {
  int tried = 0;
  while (clock_.Now() >= paused_until_) {
    const int count_max = std::min(kBatch, Allowance());
    if (count_max == 0) break;
    ASSIGN_OR_RETURN(const std::vector<ClaimedMail> claimed, ClaimDue(count_max));
    if (claimed.empty()) break;
    for (size_t i = 0; i < claimed.size(); ++i) {
      ++tried;
      allowed_ -= 1;
      ASSIGN_OR_RETURN(const bool go_on, SendOne(claimed[i]));
      if (go_on) continue;
      paused_until_ = clock_.Now() + options_.server_pause;
      RETURN_IF_ERROR(GiveBack(absl::MakeConstSpan(claimed).subspan(i + 1)));
      break;
    }
  }
  RETURN_IF_ERROR(LookAt());
  return tried;
}

absl::StatusOr<bool> MailSender::SendOne(const ClaimedMail& mail) {
  Delivery delivery = {.outcome = Delivery::kRefused, .step = "unsealing"};
  const std::optional<Parcel> parcel = outbox_.Open(mail);
  if (mail.expire_time < clock_.Now()) {
    delivery.step = "expired";
  } else if (parcel) {
    delivery = transport_->Send(outbox_.sender().address, parcel->to, parcel->message);
  }
  Fate fate = Fate::kLost;
  RETURN_IF_ERROR(database_
                      .WriteAndWait(
                          [&](storage::Transaction& tx) -> absl::Status {
                            ASSIGN_OR_RETURN(fate, outbox_.Finish(tx, mail, delivery, clock_.Now()));
                            return absl::OkStatus();
                          },
                          absl::Now() + kWriteTime)
                      .status());
  Count(mail, delivery, fate);
  return delivery.outcome != Delivery::kServerAway;
}

void MailSender::Count(const ClaimedMail& mail, const Delivery& delivery, Fate fate) {
  {
    std::lock_guard lock(mutex_);
    if (fate == Fate::kSent) ++statistics_.sent;
    if (fate == Fate::kWaits) ++statistics_.failed;
    if (fate == Fate::kGivenUp) ++statistics_.given_up;
  }
  if (delivery.outcome == Delivery::kDelivered || !log_) return;
  log_(fate == Fate::kGivenUp ? "mail_given_up" : "mail_failed",
       absl::StrCat(mail.kind, ", attempt ", mail.attempt, ", ", std::string(delivery.step), " ", delivery.reply_code));
}

absl::Status MailSender::GiveBack(absl::Span<const ClaimedMail> mails) {
  if (mails.empty()) return absl::OkStatus();
  return database_
      .WriteAndWait(
          [&](storage::Transaction& tx) -> absl::Status {
            for (const ClaimedMail& mail : mails) RETURN_IF_ERROR(outbox_.GiveBack(tx, mail, paused_until_));
            return absl::OkStatus();
          },
          absl::Now() + kWriteTime)
      .status();
}

absl::Status MailSender::LookAt() {
  OutboxFigures figures;
  RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(figures, outbox_.Figures(tx));
    return absl::OkStatus();
  }));
  std::lock_guard lock(mutex_);
  statistics_.waiting = figures.waiting;
  statistics_.oldest = figures.oldest;
  return absl::OkStatus();
}

void MailSender::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    const absl::Status status = RunOnce().status();
    if (!status.ok() && log_) log_("outbox_failed", std::string(status.message()));
    lock.lock();
    wake_.wait_for(lock, absl::ToChronoNanoseconds(options_.poll), [this] { return stop_; });
  }
}

}  // namespace schutznetz::mail
