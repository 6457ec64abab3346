#include "services/events/domain/seat_book.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/personal/personal_store.h"
#include "services/common/record/rights.h"
#include "services/common/time/timestamp.h"
#include "services/events/domain/manage_link.h"
#include "services/events/domain/registration_show.h"

namespace schutznetz::events {
namespace {

using storage::Transaction;
using v1::Admission;
using v1::Registration;

constexpr int kWaitingPerLook = 200;
// Of what runs out in one write.
constexpr int kLapsesPerWrite = 100;

// What the store's row, or Show, says.
void ClearMade(Registration* registration) {
  registration->clear_name();
  registration->clear_state();
  registration->clear_waiting_position();
  registration->clear_offer_expire_time();
  registration->clear_attended_percent();
  registration->clear_check_in_code();
  registration->clear_ways_in();
  registration->clear_create_time();
  registration->clear_update_time();
}

std::optional<Letter> LetterFor(Registration::State state) {
  switch (state) {
    case Registration::PENDING:
      return Letter::kConfirmAddress;
    case Registration::CONFIRMED:
      return Letter::kConfirmed;
    case Registration::WAITLISTED:
      return Letter::kWaitlisted;
    case Registration::OFFERED:
      return Letter::kOffered;
    case Registration::CANCELLED:
      return Letter::kCancelled;
    default:
      return std::nullopt;
  }
}

}  // namespace

absl::Status NoPlace(Registration::Reason reason) {
  const std::string why = reason == Registration::WAITING_LIST
                              ? "There is no place, and none on the waiting list."
                              : "There is no place (" + Registration::Reason_Name(reason) + ").";
  return errors::WrongState("FULL", why);
}

bool Arranges(const access::Caller& caller, const v1::Event& event) {
  return record::MayEdit(caller, ScopeOfEvent(event));
}

namespace {

// Locks the row of an event, which is made where the event is older than registrations.
absl::StatusOr<SeatRow> LockedSeats(const RegistrationStore& store, Transaction& tx, std::string_view event_id) {
  ASSIGN_OR_RETURN(std::optional<SeatRow> row, store.LockSeats(tx, event_id));
  if (row) return *std::move(row);
  const std::string name = "events/" + std::string(event_id);
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> stored, ReadEvent(tx, name));
  if (!stored) return errors::NotFound(name);
  const int64_t end_us = stored->event.has_end_time() ? absl::ToUnixMicros(TimeOf(stored->event.end_time())) : 0;
  RETURN_IF_ERROR(store.AddSeats(tx, {.event = std::string(event_id), .end_us = end_us}));
  ASSIGN_OR_RETURN(row, store.LockSeats(tx, event_id));
  if (!row) return errors::Internal("the places of an event cannot be locked");
  return *std::move(row);
}

}  // namespace

absl::StatusOr<SeatBook> SeatBook::Open(const RegistrationParts& parts, Transaction& tx, const record::Author& author,
                                        std::string_view event_id) {
  SeatBook book(parts, tx, author);
  ASSIGN_OR_RETURN(book.row_, LockedSeats(parts.store, tx, event_id));
  book.before_ = book.row_;
  // Only now: a change of the event that was before us in the queue for the lock is committed and seen.
  ASSIGN_OR_RETURN(std::optional<StoredEvent> stored, ReadEvent(tx, "events/" + std::string(event_id)));
  if (!stored) return errors::NotFound("events/" + std::string(event_id));
  book.stored_ = *std::move(stored);
  ASSIGN_OR_RETURN(book.counts_, SeatCounts::Parse(book.row_.counts));
  RETURN_IF_ERROR(book.Lapse());
  return book;
}

absl::StatusOr<Entry> SeatBook::EntryOf(RegistrationRow row) const {
  Entry entry;
  entry.row = std::move(row);
  if (!entry.open.ParseFromString(entry.row.body)) return absl::DataLossError("a stored registration cannot be read");
  return entry;
}

absl::StatusOr<std::optional<Entry>> SeatBook::Find(std::string_view id) const {
  ASSIGN_OR_RETURN(std::optional<RegistrationRow> row, parts_.store.Find(*tx_, id));
  if (!row || row->event != row_.event) return std::nullopt;
  ASSIGN_OR_RETURN(Entry entry, EntryOf(*std::move(row)));
  return std::optional<Entry>(std::move(entry));
}

absl::StatusOr<Admittance> SeatBook::Admit(const Pools& pools) const {
  const Admission& admission = event().admission();
  const std::optional<Registration::Reason> full = WhyFull(event(), counts_, pools);
  const Admission::WaitingListPolicy policy = admission.waiting_list_policy();
  const bool has_list = policy == Admission::STRICT_ORDER || policy == Admission::FILL_SEATS;
  if (!has_list) {
    if (full) return NoPlace(*full);
    return Admittance{Registration::CONFIRMED, {}};
  }
  // In strict order nobody passes who waits; otherwise a place that is free here is one that nobody who waits can take,
  // unless not everybody was asked yet.
  const bool others_first = policy == Admission::STRICT_ORDER ? row_.waiting > 0 : row_.backlog;
  if (!full && !others_first) return Admittance{Registration::CONFIRMED, {}};
  const int list_max = admission.waiting_list_max() > 0 ? admission.waiting_list_max() : kWaitingMaxDefault;
  if (row_.waiting >= list_max) return NoPlace(Registration::WAITING_LIST);
  return Admittance{Registration::WAITLISTED, full.value_or(Registration::WAITING_LIST)};
}

void SeatBook::Count(const RegistrationRow& row, int direction) {
  const auto state = static_cast<Registration::State>(row.state);
  if (state == Registration::WAITLISTED) row_.waiting += direction;
  if (!HoldsPlace(state)) return;
  if (direction > 0) {
    counts_.Take(SplitPools(row.pools));
  } else {
    counts_.Give(SplitPools(row.pools));
  }
}

absl::Time SeatBook::OfferEnd() const {
  const int hours = event().admission().offer_hours();
  const absl::Time end = now() + absl::Hours(hours > 0 ? hours : kOfferHoursDefault);
  return event().has_start_time() ? std::min(end, TimeOf(event().start_time())) : end;
}

void SeatBook::SetDeadline(Entry* entry, absl::Time time) {
  entry->row.deadline_us = time == absl::InfinitePast() ? 0 : absl::ToUnixMicros(time);
  if (entry->row.deadline_us == 0) return;
  const bool earlier = row_.next_deadline_us == 0 || entry->row.deadline_us < row_.next_deadline_us;
  if (earlier) row_.next_deadline_us = entry->row.deadline_us;
}

absl::Status SeatBook::Add(Entry* entry, const Registration& whole, const Admittance& admittance) {
  Registration stored = whole;
  ClearMade(&stored);
  stored.set_reason(admittance.reason);
  RegistrationRow& row = entry->row;
  row.event = row_.event;
  Renumber(entry);
  row.state = admittance.state;
  row.pools = JoinPools(PoolsOf(stored));
  row.create_us = row.update_us = absl::ToUnixMicros(now());
  const bool waits_for_mail = admittance.state == Registration::PENDING;
  SetDeadline(entry, waits_for_mail ? now() + kMailKept : absl::InfinitePast());
  ASSIGN_OR_RETURN(row.body, parts_.vault.PutWithNewKey(*tx_, {kRegistrationKind, row.id}, row.id, stored));
  if (!entry->open.ParseFromString(row.body)) return errors::Internal("a registration cannot be read back");
  ASSIGN_OR_RETURN(const bool added, parts_.store.Add(*tx_, row));
  if (!added) return errors::Exists(RegistrationName(row));
  Count(row, 1);
  const std::optional<Letter> letter = LetterFor(admittance.state);
  return letter ? Write(*letter, *entry) : absl::OkStatus();
}

absl::Status SeatBook::Save(Entry* entry) {
  entry->row.body = entry->open.SerializeAsString();
  entry->row.update_us = std::max(absl::ToUnixMicros(now()), entry->row.update_us);
  RETURN_IF_ERROR(parts_.store.Save(*tx_, entry->row));
  if (parts_.observer == nullptr) return absl::OkStatus();
  Registration changed = entry->open;
  changed.set_name(RegistrationName(entry->row));
  changed.set_state(entry->state());
  changed.set_attended_percent(AttendedPercent(event(), changed));
  return parts_.observer->OnChanged(*tx_, author_, event(), changed);
}

absl::Status SeatBook::Change(Entry* entry, Registration::State state, Registration::Reason reason) {
  const bool gives_back = HoldsPlace(entry->state()) && !HoldsPlace(state);
  // In strict order the first of the list may be who kept the others waiting.
  check_list_ = check_list_ || gives_back || entry->state() == Registration::WAITLISTED;
  Count(entry->row, -1);
  entry->row.state = state;
  entry->open.set_reason(reason);
  Count(entry->row, 1);
  SetDeadline(entry, state == Registration::OFFERED ? OfferEnd() : absl::InfinitePast());
  RETURN_IF_ERROR(Save(entry));
  const std::optional<Letter> letter = LetterFor(state);
  return letter ? Write(*letter, *entry) : absl::OkStatus();
}

absl::Status SeatBook::Move(Entry* entry, const google::protobuf::RepeatedPtrField<std::string>& sessions) {
  *entry->open.mutable_sessions() = sessions;
  const Pools old_pools = SplitPools(entry->row.pools);
  const Pools new_pools = PoolsOf(entry->open);
  if (HoldsPlace(entry->state())) {
    counts_.Give(old_pools);
    const std::optional<Registration::Reason> full = WhyFull(event(), counts_, new_pools);
    // Who waits in strict order is before everybody who has a place elsewhere.
    const bool others_first =
        event().admission().waiting_list_policy() == Admission::STRICT_ORDER ? row_.waiting > 0 : row_.backlog;
    const bool only_less = std::includes(old_pools.begin(), old_pools.end(), new_pools.begin(), new_pools.end());
    counts_.Take(full ? old_pools : new_pools);
    if (full) return NoPlace(*full);
    if (others_first && !only_less) return NoPlace(Registration::WAITING_LIST);
  }
  check_list_ = true;
  entry->row.pools = JoinPools(new_pools);
  return Save(entry);
}

absl::Status SeatBook::Erase(const Entry& entry) {
  check_list_ = true;
  Count(entry.row, -1);
  RETURN_IF_ERROR(parts_.store.Erase(*tx_, entry.row.id));
  RETURN_IF_ERROR(personal::EraseSealed(*tx_, {kRegistrationKind, entry.row.id}));
  const std::string name = RegistrationName(entry.row);
  if (parts_.letters != nullptr) RETURN_IF_ERROR(parts_.letters->Forget(*tx_, name));
  if (parts_.observer != nullptr) RETURN_IF_ERROR(parts_.observer->OnErased(*tx_, name));
  return personal::DestroyDataKey(*tx_, entry.row.id);
}

absl::Status SeatBook::Write(Letter letter, const Entry& entry) const {
  if (parts_.letters == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Registration whole, ShowRegistration(parts_, *tx_, event(), entry.row));
  const bool by_link = entry.row.link > 0 && !HasAccount(entry.row);
  const std::string token = by_link ? ManageToken(parts_.pepper, {entry.row.id, entry.row.link}) : "";
  return parts_.letters->Write(*tx_, letter, event(), whole, token);
}

absl::Status SeatBook::Lapse() {
  if (row_.next_deadline_us == 0 || row_.next_deadline_us > absl::ToUnixMicros(now())) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   parts_.store.RunOut(*tx_, row_.event, absl::ToUnixMicros(now()), kLapsesPerWrite));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<Entry> entry, Find(id));
    if (!entry) continue;
    // Nobody has shown that an address which was not confirmed is theirs: it is not kept.
    RETURN_IF_ERROR(entry->state() == Registration::PENDING
                        ? Erase(*entry)
                        : Change(&*entry, Registration::CANCELLED, Registration::OFFER_EXPIRED));
  }
  ASSIGN_OR_RETURN(row_.next_deadline_us, parts_.store.NextDeadline(*tx_, row_.event));
  return absl::OkStatus();
}

bool SeatBook::OffersPlaces() const {
  if (stored_.deleted || event().state() != v1::Event::PUBLISHED) return false;
  return !event().has_start_time() || now() < TimeOf(event().start_time());
}

absl::Status SeatBook::Offer(const Waiting& waiting) {
  ASSIGN_OR_RETURN(std::optional<Entry> entry, Find(waiting.id));
  if (!entry) return errors::Internal("who waits cannot be read");
  return Change(&*entry, Registration::OFFERED, Registration::PLACE_FREE);
}

absl::Status SeatBook::Fill() {
  row_.backlog = false;
  if (row_.waiting == 0 || !OffersPlaces()) return absl::OkStatus();
  const bool strict = event().admission().waiting_list_policy() == Admission::STRICT_ORDER;
  int offers = 0;
  int64_t after = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Waiting> list,
                     parts_.store.WaitingList(*tx_, row_.event, after, kWaitingPerLook));
    for (const Waiting& waiting : list) {
      after = waiting.number;
      const std::optional<Registration::Reason> full = WhyFull(event(), counts_, SplitPools(waiting.pools));
      if (full && (strict || full == Registration::CAPACITY)) return absl::OkStatus();
      if (full) continue;
      if (offers == kOffersPerWrite) {
        row_.backlog = true;
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(Offer(waiting));
      ++offers;
    }
    if (list.size() < kWaitingPerLook) return absl::OkStatus();
  }
}

absl::Status SeatBook::Close() {
  if (check_list_ || row_.backlog) RETURN_IF_ERROR(Fill());
  row_.counts = counts_.Text();
  const bool seats_changed = row_.counts != before_.counts || row_.waiting != before_.waiting ||
                             row_.end_us != before_.end_us || row_.erase_us != before_.erase_us;
  if (seats_changed) {
    tx_->AppendChange({.kind = kRegistrationKind,
                       .name = "events/" + row_.event + "#seats",
                       .operation = storage::ChangeOperation::kUpdated,
                       .tags = {"events/" + row_.event + "#seats"},
                       .trace_id = std::string(author_.trace_id)});
  }
  return parts_.store.SaveSeats(*tx_, row_);
}

}  // namespace schutznetz::events
