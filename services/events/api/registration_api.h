// The methods of registrations.
#pragma once

#include <functional>

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"
#include "services/events/domain/attendance.h"
#include "services/events/domain/attendees.h"
#include "services/events/domain/calendar_feeds.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// What they work with; all must outlive the registry's server.
struct RegistrationApiParts {
  storage::Database& database;
  rpc::Writes& writes;
  const rpc::PageTokens& page_tokens;
  const Clock& clock;
  const Registrations& registrations;
  const Attendance& attendance;
  const Attendees& attendees;
  std::function<void()> expect_erasure;  // an erasure is about to be committed
};

// Each in a file of its own.
void RegisterRegistrationReads(rpc::Registry& registry, const RegistrationApiParts& parts);
void RegisterRegistrationWrites(rpc::Registry& registry, const RegistrationApiParts& parts);
// `feeds` must outlive the registry's server.
void RegisterCalendarFeeds(rpc::Registry& registry, const RegistrationApiParts& parts, const CalendarFeeds& feeds);
void RegisterManagePage(rpc::Registry& registry, const RegistrationApiParts& parts);

}  // namespace schutznetz::events
