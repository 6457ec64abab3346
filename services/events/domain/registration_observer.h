// What others make of registrations, kept in step with them.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::events {

// Thread safe. Called inside the write of the change, which an error undoes.
class RegistrationObserver {
 public:
  virtual ~RegistrationObserver() = default;
  // `registration` has its name, state and attendance, and nothing personal. The event is locked.
  virtual absl::Status OnChanged(storage::Transaction& tx, const record::Author& author, const v1::Event& event,
                                 const v1::Registration& registration) const = 0;
  // It was erased, with everything that is personal.
  virtual absl::Status OnErased(storage::Transaction& tx, std::string_view registration) const = 0;
};

}  // namespace schutznetz::events
