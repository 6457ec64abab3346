// The methods of feedback.
#pragma once

#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/events/domain/feedback.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// What they work with; all must outlive the registry's server.
struct FeedbackApiParts {
  storage::Database& database;
  rpc::Writes& writes;
  const Registrations& registrations;
  const Feedback& feedback;
};

void RegisterFeedbackApi(rpc::Registry& registry, const FeedbackApiParts& parts);

}  // namespace schutznetz::events
