#include "services/directory/domain/organization_rules.h"

#include "schutznetz/directory/v1/organization.pb.h"
#include "services/directory/domain/checks.h"

namespace schutznetz::directory {

void OrganizationRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  auto& organization = static_cast<v1::Organization&>(draft.resource);
  CheckLand("land", organization.land(), violations);
  CheckText("description", organization.description(), violations);
  CheckPhones("phones", {}, organization.mutable_phones(), violations);
  CheckSchedules("schedules", organization.schedules(), violations);
  CheckContacts("contacts", {}, organization.mutable_contacts(), violations);
}

record::RecordScope OrganizationRules::ScopeOf(const google::protobuf::Message& resource,
                                               const std::vector<record::Loaded>&) const {
  const auto& organization = static_cast<const v1::Organization&>(resource);
  record::RecordScope scope;
  if (!organization.land().empty()) scope.lands.push_back(organization.land());
  return scope;
}

}  // namespace schutznetz::directory
