#include "services/directory/domain/service_rules.h"

#include "schutznetz/directory/v1/service.pb.h"
#include "services/directory/domain/checks.h"

namespace schutznetz::directory {
namespace {

constexpr int kAdult = 18;

void CheckAges(const v1::Service& service, Violations* violations) {
  const int youngest = service.minimum_age();
  const int oldest = service.maximum_age();
  if (oldest != 0 && oldest < youngest) {
    violations->push_back({"maximumAge", "Must not be below the youngest age."});
  }
  if (service.advises_minors() == v1::Service::YES && youngest >= kAdult) {
    violations->push_back({"advisesMinors", "Cannot be YES when the youngest age is 18 or more."});
  }
  if (service.advises_minors() == v1::Service::NO && oldest != 0 && oldest < kAdult) {
    violations->push_back({"advisesMinors", "Cannot be NO when the oldest age is below 18."});
  }
}

// The same area may come again with another validity, but not with an overlapping one.
bool Overlap(const v1::ServiceArea& a, const v1::ServiceArea& b) {
  if (a.area_key() != b.area_key()) return false;
  const bool a_ends_before = !a.valid_to().empty() && a.valid_to() < b.valid_from();
  const bool b_ends_before = !b.valid_to().empty() && b.valid_to() < a.valid_from();
  return !a_ends_before && !b_ends_before;
}

void CheckServiceAreas(const v1::Service& service, Violations* violations) {
  for (int i = 0; i < service.service_areas_size(); ++i) {
    const v1::ServiceArea& area = service.service_areas(i);
    CheckAreaKey(At("serviceAreas", i) + ".areaKey", area.area_key(), /*nation=*/true, violations);
    CheckValidity(At("serviceAreas", i), area.valid_from(), area.valid_to(), violations);
    for (int j = 0; j < i; ++j) {
      if (!Overlap(area, service.service_areas(j))) continue;
      violations->push_back({At("serviceAreas", i) + ".areaKey", "Is in the list already for some of these days."});
      break;
    }
  }
}

}  // namespace

void ServiceRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  auto& service = static_cast<v1::Service&>(draft.resource);
  CheckLand("land", service.land(), violations);
  CheckText("description", service.description(), violations);
  CheckText("applicationProcess", service.application_process(), violations);
  CheckUnique("forms", service.forms(), violations);
  CheckUnique("channels", service.channels(), violations);
  CheckUnique("professions", service.professions(), violations);
  CheckUnique("topics", service.topics(), true, violations);
  CheckUnique("languages", service.languages(), true, violations);
  CheckUnique("interpretedLanguages", service.interpreted_languages(), true, violations);
  CheckUnique("networks", service.networks(), false, violations);
  CheckAges(service, violations);
  CheckServiceAreas(service, violations);

  const wire::Visibility record = draft.own.record;
  const wire::Visibility address = wire::Stricter(record, draft.own.address);
  CheckPhones("phones", {record, address}, service.mutable_phones(), violations);
  CheckPhones("professionalPhones", {wire::Stricter(record, common::v1::RESTRICTED), address},
              service.mutable_professional_phones(), violations);
  CheckContacts("contacts", {record, address}, service.mutable_contacts(), violations);
  CheckSchedules("schedules", service.schedules(), violations);
}

record::RecordScope ServiceRules::ScopeOf(const google::protobuf::Message& resource,
                                          const std::vector<record::Loaded>&) const {
  const auto& service = static_cast<const v1::Service&>(resource);
  record::RecordScope scope;
  if (!service.land().empty()) scope.lands.push_back(service.land());
  scope.networks.assign(service.networks().begin(), service.networks().end());
  return scope;
}

}  // namespace schutznetz::directory
