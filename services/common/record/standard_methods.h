// Create, Update, Delete and Undelete (AIP 133, 134, 135, 164) for every kind of record, inside one write transaction.
//
//   record::StandardMethods methods(rule_set);
//   ASSIGN_OR_RETURN(record::Presented service,
//                    methods.Create(tx, {call.caller, call.trace.trace_id}, service_rules, request.service_id(),
//                                   request.service(), "service."));
//
// Each answers the resource as the caller sees it, and appends the change rows in the same transaction. A record that
// the caller may not know answers exactly as one that does not exist. A change that changes nothing writes nothing.
// Requests have passed the generic checks of rpc/validation.h. Immutable and thread safe; `rules` must outlive it.
#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "services/common/access/caller.h"
#include "services/common/record/present.h"
#include "services/common/record/resource_rules.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::record {

// Who writes, and in which trace.
struct Author {
  const access::Caller& caller;
  std::string_view trace_id;
};

// Live records below one whose protection changes: each gets a change row, so there is a bound.
inline constexpr int kDescendantsMax = 5000;

class StandardMethods {
 public:
  explicit StandardMethods(const RuleSet& rules) : rules_(rules) {}

  // `id` empty: the server makes a random one. `prefix` is the resource's field in the request ("service."), for the
  // paths of violations.
  //   INVALID_ARGUMENT (INVALID_FIELD)          all violations; a protected record with a speaking id is one
  //   FAILED_PRECONDITION (REFERENCE_NOT_FOUND) a record it refers to does not exist, is deleted or hidden
  //   PERMISSION_DENIED (ACCESS_DENIED)         not an editor of its Land
  //   ALREADY_EXISTS (RESOURCE_EXISTS)          the id, or a unique value, is taken
  absl::StatusOr<Presented> Create(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                   std::string_view id, const google::protobuf::Message& resource,
                                   std::string_view prefix) const;

  // Name and etag stand in `resource`; `mask` as in rpc/field_mask.h. Besides the codes of Create:
  //   NOT_FOUND (RESOURCE_NOT_FOUND)            absent or hidden
  //   FAILED_PRECONDITION (RESOURCE_DELETED, ETAG_MISSING), ABORTED (ETAG_MISMATCH), INVALID_ARGUMENT (IMMUTABLE_FIELD)
  //   RESOURCE_EXHAUSTED (SIZE_LIMIT)           protection changes above more than kDescendantsMax records
  //   FAILED_PRECONDITION (SECOND_PERSON_NEEDED) a protection would be lowered
  absl::StatusOr<Presented> Update(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                   const google::protobuf::Message& resource, const google::protobuf::FieldMask& mask,
                                   std::string_view prefix) const;

  // A step of a resource that is no update: publishing, cancelling. `step` changes it, or says why not; everything else
  // is as in Update, except that immutable fields may change.
  using Step = absl::FunctionRef<absl::Status(google::protobuf::Message* resource)>;
  absl::StatusOr<Presented> Change(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                   std::string_view name, std::string_view etag, Step step,
                                   std::string_view prefix) const;

  // Sets protections in a resource. An error refuses the step.
  using SetProtections = absl::FunctionRef<absl::Status(google::protobuf::Message* resource)>;
  // A lowering that could be done now: of which version of the whole resource, and where that belongs.
  struct Lowerable {
    std::string version;
    RecordScope scope;
  };
  // Judges what lowering protections by `set` would do, without doing it. Codes as Update; INVALID_ARGUMENT
  // (INVALID_FIELD) also when nothing would be lowered.
  absl::StatusOr<Lowerable> JudgeLowering(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                          std::string_view name, std::string_view etag, SetProtections set,
                                          std::string_view prefix) const;
  // Does it, after two people have agreed: the one rule that this method does not check. ABORTED (ETAG_MISMATCH): the
  // resource is not at `version` any more.
  absl::StatusOr<Presented> Lower(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                  std::string_view name, std::string_view version, SetProtections set) const;

  // Marks it deleted and answers it so. FAILED_PRECONDITION (RESOURCE_IN_USE): live records refer to it.
  absl::StatusOr<Presented> Delete(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                   std::string_view name, std::string_view etag) const;

  // FAILED_PRECONDITION (RESOURCE_NOT_DELETED): it is not deleted. What it refers to must be live again.
  absl::StatusOr<Presented> Undelete(storage::Transaction& tx, const Author& author, const ResourceRules& rules,
                                     std::string_view name, std::string_view etag) const;

 private:
  const RuleSet& rules_;
};

}  // namespace schutznetz::record
