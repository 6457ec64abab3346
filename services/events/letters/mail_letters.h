// Letters to people at events, as mails in the outbox.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/mail/outbox.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/letters.h"
#include "services/events/letters/letter_text.h"

namespace schutznetz::events {

struct LetterSettings {
  // What comes before the token in a link to a registration. Empty: letters have no links.
  std::string manage_url;
  std::string organizer_address;  // in invitations to events without a mailbox
};

// One letter, before it is a mail.
struct LetterDraft {
  LetterKind kind = LetterKind::kConfirmed;
  const v1::Event& event;
  const v1::Registration& registration;  // with its personal fields
  std::string_view manage_token;         // empty for people with an account
  std::string key;                       // a second letter with this key is not written; empty: always
  const v1::Event* removed = nullptr;    // sessions that the event had, to be cancelled in calendars
  std::vector<mail::Attachment> attachments;
};

// Immutable, thread safe.
class MailLetters final : public Letters {
 public:
  // `outbox` must outlive it.
  MailLetters(const mail::Outbox& outbox, LetterSettings settings) : outbox_(outbox), settings_(std::move(settings)) {}

  absl::Status Write(storage::Transaction& tx, Letter letter, const v1::Event& event,
                     const v1::Registration& registration, std::string_view manage_token) const override;
  absl::Status Forget(storage::Transaction& tx, std::string_view registration_name) const override;

  // The same for the letters that registrations do not cause. Nothing is sent to a registration without an address.
  absl::Status Write(storage::Transaction& tx, const LetterDraft& draft) const;

  // The mail that `draft` becomes at `now`.
  mail::Mail Compose(const LetterDraft& draft, absl::Time now) const;

 private:
  const mail::Outbox& outbox_;
  const LetterSettings settings_;
};

}  // namespace schutznetz::events
