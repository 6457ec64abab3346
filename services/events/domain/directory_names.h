// The names of the directory that events hold: whether everybody may know what they name.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"

namespace schutznetz::events {

// A name, and where it stands in the request: "event.organizer".
struct DirectoryName {
  std::string field;
  std::string name;
};

class DirectoryNames {
 public:
  virtual ~DirectoryNames() = default;

  // Asks the directory server for each and calls `then` once, anywhere. What is not public there, or not at all, gives
  // FAILED_PRECONDITION (REFERENCE_NOT_FOUND); so does a location whose address is withheld, since the event would tell
  // it. UNAVAILABLE: the directory server did not answer until `deadline`.
  virtual void Check(std::vector<DirectoryName> names, absl::Time deadline,
                     absl::AnyInvocable<void(absl::Status)> then) = 0;
};

// Names in `event` that `known` (may be null) does not hold yet.
std::vector<DirectoryName> NamesToCheck(const v1::Event& event, const v1::Event* known);

}  // namespace schutznetz::events
