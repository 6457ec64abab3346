#include "services/events/domain/events.h"

#include <google/protobuf/util/time_util.h>

#include <string>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/record/rights.h"
#include "services/common/rpc/resource_name.h"
#include "services/events/domain/events_rules.h"
#include "services/events/errors.h"

namespace schutznetz::events {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;
using record::Author;
using record::Presented;
using storage::Transaction;
using v1::Event;

constexpr std::string_view kEvents = "events";
constexpr char kPrefix[] = "event.";
constexpr int64_t kDaySeconds = 24 * 3600;

record::RecordKey KeyOf(std::string_view name) {
  return {kEventKind, std::string(rpc::IdIn(kEvents, name).value_or(""))};
}

Timestamp TimestampOf(absl::Time time) { return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time)); }

absl::StatusOr<std::optional<StoredEvent>> FromRecord(absl::StatusOr<std::optional<record::Record>> record) {
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  StoredEvent stored;
  if (!stored.event.ParseFromString((*record)->body)) return absl::DataLossError("a stored event cannot be read");
  stored.create_time = absl::FromUnixMicros((*record)->create_us);
  stored.update_time = absl::FromUnixMicros((*record)->update_us);
  stored.deleted = (*record)->deleted();
  return stored;
}

void Later(int days, Timestamp* time) { time->set_seconds(time->seconds() + days * kDaySeconds); }

// What a copy takes over; its dates are `days` later, or left out.
Event CopyOf(const Event& original, int days) {
  Event copy = original;
  copy.clear_state();
  copy.clear_cancellation();
  copy.clear_publish_time();
  copy.clear_cancel_time();
  copy.clear_available_from();
  copy.clear_available_until();
  if (days == 0) {
    copy.clear_sessions();
    copy.mutable_admission()->clear_open_time();
    copy.mutable_admission()->clear_close_time();
    return copy;
  }
  for (v1::Session& session : *copy.mutable_sessions()) {
    session.clear_session_id();
    Later(days, session.mutable_start_time());
    Later(days, session.mutable_end_time());
    if (!session.has_online_room()) continue;
    session.mutable_online_room()->clear_join_url();  // a room is of one event
    session.mutable_online_room()->clear_join_note();
  }
  if (copy.admission().has_open_time()) Later(days, copy.mutable_admission()->mutable_open_time());
  if (copy.admission().has_close_time()) Later(days, copy.mutable_admission()->mutable_close_time());
  return copy;
}

}  // namespace

absl::StatusOr<Presented> Events::Observe(Transaction& tx, const Author& author, const Event* before,
                                          absl::StatusOr<Presented> presented, bool deleted) const {
  if (!presented.ok() || observers_.empty()) return presented;
  Event shown;
  if (!shown.ParseFromString(presented->bytes)) return errors::Internal("an answer cannot be read");
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> stored, ReadEvent(tx, shown.name()));
  if (!stored) return errors::Internal("an event that was just written is not there");
  for (const EventObserver* observer : observers_) {
    RETURN_IF_ERROR(observer->OnEvent(tx, {before, stored->event, deleted, author.trace_id}));
  }
  return presented;
}

absl::StatusOr<Presented> Events::Create(Transaction& tx, const Author& author,
                                         const v1::CreateEventRequest& request) const {
  Event event = request.event();
  if (event.state() > Event::PUBLISHED) return NoBeginningState(event.state());
  if (event.state() == Event::PUBLISHED) *event.mutable_publish_time() = TimestampOf(tx.now());
  return Observe(tx, author, nullptr, methods_.Create(tx, author, rules_, request.event_id(), event, kPrefix));
}

absl::StatusOr<Presented> Events::Update(Transaction& tx, const Author& author,
                                         const v1::UpdateEventRequest& request) const {
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> before, ReadEventForUpdate(tx, request.event().name()));
  return Observe(tx, author, before ? &before->event : nullptr,
                 methods_.Update(tx, author, rules_, request.event(), request.update_mask(), kPrefix));
}

absl::StatusOr<Presented> Events::Delete(Transaction& tx, const Author& author,
                                         const v1::DeleteEventRequest& request) const {
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> before, ReadEventForUpdate(tx, request.name()));
  // Rights first: who may not know of it must not learn its state.
  ASSIGN_OR_RETURN(Presented deleted, methods_.Delete(tx, author, rules_, request.name(), request.etag()));
  if (before && before->event.state() == Event::PUBLISHED) return PublishedNotDeleted();
  return Observe(tx, author, before ? &before->event : nullptr, std::move(deleted), /*deleted=*/true);
}

absl::StatusOr<Presented> Events::Undelete(Transaction& tx, const Author& author,
                                           const v1::UndeleteEventRequest& request) const {
  return Observe(tx, author, nullptr, methods_.Undelete(tx, author, rules_, request.name(), request.etag()));
}

absl::StatusOr<Presented> Events::Step(Transaction& tx, const Author& author, std::string_view name,
                                       std::string_view etag, record::StandardMethods::Step step) const {
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> before, ReadEventForUpdate(tx, name));
  return Observe(tx, author, before ? &before->event : nullptr,
                 methods_.Change(tx, author, rules_, name, etag, step, kPrefix));
}

absl::StatusOr<Presented> Events::Publish(Transaction& tx, const Author& author,
                                          const v1::PublishEventRequest& request) const {
  return Step(tx, author, request.name(), request.etag(), [&](google::protobuf::Message* resource) -> absl::Status {
    auto* event = static_cast<Event*>(resource);
    if (event->state() != Event::DRAFT) return NotADraft(event->state());
    event->set_state(Event::PUBLISHED);
    *event->mutable_publish_time() = TimestampOf(tx.now());
    return absl::OkStatus();
  });
}

absl::StatusOr<Presented> Events::Cancel(Transaction& tx, const Author& author,
                                         const v1::CancelEventRequest& request) const {
  return Step(tx, author, request.name(), request.etag(), [&](google::protobuf::Message* resource) -> absl::Status {
    auto* event = static_cast<Event*>(resource);
    if (event->state() != Event::PUBLISHED) return NotPublished(event->state());
    event->set_state(Event::CANCELLED);
    *event->mutable_cancel_time() = TimestampOf(tx.now());
    if (request.has_reason()) *event->mutable_cancellation() = request.reason();
    return absl::OkStatus();
  });
}

absl::StatusOr<Presented> Events::Complete(Transaction& tx, const Author& author,
                                           const v1::CompleteEventRequest& request) const {
  return Step(tx, author, request.name(), request.etag(), [&](google::protobuf::Message* resource) -> absl::Status {
    auto* event = static_cast<Event*>(resource);
    if (event->state() != Event::PUBLISHED) return NotPublished(event->state());
    const bool ends = event->has_end_time();
    if (ends && event->end_time() > TimestampOf(tx.now())) return NotOver();
    event->set_state(Event::COMPLETED);
    return absl::OkStatus();
  });
}

absl::StatusOr<Presented> Events::Copy(Transaction& tx, const Author& author,
                                       const v1::CopyEventRequest& request) const {
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> original, ReadEventForShare(tx, request.name()));
  if (!original || !MayKnowEvent(author.caller, *original)) return errors::NotFound(request.name());
  if (original->deleted) return errors::Deleted(request.name());
  // Whoever may change the original sees all of it; what a copy holds is nothing that its author cannot see.
  if (!record::MayEdit(author.caller, ScopeOfEvent(original->event))) return errors::AccessDenied();
  v1::CreateEventRequest create;
  *create.mutable_event() = CopyOf(original->event, request.days_later());
  if (request.protection() != common::v1::VISIBILITY_UNSPECIFIED) {
    create.mutable_event()->set_protection(request.protection());
  }
  return Create(tx, author, create);
}

absl::StatusOr<std::optional<StoredEvent>> ReadEvent(storage::ReadTransaction& tx, std::string_view name) {
  return FromRecord(record::Get(tx, KeyOf(name)));
}

absl::StatusOr<std::optional<StoredEvent>> ReadEventForUpdate(Transaction& tx, std::string_view name) {
  return FromRecord(record::GetForUpdate(tx, KeyOf(name)));
}

absl::StatusOr<std::optional<StoredEvent>> ReadEventForShare(Transaction& tx, std::string_view name) {
  return FromRecord(record::GetForShare(tx, KeyOf(name)));
}

record::RecordScope ScopeOfEvent(const Event& event) {
  record::RecordScope scope;
  if (!event.land().empty()) scope.lands.push_back(event.land());
  if (!event.network().empty()) scope.networks.push_back(event.network());
  scope.coordinators_edit = true;
  return scope;
}

bool MayKnowEvent(const access::Caller& caller, const StoredEvent& stored) {
  const record::RecordScope scope = ScopeOfEvent(stored.event);
  if (stored.deleted) return record::MayEdit(caller, scope);
  const bool draft = stored.event.state() <= Event::DRAFT;
  const wire::Visibility level =
      draft ? common::v1::PROTECTED : wire::ProtectionLevel(static_cast<uint64_t>(stored.event.protection()));
  return record::LevelsFor(caller, scope).Has(level);
}

}  // namespace schutznetz::events
