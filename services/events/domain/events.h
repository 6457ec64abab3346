// What becomes of events: created, changed, published, cancelled, completed, copied, deleted, each inside one write
// transaction.
//
//   const Events events(methods, rules.event());
//   ASSIGN_OR_RETURN(record::Presented event, events.Publish(tx, author, request));
//
// Each answers the event as the caller sees it. Codes are those of record::StandardMethods unless a function says more.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/event_rules.h"

namespace schutznetz::events {

// A change of an event that was just written.
struct EventChange {
  const v1::Event* before = nullptr;  // null: it is new
  const v1::Event& after;             // whole, whoever may see it; its name is set
  bool deleted = false;               // marked so by this change
  std::string_view trace_id;
};

// What else follows from a change of an event: places that become free, letters. Part of the same transaction.
class EventObserver {
 public:
  virtual ~EventObserver() = default;
  // An error refuses the change.
  virtual absl::Status OnEvent(storage::Transaction& tx, const EventChange& change) const = 0;
};

// Immutable, thread safe.
class Events {
 public:
  // All must outlive it. Observers are called in this order.
  Events(const record::StandardMethods& methods, const EventRules& rules,
         std::vector<const EventObserver*> observers = {})
      : methods_(methods), rules_(rules), observers_(std::move(observers)) {}

  // FAILED_PRECONDITION (WRONG_STATE): neither a draft nor published.
  absl::StatusOr<record::Presented> Create(storage::Transaction& tx, const record::Author& author,
                                           const v1::CreateEventRequest& request) const;
  absl::StatusOr<record::Presented> Update(storage::Transaction& tx, const record::Author& author,
                                           const v1::UpdateEventRequest& request) const;
  // FAILED_PRECONDITION (WRONG_STATE): it is published.
  absl::StatusOr<record::Presented> Delete(storage::Transaction& tx, const record::Author& author,
                                           const v1::DeleteEventRequest& request) const;
  absl::StatusOr<record::Presented> Undelete(storage::Transaction& tx, const record::Author& author,
                                             const v1::UndeleteEventRequest& request) const;
  // FAILED_PRECONDITION (WRONG_STATE): it is no draft.
  absl::StatusOr<record::Presented> Publish(storage::Transaction& tx, const record::Author& author,
                                            const v1::PublishEventRequest& request) const;
  // FAILED_PRECONDITION (WRONG_STATE): it is not published.
  absl::StatusOr<record::Presented> Cancel(storage::Transaction& tx, const record::Author& author,
                                           const v1::CancelEventRequest& request) const;
  // FAILED_PRECONDITION (WRONG_STATE): it is not published, or not over.
  absl::StatusOr<record::Presented> Complete(storage::Transaction& tx, const record::Author& author,
                                             const v1::CompleteEventRequest& request) const;
  // A new draft under a random name.
  absl::StatusOr<record::Presented> Copy(storage::Transaction& tx, const record::Author& author,
                                         const v1::CopyEventRequest& request) const;

 private:
  // Calls the observers with what is stored now. `before` as in EventChange.
  absl::StatusOr<record::Presented> Observe(storage::Transaction& tx, const record::Author& author,
                                            const v1::Event* before, absl::StatusOr<record::Presented> presented,
                                            bool deleted = false) const;
  absl::StatusOr<record::Presented> Step(storage::Transaction& tx, const record::Author& author, std::string_view name,
                                         std::string_view etag, record::StandardMethods::Step step) const;

  const record::StandardMethods& methods_;
  const EventRules& rules_;
  const std::vector<const EventObserver*> observers_;
};

// An event as it is stored, whoever may see it, with its times.
struct StoredEvent {
  v1::Event event;
  absl::Time create_time;
  absl::Time update_time;
  bool deleted = false;
};

// Nothing when there is none of this name. DATA_LOSS: its body cannot be read.
absl::StatusOr<std::optional<StoredEvent>> ReadEvent(storage::ReadTransaction& tx, std::string_view name);
// The same, and nobody else changes it before this write ends; or nobody changes it, while others may hold it the same
// way.
absl::StatusOr<std::optional<StoredEvent>> ReadEventForUpdate(storage::Transaction& tx, std::string_view name);
absl::StatusOr<std::optional<StoredEvent>> ReadEventForShare(storage::Transaction& tx, std::string_view name);

// Where an event belongs: whose it is to change, and who sees what of it.
record::RecordScope ScopeOfEvent(const v1::Event& event);
// Whether the caller may know of the event: if not, every answer is that of a missing one.
bool MayKnowEvent(const access::Caller& caller, const StoredEvent& stored);

}  // namespace schutznetz::events
