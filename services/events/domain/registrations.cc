#include "services/events/domain/registrations.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"
#include "services/common/rpc/resource_name.h"
#include "services/common/time/timestamp.h"
#include "services/events/domain/manage_link.h"
#include "services/events/domain/registration_show.h"
#include "services/events/domain/registration_window.h"

namespace schutznetz::events {
namespace {

using access::Caller;
using storage::ReadTransaction;
using storage::Transaction;
using v1::Registration;

constexpr char kPattern[] = "events/*/registrations/*";

// The id in "events/…/registrations/{id}"; empty for other names.
std::string IdIn(std::string_view name) {
  const auto ids = rpc::IdsIn(kPattern, name);
  return ids ? std::string((*ids)[1]) : std::string();
}

// Letters and digits that are not mistaken for each other when they are read out.
std::string NewCheckInCode() {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string code;
  for (int i = 0; i < 8; ++i) code.push_back(kLetters[randombytes_uniform(kLetters.size())]);
  return code;
}

absl::Status WrongStep(Registration::State state, std::string_view sentence) {
  return errors::WrongState(Registration::State_Name(state), sentence);
}

// The whole answer to somebody without an account.
Registration MailIsOnItsWay(std::string name) {
  Registration answer;
  answer.set_name(std::move(name));
  answer.set_state(Registration::PENDING);
  answer.set_reason(Registration::MAIL_NOT_CONFIRMED);
  return answer;
}

absl::Status CheckBeforeEnd(const v1::Event& event, absl::Time now) {
  if (!event.has_end_time() || now < TimeOf(event.end_time())) return absl::OkStatus();
  return errors::WrongState("CLOSED", "The event is over.");
}

}  // namespace

std::string MemberOf(const Caller& caller) {
  const bool is_member = !caller.is_public() && caller.principal().starts_with("members/");
  return is_member ? caller.principal() : std::string();
}

absl::Status NoSecrets() {
  return errors::WrongState("NO_SECRETS", "The events server has no pepper and no wrapping key: it takes no people.");
}

std::string EventIdIn(std::string_view name) {
  if (const auto id = rpc::IdIn("events", name)) return std::string(*id);
  const auto ids = rpc::IdsIn(kPattern, name);
  return ids ? std::string((*ids)[0]) : std::string();
}

bool Registrations::IsLinkOf(std::string_view token, const RegistrationRow& row) const {
  if (token.empty()) return false;
  const std::optional<ManageLink> link = ReadManageToken(parts_.pepper, token);
  return link && link->registration == row.id && link->number == row.link;
}

bool Registrations::OpensBy(std::string_view token, const RegistrationRow& row, const v1::Event& event,
                            absl::Time now) const {
  return IsLinkOf(token, row) && CheckBeforeEnd(event, now).ok();
}

absl::StatusOr<Registrations::Opened> Registrations::Open(Transaction& tx, const Author& author, std::string_view name,
                                                          std::string_view token) const {
  const std::string event_id = EventIdIn(name);
  absl::StatusOr<SeatBook> book = SeatBook::Open(parts_, tx, author, event_id);
  // Who does not know the registration does not learn of the event.
  if (absl::IsNotFound(book.status())) return errors::NotFound(name);
  RETURN_IF_ERROR(book.status());
  ASSIGN_OR_RETURN(std::optional<Entry> entry, book->Find(IdIn(name)));
  if (!entry) return errors::NotFound(name);
  const bool own = !MemberOf(author.caller).empty() && entry->row.person == MemberOf(author.caller);
  const bool organizer = Arranges(author.caller, book->event());
  if (!own && !organizer && !OpensBy(token, entry->row, book->event(), tx.now())) return errors::NotFound(name);
  const Who who = organizer && !own ? Who::kOrganizer : Who::kAttendee;
  return Opened{*std::move(book), *std::move(entry), who};
}

absl::StatusOr<Registration> Registrations::Finish(Transaction& tx, Opened& opened) const {
  RETURN_IF_ERROR(opened.book.Close());
  return ShowRegistration(parts_, tx, opened.book.event(), opened.entry.row);
}

absl::Status Registrations::Arrange(Transaction& tx, const Author& author, std::string_view event_name) const {
  const std::string id = EventIdIn(event_name);
  ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, id));
  if (const std::optional<std::string> field = LimitBelowTaken(book.event(), book.counts())) {
    return errors::WrongState("PLACES_TAKEN", *field + " is below the places that are taken: cancel some first.");
  }
  const bool over = book.event().has_end_time();
  book.row().end_us = over ? absl::ToUnixMicros(TimeOf(book.event().end_time())) : 0;
  book.CheckList();
  return book.Close();
}

absl::StatusOr<Registration> Registrations::Register(SeatBook& book, Transaction& tx, const Registration& said,
                                                     std::string_view member) const {
  if (!parts_.takes_people) return NoSecrets();
  RETURN_IF_ERROR(CheckFits(book.event(), said));
  Entry entry;
  RegistrationRow& row = entry.row;
  row.id = record::NewRandomId();
  row.code = NewCheckInCode();
  row.mail = parts_.pepper.OfMail(personal::NormalMail(said.email()));
  row.person = member.empty() ? row.mail : std::string(member);
  row.link = member.empty() ? 1 : 0;
  ASSIGN_OR_RETURN(std::optional<RegistrationRow> other,
                   member.empty() ? parts_.store.FindByMail(tx, book.row().event, row.mail)
                                  : parts_.store.FindByPerson(tx, book.row().event, row.person));
  if (other) return errors::Exists(RegistrationName(*other));
  ASSIGN_OR_RETURN(const Admittance admittance, book.Admit(PoolsOf(said)));
  RETURN_IF_ERROR(book.Add(&entry, said, admittance));
  return ShowRegistration(parts_, tx, book.event(), row);
}

absl::StatusOr<Registration> Registrations::AskForMail(SeatBook& book, Transaction& tx,
                                                       const Registration& said) const {
  if (!parts_.takes_people) return NoSecrets();
  RETURN_IF_ERROR(CheckFits(book.event(), said));
  Entry entry;
  RegistrationRow& row = entry.row;
  row.id = record::NewRandomId();
  row.event = book.row().event;
  row.mail = row.person = parts_.pepper.OfMail(personal::NormalMail(said.email()));
  ASSIGN_OR_RETURN(std::optional<RegistrationRow> other, parts_.store.FindByMail(tx, row.event, row.mail));
  if (other) {
    // Only the mailbox learns that it is registered already.
    const absl::Time last = absl::FromUnixMicros(std::max(other->link_mail_us, other->create_us));
    if (tx.now() - last >= kLinkMailPause && !HasAccount(*other)) {
      ASSIGN_OR_RETURN(Entry known, book.EntryOf(*std::move(other)));
      known.row.link_mail_us = absl::ToUnixMicros(tx.now());
      RETURN_IF_ERROR(book.Save(&known));
      RETURN_IF_ERROR(book.Write(Letter::kNewLink, known));
    }
    return MailIsOnItsWay(RegistrationName(row));
  }
  row.code = NewCheckInCode();
  row.link = 1;
  RETURN_IF_ERROR(book.Add(&entry, said, {Registration::PENDING, Registration::MAIL_NOT_CONFIRMED}));
  return MailIsOnItsWay(RegistrationName(row));
}

absl::StatusOr<Registration> Registrations::Create(Transaction& tx, const Author& author, std::string_view event_name,
                                                   const Registration& registration) const {
  ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, EventIdIn(event_name)));
  if (!MayKnowEvent(author.caller, book.stored())) return errors::NotFound(event_name);
  if (book.stored().deleted) return errors::NotFound(event_name);
  RETURN_IF_ERROR(CheckWindow(book.event(), author.caller, registration, tx.now()));
  const std::string member = MemberOf(author.caller);
  ASSIGN_OR_RETURN(Registration answer,
                   member.empty() ? AskForMail(book, tx, registration) : Register(book, tx, registration, member));
  RETURN_IF_ERROR(book.Close());
  return answer;
}

absl::StatusOr<Registration> Registrations::AddForOther(Transaction& tx, const Author& author,
                                                        std::string_view event_name,
                                                        const Registration& registration) const {
  ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, EventIdIn(event_name)));
  if (!MayKnowEvent(author.caller, book.stored())) return errors::NotFound(event_name);
  if (!Arranges(author.caller, book.event())) return errors::AccessDenied();
  RETURN_IF_ERROR(CheckTakesPeople(book.event()));
  ASSIGN_OR_RETURN(Registration answer, Register(book, tx, registration, ""));
  RETURN_IF_ERROR(book.Close());
  return answer;
}

absl::StatusOr<v1::ImportRegistrationsResponse> Registrations::Import(
    Transaction& tx, const Author& author, const v1::ImportRegistrationsRequest& request) const {
  ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, EventIdIn(request.parent())));
  if (!MayKnowEvent(author.caller, book.stored())) return errors::NotFound(request.parent());
  if (!Arranges(author.caller, book.event())) return errors::AccessDenied();
  RETURN_IF_ERROR(CheckTakesPeople(book.event()));
  v1::ImportRegistrationsResponse response;
  for (const Registration& said : request.registrations()) {
    v1::ImportRegistrationsResponse::Outcome& outcome = *response.add_outcomes();
    // Refusals come before anything of the entry is written; a failed statement ends the whole import.
    absl::StatusOr<Registration> added = Register(book, tx, said, "");
    const std::string reason = added.ok() ? "" : errors::ReasonOf(added.status());
    if (added.ok()) {
      *outcome.mutable_registration() = *std::move(added);
    } else if (!reason.empty() && !absl::IsInternal(added.status()) && !absl::IsUnavailable(added.status())) {
      outcome.set_refusal(reason);
    } else {
      return added.status();
    }
  }
  RETURN_IF_ERROR(book.Close());
  return response;
}

absl::StatusOr<Registration> Registrations::Answer(Transaction& tx, Opened& opened, Registration::State state,
                                                   Registration::Reason reason) const {
  RETURN_IF_ERROR(opened.book.Change(&opened.entry, state, reason));
  return Finish(tx, opened);
}

absl::StatusOr<Registration> Registrations::Confirm(Transaction& tx, const Author& author, std::string_view name,
                                                    std::string_view token) const {
  ASSIGN_OR_RETURN(Opened opened, Open(tx, author, name, token));
  if (opened.entry.state() != Registration::PENDING) return Finish(tx, opened);
  const v1::Event& event = opened.book.event();
  if (!CheckWindow(event, author.caller, opened.entry.open, tx.now()).ok()) {
    return Answer(tx, opened, Registration::CANCELLED, Registration::WINDOW);
  }
  // Its turn is now, not when the mail was asked for.
  opened.book.Renumber(&opened.entry);
  const absl::StatusOr<Admittance> admittance = opened.book.Admit(SplitPools(opened.entry.row.pools));
  if (!admittance.ok()) return Answer(tx, opened, Registration::CANCELLED, Registration::WINDOW);
  return Answer(tx, opened, admittance->state, admittance->reason);
}

absl::StatusOr<Registration> Registrations::Cancel(Transaction& tx, const Author& author, std::string_view name,
                                                   std::string_view token) const {
  ASSIGN_OR_RETURN(Opened opened, Open(tx, author, name, token));
  const Registration::State state = opened.entry.state();
  if (state == Registration::CANCELLED) return Finish(tx, opened);
  if (state == Registration::ATTENDED || state == Registration::NO_SHOW) {
    return WrongStep(state, "Who was there, or was missed, stays on the list.");
  }
  RETURN_IF_ERROR(CheckBeforeEnd(opened.book.event(), tx.now()));
  return Answer(tx, opened, Registration::CANCELLED,
                opened.who == Who::kOrganizer ? Registration::BY_ORGANIZER : Registration::BY_ATTENDEE);
}

absl::StatusOr<Registration> Registrations::Accept(Transaction& tx, const Author& author, std::string_view name,
                                                   std::string_view token) const {
  ASSIGN_OR_RETURN(Opened opened, Open(tx, author, name, token));
  if (opened.entry.state() == Registration::CONFIRMED) return Finish(tx, opened);
  if (opened.entry.state() != Registration::OFFERED) {
    return WrongStep(opened.entry.state(), "Only an offered place is accepted.");
  }
  return Answer(tx, opened, Registration::CONFIRMED, Registration::REASON_UNSPECIFIED);
}

absl::StatusOr<Registration> Registrations::Decline(Transaction& tx, const Author& author, std::string_view name,
                                                    std::string_view token) const {
  ASSIGN_OR_RETURN(Opened opened, Open(tx, author, name, token));
  if (opened.entry.state() == Registration::CANCELLED) return Finish(tx, opened);
  if (opened.entry.state() != Registration::OFFERED) {
    return WrongStep(opened.entry.state(), "Only an offered place is declined.");
  }
  return Answer(tx, opened, Registration::CANCELLED, Registration::OFFER_DECLINED);
}

absl::StatusOr<Registration> Registrations::Move(
    Transaction& tx, const Author& author, std::string_view name, std::string_view token,
    const google::protobuf::RepeatedPtrField<std::string>& sessions) const {
  ASSIGN_OR_RETURN(Opened opened, Open(tx, author, name, token));
  const Registration::State state = opened.entry.state();
  const bool movable =
      state == Registration::CONFIRMED || state == Registration::WAITLISTED || state == Registration::PENDING;
  if (!movable) return WrongStep(state, "Only who is confirmed or waits goes to other sessions.");
  RETURN_IF_ERROR(CheckBeforeEnd(opened.book.event(), tx.now()));
  Registration said = opened.entry.open;
  *said.mutable_sessions() = sessions;
  RETURN_IF_ERROR(CheckFits(opened.book.event(), said));
  RETURN_IF_ERROR(opened.book.Move(&opened.entry, sessions));
  return Finish(tx, opened);
}

absl::StatusOr<Registration> Registrations::RenewLink(Transaction& tx, const Author& author, std::string_view name,
                                                      bool revoke_only) const {
  ASSIGN_OR_RETURN(Opened opened, Open(tx, author, name, {}));
  // Numbers are never used twice: 0 would forget the last one.
  RegistrationRow& row = opened.entry.row;
  row.link = revoke_only ? -std::abs(row.link) : std::abs(row.link) + 1;
  RETURN_IF_ERROR(opened.book.Save(&opened.entry));
  if (!revoke_only) RETURN_IF_ERROR(opened.book.Write(Letter::kNewLink, opened.entry));
  return Finish(tx, opened);
}

absl::Status Registrations::Tick(Transaction& tx, const Author& author, std::string_view event_id) const {
  ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, event_id));
  return book.Close();
}

absl::StatusOr<Registration> Registrations::Get(ReadTransaction& tx, const Caller& caller, std::string_view name,
                                                std::string_view token, absl::Time now) const {
  ASSIGN_OR_RETURN(const std::optional<RegistrationRow> row, parts_.store.Find(tx, IdIn(name)));
  if (!row || row->event != EventIdIn(name)) return errors::NotFound(name);
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, "events/" + row->event));
  if (!event) return errors::NotFound(name);
  const bool own = !MemberOf(caller).empty() && row->person == MemberOf(caller);
  if (!own && !Arranges(caller, event->event) && !OpensBy(token, *row, event->event, now))
    return errors::NotFound(name);
  return ShowRegistration(parts_, tx, event->event, *row);
}

absl::StatusOr<Registrations::Attendee> Registrations::FindAttendee(Transaction& tx, const Caller& caller,
                                                                    std::string_view name,
                                                                    std::string_view token) const {
  RETURN_IF_ERROR(parts_.store.LockSeats(tx, EventIdIn(name)).status());
  ASSIGN_OR_RETURN(const std::optional<RegistrationRow> row, parts_.store.Find(tx, IdIn(name)));
  if (!row || row->event != EventIdIn(name)) return errors::NotFound(name);
  ASSIGN_OR_RETURN(std::optional<StoredEvent> event, ReadEvent(tx, "events/" + row->event));
  if (!event) return errors::NotFound(name);
  const bool own = !MemberOf(caller).empty() && row->person == MemberOf(caller);
  Attendee attendee;
  attendee.is_caller = own || IsLinkOf(token, *row);
  if (!attendee.is_caller && !Arranges(caller, event->event)) return errors::NotFound(name);
  attendee.event = std::move(event->event);
  ASSIGN_OR_RETURN(attendee.registration, ShowRegistration(parts_, tx, attendee.event, *row));
  return attendee;
}

absl::StatusOr<v1::ListRegistrationsResponse> Registrations::List(ReadTransaction& tx, const Caller& caller,
                                                                  const v1::ListRegistrationsRequest& request,
                                                                  int64_t after_number, int64_t* last_number) const {
  *last_number = 0;
  const std::string event_id = EventIdIn(request.parent());
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> loaded, ReadEvent(tx, request.parent()));
  if (!loaded || !MayKnowEvent(caller, *loaded)) return errors::NotFound(request.parent());
  if (!Arranges(caller, loaded->event)) return errors::AccessDenied();
  const v1::Event& event = loaded->event;
  ASSIGN_OR_RETURN(std::vector<RegistrationRow> page,
                   parts_.store.List(tx, event_id, request.state(), after_number, request.page_size() + 1));
  if (page.size() > static_cast<size_t>(request.page_size())) {
    page.pop_back();
    *last_number = page.back().number;
  }
  v1::ListRegistrationsResponse response;
  for (const RegistrationRow& row : page) {
    ASSIGN_OR_RETURN(*response.add_registrations(), ShowRegistration(parts_, tx, event, row));
  }
  ASSIGN_OR_RETURN(const std::optional<SeatRow> seats, parts_.store.Seats(tx, event_id));
  if (!seats) return response;
  ASSIGN_OR_RETURN(const SeatCounts counts, SeatCounts::Parse(seats->counts));
  response.mutable_seats()->set_taken(static_cast<int32_t>(counts.taken()));
  response.mutable_seats()->set_waiting(static_cast<int32_t>(seats->waiting));
  response.mutable_seats()->set_capacity(event.admission().capacity());
  return response;
}

absl::StatusOr<std::vector<Registration>> Registrations::ListOwn(ReadTransaction& tx, const Caller& caller) const {
  std::vector<Registration> list;
  if (MemberOf(caller).empty()) return list;
  ASSIGN_OR_RETURN(const std::vector<RegistrationRow> rows,
                   parts_.store.OfPerson(tx, MemberOf(caller), "", kOwnRegistrationsMax));
  for (const RegistrationRow& row : rows) {
    ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, "events/" + row.event));
    if (!event) continue;
    ASSIGN_OR_RETURN(list.emplace_back(), ShowRegistration(parts_, tx, event->event, row));
  }
  return list;
}

absl::StatusOr<bool> Registrations::Reread(ReadTransaction& tx, Registration* registration) const {
  ASSIGN_OR_RETURN(const std::optional<RegistrationRow> row, parts_.store.Find(tx, IdIn(registration->name())));
  if (!row) return false;
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, "events/" + row->event));
  if (!event) return false;
  ASSIGN_OR_RETURN(*registration, ShowRegistration(parts_, tx, event->event, *row));
  return true;
}

}  // namespace schutznetz::events
