#include "services/directory/domain/location_rules.h"

#include <algorithm>
#include <string_view>

#include "schutznetz/directory/v1/location.pb.h"
#include "services/directory/domain/checks.h"
#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

// Around Germany, with room for help given just across the border. Catches swapped and forgotten coordinates.
constexpr double kSouth = 46.5, kNorth = 55.5, kWest = 5.0, kEast = 16.0;

bool IsKreisKey(std::string_view key) {
  return key.size() == 5 && key.find_first_not_of("0123456789") == std::string_view::npos &&
         !IsoCodeOfLand(key).empty();
}

void CheckPoint(const v1::Location& location, Violations* violations) {
  if (!location.has_point()) return;
  const common::v1::LatLng& point = location.point();
  if (point.latitude() < kSouth || point.latitude() > kNorth) {
    violations->push_back({"point.latitude", "Is far from Germany: 46.5 to 55.5 degrees north."});
  }
  if (point.longitude() < kWest || point.longitude() > kEast) {
    violations->push_back({"point.longitude", "Is far from Germany: 5 to 16 degrees east."});
  }
}

void CheckKeys(const v1::Location& location, Violations* violations) {
  if (!IsKreisKey(location.kreis_key())) {
    violations->push_back({"kreisKey", "Must be the key of a Kreis: five digits, the first two those of a Land."});
    return;
  }
  if (!location.area_key().empty() && !location.area_key().starts_with(location.kreis_key())) {
    violations->push_back({"areaKey", "Must lie in the Kreis: begin with the digits of kreisKey."});
  }
}

void CheckCountry(const v1::Address& address, Violations* violations) {
  const std::string& country = address.country();
  const bool letters = std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (country.empty() || (country.size() == 2 && letters)) return;
  violations->push_back({"address.country", "Must be two capital letters, as in ISO 3166-1."});
}

}  // namespace

void LocationRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  auto& location = static_cast<v1::Location&>(draft.resource);
  CheckKeys(location, violations);
  CheckPoint(location, violations);
  CheckCountry(location.address(), violations);
  CheckText("description", location.description(), violations);
  CheckText("accessibility", location.accessibility(), violations);
  const PhoneLevels levels = {draft.own.record, wire::Stricter(draft.own.record, draft.own.address)};
  CheckPhones("phones", levels, location.mutable_phones(), violations);
  CheckSchedules("schedules", location.schedules(), violations);
}

record::RecordScope LocationRules::ScopeOf(const google::protobuf::Message& resource,
                                           const std::vector<record::Loaded>&) const {
  const auto& location = static_cast<const v1::Location&>(resource);
  record::RecordScope scope;
  const std::string_view land = IsoCodeOfLand(location.kreis_key());
  if (!land.empty()) scope.lands.push_back("lands/" + std::string(land));
  return scope;
}

}  // namespace schutznetz::directory
