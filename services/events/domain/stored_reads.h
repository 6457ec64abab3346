// Reads records of one kind from the store, each as the caller may see it: for kinds of which there are few, so that no
// view in memory is needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/common/access/caller.h"
#include "services/common/record/record.h"
#include "services/common/record/resource_rules.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::events {

// Immutable, thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class StoredReads {
 public:
  // Both must outlive it.
  StoredReads(const record::RuleSet& all, const record::ResourceRules& rules) : all_(all), rules_(rules) {}

  const record::ResourceRules& rules() const { return rules_; }

  // What a caller sees that not everybody sees: top-level fields, by their proto names (record::Presented).
  using Disclosed = std::vector<std::string>;

  // NOT_FOUND: absent, deleted, or hidden from the caller. `resource` is of the kind's type.
  absl::Status Get(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view name,
                   google::protobuf::Message* resource, Disclosed* disclosed = nullptr) const;

  // Calls `visit` with what the caller may see of each live record above `after_id`, in the order of ids, until it
  // answers false. `scratch` holds the resource meanwhile.
  using Visit = absl::FunctionRef<bool(const std::string& id, const Disclosed& disclosed)>;
  absl::Status ForEach(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view after_id,
                       google::protobuf::Message* scratch, Visit visit) const;

  // Puts what the caller may see of a record into `resource`; false when they may not know of it. The record may be a
  // former version under another key.
  absl::StatusOr<bool> Show(storage::ReadTransaction& tx, const access::Caller& caller, record::Record row,
                            google::protobuf::Message* resource, Disclosed* disclosed = nullptr) const;

 private:
  const record::RuleSet& all_;
  const record::ResourceRules& rules_;
};

}  // namespace schutznetz::events
