#include "services/events/letters/mail_letters.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/events/calendar/event_calendar.h"

namespace schutznetz::events {
namespace {

LetterKind KindOf(Letter letter) {
  switch (letter) {
    case Letter::kConfirmAddress:
      return LetterKind::kConfirmAddress;
    case Letter::kConfirmed:
      return LetterKind::kConfirmed;
    case Letter::kWaitlisted:
      return LetterKind::kWaitlisted;
    case Letter::kOffered:
      return LetterKind::kOffered;
    case Letter::kCancelled:
      return LetterKind::kCancelled;
    case Letter::kNewLink:
      return LetterKind::kNewLink;
  }
  return LetterKind::kConfirmed;
}

// Whether the person's calendar has, or had, an entry that the letter is about.
bool HasEntry(LetterKind kind, const v1::Registration& registration) {
  switch (kind) {
    case LetterKind::kConfirmed:
    case LetterKind::kCancelled:
    case LetterKind::kEventCancelled:
      return true;
    case LetterKind::kEventChanged:
    case LetterKind::kReminder:
      return registration.state() == v1::Registration::CONFIRMED;
    default:
      return false;
  }
}

bool IsCancellation(LetterKind kind) { return kind == LetterKind::kCancelled || kind == LetterKind::kEventCancelled; }

std::string OneLineOf(std::string_view text) {
  std::string line = CalendarText(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

// When a letter is of no use any more.
absl::Time ExpiryOf(const LetterDraft& draft, absl::Time now) {
  if (draft.kind == LetterKind::kConfirmAddress) return now + absl::Hours(24);
  if (draft.kind == LetterKind::kOffered && draft.registration.has_offer_expire_time()) {
    return TimeOf(draft.registration.offer_expire_time());
  }
  if (draft.kind == LetterKind::kReminder && draft.event.has_start_time()) return TimeOf(draft.event.start_time());
  return absl::InfiniteFuture();
}

}  // namespace

mail::Mail MailLetters::Compose(const LetterDraft& draft, absl::Time now) const {
  const v1::Registration& registration = draft.registration;
  std::string link;
  if (!settings_.manage_url.empty() && !draft.manage_token.empty()) {
    link = absl::StrCat(settings_.manage_url, std::string(draft.manage_token));
  }
  LetterText text = TextOfLetter(draft.kind, {draft.event, registration, std::move(link)});
  mail::Mail mail;
  mail.to = registration.email();
  mail.to_name = OneLineOf(registration.display_name());
  mail.subject = OneLineOf(text.subject);
  mail.text = std::move(text.text);
  mail.language = std::string(LetterLanguage(registration));
  mail.kind = std::string(WordOf(draft.kind));
  mail.owner = registration.name();
  mail.key = draft.key;
  mail.expire_time = ExpiryOf(draft, now);
  mail.attachments = draft.attachments;
  if (!HasEntry(draft.kind, registration)) return mail;

  const CalendarReader reader = {mail.language, settings_.organizer_address, now};
  CalendarEvent told = {.event = &draft.event,
                        .sessions = {registration.sessions().begin(), registration.sessions().end()},
                        .with_way_in = !IsCancellation(draft.kind),
                        .cancelled_for_reader = IsCancellation(draft.kind)};
  mail.calendars = Invitations(told, mail.to, mail.to_name, reader);
  if (draft.removed == nullptr) return mail;
  told.event = draft.removed;
  told.cancelled_for_reader = true;
  std::vector<mail::CalendarPart> removed = Invitations(told, mail.to, mail.to_name, reader);
  std::move(removed.begin(), removed.end(), std::back_inserter(mail.calendars));
  return mail;
}

absl::Status MailLetters::Write(storage::Transaction& tx, const LetterDraft& draft) const {
  if (draft.registration.email().empty()) return absl::OkStatus();
  return outbox_.Enqueue(tx, Compose(draft, tx.now()));
}

absl::Status MailLetters::Write(storage::Transaction& tx, Letter letter, const v1::Event& event,
                                const v1::Registration& registration, std::string_view manage_token) const {
  // What was said before and has not left yet does not hold any more, and the new letter says everything that does.
  if (letter != Letter::kNewLink) RETURN_IF_ERROR(outbox_.Withdraw(tx, registration.name(), ""));
  return Write(tx,
               {.kind = KindOf(letter), .event = event, .registration = registration, .manage_token = manage_token});
}

absl::Status MailLetters::Forget(storage::Transaction& tx, std::string_view registration_name) const {
  return outbox_.Forget(tx, registration_name);
}

}  // namespace schutznetz::events
