// What a write says about itself to everyone who follows the change log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace schutznetz::storage {

// Equal to schutznetz.changes.v1.Change.Operation.
enum class ChangeOperation : int { kCreated = 1, kUpdated = 2, kDeleted = 3, kUndeleted = 4, kRedacted = 5 };

// What a resource is after a change, for followers in the process that made it. Each kind of store has its own.
struct ChangeContent {
  virtual ~ChangeContent() = default;
};

// One change of one resource, given to Transaction::AppendChange. Position and time are added at commit.
struct ChangeRecord {
  std::string kind;  // "service"
  std::string name;  // resource name, "services/musterstelle-koeln"
  ChangeOperation operation = ChangeOperation::kUpdated;
  std::vector<std::string> tags;  // beyond name and kind: "service/DE-NW". At most 32, none empty or with a line feed
  std::string trace_id;           // of the call that caused it; may be empty
  // Exactly what the transaction stored last of the resource, with its row locked until the commit. Null: whoever
  // follows reads it. Is not stored with the change.
  std::shared_ptr<const ChangeContent> content = nullptr;
};

// A place in the change log of one database. The epoch is random and changes at every restore; numbers are given in
// commit order without gaps, starting at 1. Number 0 is before everything.
struct Position {
  int64_t epoch = 0;
  int64_t number = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

// A committed change.
struct Change {
  int64_t number = 0;
  absl::Time time;  // of the write
  ChangeRecord record;
};

// What a commit of this process added to the log: consecutive changes. None of them: another replica hints at changes.
struct Committed {
  int64_t epoch = 0;
  std::vector<Change> changes;
};

}  // namespace schutznetz::storage
