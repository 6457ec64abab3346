// Takes over what a calendar file of somebody else names, inside one write transaction: as drafts, for people to look
// through and publish.
#pragma once

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/calendar.pb.h"
#include "services/common/personal/pepper.h"
#include "services/common/rpc/validation.h"
#include "services/common/storage/transaction.h"
#include "services/events/calendar/calendar_import.h"
#include "services/events/domain/events.h"

namespace schutznetz::events {

inline constexpr int kImportedEventsMax = 500;  // of one file

// Immutable, thread safe; both must outlive it.
class EventImports {
 public:
  // `pepper`: under which the UIDs of entries become ids of drafts, which must tell nothing. With another one a file
  // that comes again makes its drafts again.
  EventImports(const Events& events, const personal::Pepper& pepper);

  // Creates a draft for every entry that is new; who was imported into this Land before, by its UID, stays as it is.
  // Entries that cannot be read or break a rule are refused with their line, the others count. INVALID_ARGUMENT: the
  // file is no calendar. PERMISSION_DENIED (ACCESS_DENIED): the author may not arrange events there.
  absl::StatusOr<v1::ImportEventsResponse> Import(storage::Transaction& tx, const record::Author& author,
                                                  const v1::ImportEventsRequest& request) const;

 private:
  v1::CreateEventRequest CreationOf(ImportedEvent imported, const v1::ImportEventsRequest& request) const;

  const Events& events_;
  const personal::Pepper& pepper_;
  const rpc::RequestRules shape_;
};

}  // namespace schutznetz::events
