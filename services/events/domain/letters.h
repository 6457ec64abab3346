// What people at an event are written to about, as the rules of registrations see it.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::events {

enum class Letter {
  kConfirmAddress,  // registered without an account: use the link to get a place
  kConfirmed,       // has a place
  kWaitlisted,      // waits for one
  kOffered,         // a place is kept
  kCancelled,       // the registration ended; `registration.reason` says why
  kNewLink,         // the link that was asked for
};

// Thread safe. Called inside the transaction of the reason, so that the letter is sent when and only when it holds.
class Letters {
 public:
  virtual ~Letters() = default;
  // `registration` has its personal fields; `manage_token` is empty for people with an account.
  virtual absl::Status Write(storage::Transaction& tx, Letter letter, const v1::Event& event,
                             const v1::Registration& registration, std::string_view manage_token) const = 0;
  // Deletes what is written to or about a registration, sent or not.
  virtual absl::Status Forget(storage::Transaction& tx, std::string_view registration_name) const = 0;
};

}  // namespace schutznetz::events
