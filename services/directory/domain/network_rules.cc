#include "services/directory/domain/network_rules.h"

#include <string>

#include "schutznetz/directory/v1/network.pb.h"
#include "services/directory/domain/checks.h"

namespace schutznetz::directory {
namespace {

// Dates have the form YYYY-MM-DD, so that they compare as text.
void CheckExtensions(const v1::Network& network, std::vector<errors::FieldViolation>* violations) {
  std::string before = network.founding_date();
  for (int i = 0; i < network.extension_dates_size(); ++i) {
    const std::string& date = network.extension_dates(i);
    if (i > 0 ? date <= before : date < before) {
      violations->push_back(
          {At("extensionDates", i), "Must be after the date before it, and not before foundingDate."});
    }
    before = date;
  }
}

}  // namespace

void NetworkRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  auto& network = static_cast<v1::Network&>(draft.resource);
  for (int i = 0; i < network.lands_size(); ++i) CheckLand(At("lands", i), network.lands(i), violations);
  for (int i = 0; i < network.area_keys_size(); ++i) {
    CheckAreaKey(At("areaKeys", i), network.area_keys(i), /*nation=*/true, violations);
  }
  CheckUnique("lands", network.lands(), false, violations);
  CheckUnique("areaKeys", network.area_keys(), false, violations);
  CheckUnique("participants", network.participants(), false, violations);
  CheckUnique("forms", network.forms(), violations);
  CheckExtensions(network, violations);
  CheckText("description", network.description(), violations);
  CheckContacts("contacts", {}, network.mutable_contacts(), violations);
}

record::RecordScope NetworkRules::ScopeOf(const google::protobuf::Message& resource,
                                          const std::vector<record::Loaded>&) const {
  const auto& network = static_cast<const v1::Network&>(resource);
  return {{network.lands().begin(), network.lands().end()}, {network.name()}};
}

}  // namespace schutznetz::directory
