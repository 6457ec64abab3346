// The rules of the five kinds of records that editors change, in one set.
#pragma once

#include <memory>
#include <vector>

#include "services/common/record/resource_rules.h"
#include "services/common/wire/table.h"

namespace schutznetz::directory {

// Immutable, thread safe.
class DirectoryRules {
 public:
  // `tables` must hold the five messages and outlive this object.
  explicit DirectoryRules(const wire::Tables& tables);

  const record::RuleSet& all() const { return all_; }
  const record::ResourceRules& organization() const { return *organization_; }
  const record::ResourceRules& location() const { return *location_; }
  const record::ResourceRules& service() const { return *service_; }
  const record::ResourceRules& service_at_location() const { return *service_at_location_; }
  const record::ResourceRules& network() const { return *network_; }

 private:
  const std::unique_ptr<const record::ResourceRules> organization_;
  const std::unique_ptr<const record::ResourceRules> location_;
  const std::unique_ptr<const record::ResourceRules> service_;
  const std::unique_ptr<const record::ResourceRules> service_at_location_;
  const std::unique_ptr<const record::ResourceRules> network_;
  const record::RuleSet all_;
};

// Kinds and collections of everything the directory stores as records.
inline constexpr char kOrganizationKind[] = "organization";
inline constexpr char kLocationKind[] = "location";
inline constexpr char kServiceKind[] = "service";
inline constexpr char kServiceAtLocationKind[] = "serviceAtLocation";
inline constexpr char kNetworkKind[] = "network";
inline constexpr char kAreaKind[] = "area";          // id: the key
inline constexpr char kPostcodeKind[] = "postcode";  // id: the five digits

}  // namespace schutznetz::directory
