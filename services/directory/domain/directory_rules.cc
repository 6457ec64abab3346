#include "services/directory/domain/directory_rules.h"

#include <string>
#include <utility>

#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/record/resource_shape.h"
#include "services/directory/domain/location_rules.h"
#include "services/directory/domain/network_rules.h"
#include "services/directory/domain/organization_rules.h"
#include "services/directory/domain/service_at_location_rules.h"
#include "services/directory/domain/service_rules.h"

namespace schutznetz::directory {
namespace {

template <typename Rules, typename Resource>
std::unique_ptr<const record::ResourceRules> Make(const wire::Tables& tables, const std::string& kind,
                                                  std::vector<std::string> parent_fields) {
  static const std::vector<std::string> kCollections = {"organizations", "locations", "services", "serviceAtLocations",
                                                        "networks"};
  return std::make_unique<Rules>(record::ShapeOf<Resource>(tables, kind, std::move(parent_fields)), kCollections);
}

}  // namespace

DirectoryRules::DirectoryRules(const wire::Tables& tables)
    : organization_(Make<OrganizationRules, v1::Organization>(tables, kOrganizationKind, {})),
      location_(Make<LocationRules, v1::Location>(tables, kLocationKind, {"organization"})),
      service_(Make<ServiceRules, v1::Service>(tables, kServiceKind, {"organization"})),
      service_at_location_(
          Make<ServiceAtLocationRules, v1::ServiceAtLocation>(tables, kServiceAtLocationKind, {"service", "location"})),
      network_(Make<NetworkRules, v1::Network>(tables, kNetworkKind, {})),
      all_({organization_.get(), location_.get(), service_.get(), service_at_location_.get(), network_.get()}) {}

}  // namespace schutznetz::directory
