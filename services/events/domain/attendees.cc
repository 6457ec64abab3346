#include "services/events/domain/attendees.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"
#include "services/common/rpc/digest.h"
#include "services/common/storage/request_log.h"
#include "services/events/domain/calendar_feeds.h"
#include "services/events/domain/manage_link.h"
#include "services/events/domain/registration_show.h"

namespace schutznetz::events {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using v1::DeletionProof;
using v1::Registration;

constexpr int kRegistrationsPerRead = 500;

void CountPerson(const Entry& entry, DeletionProof* proof) {
  v1::AttendanceCount one;
  one.set_state(entry.state());
  one.set_profession(entry.open.profession());
  one.set_land(entry.open.land());
  one.set_attendance(entry.open.attendance());
  for (v1::AttendanceCount& count : *proof->mutable_counts()) {
    one.set_count(count.count());
    if (one.SerializeAsString() != count.SerializeAsString()) continue;
    count.set_count(count.count() + 1);
    return;
  }
  one.set_count(1);
  *proof->add_counts() = std::move(one);
}

// A chain: each link is the digest of the one before and the next id.
void ChainId(const std::string& id, DeletionProof* proof) {
  const std::string digest = rpc::Sha256(proof->ids_digest() + id);
  proof->set_ids_digest(absl::BytesToHexString(absl::string_view(digest.data(), digest.size())));
}

bool IsOperator(const access::Caller& caller) { return caller.grants().roles.Has(access::Role::kOperator); }

}  // namespace

absl::StatusOr<Attendees::Person> Attendees::PersonOf(ReadTransaction& tx, const access::Caller& caller,
                                                      std::string_view token, absl::Time now) const {
  if (token.empty()) {
    if (caller.is_public()) {
      return errors::InvalidField("manageToken", "Without an account, the token of a link from a mail is needed.");
    }
    return Person{caller.principal(), ""};
  }
  const std::optional<ManageLink> link = ReadManageToken(parts_.pepper, token);
  if (!link) return errors::NotFound("events/-/registrations/-");
  ASSIGN_OR_RETURN(const std::optional<RegistrationRow> row, parts_.store.Find(tx, link->registration));
  if (!row) return errors::NotFound("events/-/registrations/-");
  // The link opens this one: then everything that was registered under the same address without an account is theirs.
  RETURN_IF_ERROR(registrations_.Get(tx, access::Caller(), RegistrationName(*row), token, now).status());
  return Person{row->mail, ""};
}

absl::StatusOr<v1::RegistrationArchive> Attendees::Export(ReadTransaction& tx, const access::Caller& caller,
                                                          std::string_view token, absl::Time now) const {
  ASSIGN_OR_RETURN(const Person person, PersonOf(tx, caller, token, now));
  ASSIGN_OR_RETURN(const std::vector<RegistrationRow> rows,
                   parts_.store.OfPerson(tx, person.account, person.mail, kOwnRegistrationsMax));
  v1::RegistrationArchive archive;
  *archive.mutable_create_time() = TimestampOf(absl::ToUnixMicros(now));
  for (const RegistrationRow& row : rows) {
    Registration& registration = *archive.add_registrations();
    registration.set_name(RegistrationName(row));
    RETURN_IF_ERROR(registrations_.Reread(tx, &registration).status());
  }
  if (person.account.empty()) return archive;
  ASSIGN_OR_RETURN(const auto feeds, parts_.store.FeedsOf(tx, person.account, kCalendarFeedsMax));
  for (const CalendarFeedRow& feed : feeds) *archive.add_calendar_feeds() = ShowFeed(feed);
  return archive;
}

absl::StatusOr<DeletionProof> Attendees::ProofOf(ReadTransaction& tx, std::string_view event_id) const {
  DeletionProof proof;
  ASSIGN_OR_RETURN(const std::optional<std::string> stored, parts_.store.Proof(tx, event_id));
  if (stored && !proof.ParseFromString(*stored)) return absl::DataLossError("a proof of deletion cannot be read");
  proof.set_name("events/" + std::string(event_id) + "/deletionProof");
  return proof;
}

absl::Status Attendees::EraseOne(Transaction& tx, SeatBook& book, const Entry& entry, DeletionProof* proof) const {
  RETURN_IF_ERROR(book.Erase(entry));
  CountPerson(entry, proof);
  ChainId(entry.row.id, proof);
  proof->set_registrations_erased(proof->registrations_erased() + 1);
  *proof->mutable_erase_time() = TimestampOf(absl::ToUnixMicros(tx.now()));
  // The look afterwards, in the same write: what is there now is there after the commit.
  ASSIGN_OR_RETURN(const auto row, parts_.store.Find(tx, entry.row.id));
  ASSIGN_OR_RETURN(const auto part, personal::Sealed(tx, {kRegistrationKind, entry.row.id}));
  ASSIGN_OR_RETURN(const auto key, personal::DataKey(tx, entry.row.id));
  proof->set_remaining(proof->remaining() + (row ? 1 : 0) + (part ? 1 : 0) + (key ? 1 : 0));
  return absl::OkStatus();
}

absl::StatusOr<v1::EraseRegistrationsResponse> Attendees::Erase(Transaction& tx, const Author& author,
                                                                const v1::EraseRegistrationsRequest& request) const {
  Person person;
  if (request.email().empty() && request.member().empty()) {
    ASSIGN_OR_RETURN(person, PersonOf(tx, author.caller, request.manage_token(), tx.now()));
  } else {
    if (!IsOperator(author.caller)) return errors::AccessDenied();
    person.account = request.member();
    if (!request.email().empty()) person.mail = parts_.pepper.OfMail(personal::NormalMail(request.email()));
  }
  ASSIGN_OR_RETURN(std::vector<RegistrationRow> rows,
                   parts_.store.OfPerson(tx, person.account, person.mail, kOwnRegistrationsMax));
  // Events are locked in the order of their ids, so that two erasures do not wait for each other.
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.event < b.event; });
  v1::EraseRegistrationsResponse response;
  for (size_t i = 0; i < rows.size();) {
    const std::string event_id = rows[i].event;
    ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, event_id));
    ASSIGN_OR_RETURN(DeletionProof proof, ProofOf(tx, event_id));
    for (; i < rows.size() && rows[i].event == event_id; ++i) {
      ASSIGN_OR_RETURN(const std::optional<Entry> entry, book.Find(rows[i].id));
      if (!entry) continue;  // went while we waited for the lock
      RETURN_IF_ERROR(EraseOne(tx, book, *entry, &proof));
      response.add_ledger_ids(record::NewRandomId());
      response.set_registrations_erased(response.ledger_ids_size());
      RETURN_IF_ERROR(
          personal::AddErasure(tx, {*response.ledger_ids().rbegin(), entry->row.id, absl::ToUnixMicros(tx.now())}));
    }
    RETURN_IF_ERROR(parts_.store.PutProof(tx, event_id, proof.SerializeAsString()));
    RETURN_IF_ERROR(book.Close());
  }
  if (person.account.empty()) return response;
  RETURN_IF_ERROR(storage::ForgetRequests(tx, person.account));
  ASSIGN_OR_RETURN(const auto feeds, parts_.store.FeedsOf(tx, person.account, kCalendarFeedsMax));
  for (const CalendarFeedRow& feed : feeds) {
    response.add_ledger_ids(record::NewRandomId());
    RETURN_IF_ERROR(parts_.store.EraseFeed(tx, feed.id));
    RETURN_IF_ERROR(personal::AddErasure(tx, {*response.ledger_ids().rbegin(), feed.id, absl::ToUnixMicros(tx.now())}));
  }
  return response;
}

absl::StatusOr<bool> Attendees::Replay(Transaction& tx, const personal::Erasure& erasure) const {
  ASSIGN_OR_RETURN(const std::optional<RegistrationRow> row, parts_.store.Find(tx, erasure.person));
  ASSIGN_OR_RETURN(const std::optional<CalendarFeedRow> feed, parts_.store.Feed(tx, erasure.person));
  bool was_there = feed.has_value();
  if (feed) RETURN_IF_ERROR(parts_.store.EraseFeed(tx, feed->id));
  if (row) {
    const access::Caller nobody;
    const Author author = {nobody, {}};
    ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, row->event));
    ASSIGN_OR_RETURN(const std::optional<Entry> entry, book.Find(row->id));
    was_there = entry.has_value();
    if (entry) RETURN_IF_ERROR(book.Erase(*entry));
    RETURN_IF_ERROR(book.Close());
  }
  RETURN_IF_ERROR(personal::AddErasure(tx, erasure));
  return was_there;
}

absl::StatusOr<Attendees::Forgotten> Attendees::Forget(Transaction& tx, const Author& author,
                                                       std::string_view event_id) const {
  ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts_, tx, author, event_id));
  Forgotten forgotten;
  // It may have been moved to a later day since it was found.
  const int64_t end_us = book.row().end_us;
  if (end_us == 0 || absl::FromUnixMicros(end_us) + kAttendeesKept > tx.now()) return Forgotten{0, true};
  ASSIGN_OR_RETURN(DeletionProof proof, ProofOf(tx, event_id));
  *proof.mutable_end_time() = TimestampOf(end_us);
  ASSIGN_OR_RETURN(const std::vector<RegistrationRow> rows, parts_.store.List(tx, event_id, 0, 0, kForgottenPerWrite));
  for (const RegistrationRow& row : rows) {
    ASSIGN_OR_RETURN(const Entry entry, book.EntryOf(row));
    RETURN_IF_ERROR(EraseOne(tx, book, entry, &proof));
    ++forgotten.count;
  }
  forgotten.done = rows.size() < kForgottenPerWrite;
  if (forgotten.done) book.row().erase_us = absl::ToUnixMicros(tx.now());
  if (forgotten.done && !proof.has_erase_time()) *proof.mutable_erase_time() = TimestampOf(book.row().erase_us);
  RETURN_IF_ERROR(parts_.store.PutProof(tx, event_id, proof.SerializeAsString()));
  RETURN_IF_ERROR(book.Close());
  return forgotten;
}

absl::StatusOr<std::vector<v1::AttendanceCount>> Attendees::Counts(ReadTransaction& tx,
                                                                   std::string_view event_id) const {
  ASSIGN_OR_RETURN(DeletionProof counted, ProofOf(tx, event_id));
  int64_t after = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const std::vector<RegistrationRow> rows,
                     parts_.store.List(tx, event_id, 0, after, kRegistrationsPerRead));
    for (const RegistrationRow& row : rows) {
      Entry entry;
      entry.row = row;
      if (!entry.open.ParseFromString(row.body)) return absl::DataLossError("a stored registration cannot be read");
      CountPerson(entry, &counted);
      after = row.number;
    }
    if (rows.size() < kRegistrationsPerRead) break;
  }
  return std::vector<v1::AttendanceCount>(counted.counts().begin(), counted.counts().end());
}

absl::StatusOr<DeletionProof> Attendees::Proof(ReadTransaction& tx, const access::Caller& caller,
                                               std::string_view event_name) const {
  const std::string event_id = EventIdIn(event_name);
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, event_name));
  if (!event || !MayKnowEvent(caller, *event)) return errors::NotFound(event_name);
  if (!Arranges(caller, event->event)) return errors::AccessDenied();
  ASSIGN_OR_RETURN(const std::optional<std::string> stored, parts_.store.Proof(tx, event_id));
  if (!stored) return errors::NotFound(std::string(event_name) + "/deletionProof");
  return ProofOf(tx, event_id);
}

}  // namespace schutznetz::events
