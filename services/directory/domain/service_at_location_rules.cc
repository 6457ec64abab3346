#include "services/directory/domain/service_at_location_rules.h"

#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/directory/domain/checks.h"
#include "services/directory/domain/directory_rules.h"

namespace schutznetz::directory {

void ServiceAtLocationRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  auto& here = static_cast<v1::ServiceAtLocation&>(draft.resource);
  const PhoneLevels levels = {draft.own.record, wire::Stricter(draft.own.record, draft.own.address)};
  CheckPhones("phones", levels, here.mutable_phones(), violations);
  CheckSchedules("schedules", here.schedules(), violations);
}

// It belongs where its service belongs.
record::RecordScope ServiceAtLocationRules::ScopeOf(const google::protobuf::Message&,
                                                    const std::vector<record::Loaded>& parents) const {
  for (const record::Loaded& parent : parents) {
    if (parent.record.key.kind == kServiceKind) return parent.scope;
  }
  return {};
}

std::vector<std::string> ServiceAtLocationRules::UniqueValues(const google::protobuf::Message& resource) const {
  const auto& here = static_cast<const v1::ServiceAtLocation&>(resource);
  return {here.service() + " " + here.location()};
}

}  // namespace schutznetz::directory
