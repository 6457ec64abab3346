#include "services/directory/api/read_api.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schutznetz/directory/v1/area.pb.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/errors/macros.h"
#include "services/common/view/append_field.h"
#include "services/directory/api/read_areas.h"
#include "services/directory/api/read_reply.h"
#include "services/directory/api/read_search.h"
#include "services/directory/view/record_reads.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;

using rpc::CallContext;
using rpc::PageTokens;
using rpc::WireReply;

// All List responses: records as field 1, the token as field 2.
constexpr int kTokenField = v1::ListServicesResponse::kNextPageTokenFieldNumber;
static_assert(kTokenField == v1::ListOrganizationsResponse::kNextPageTokenFieldNumber);
static_assert(kTokenField == v1::ListLocationsResponse::kNextPageTokenFieldNumber);
static_assert(kTokenField == v1::ListServiceAtLocationsResponse::kNextPageTokenFieldNumber);
static_assert(kTokenField == v1::ListNetworksResponse::kNextPageTokenFieldNumber);

template <typename Request>
void AddGet(rpc::Registry& registry, const char* method, Kind kind, const DirectoryView& view) {
  registry.ReadWire<Request>(
      method, [&view, kind](const CallContext& call, const Request& request, WireReply* reply) -> absl::Status {
        const ViewReading reading = view.Read();
        ASSIGN_OR_RETURN(SeenRecord seen, ReadRecord(reading, view.tables(), kind, request.name(), call.caller));
        if (!seen.disclosed.empty()) {
          reply->disclosed = {
              {audit::Act::kRead, std::string(NameOf(kind)), request.name(), std::move(seen.disclosed)}};
        }
        reply->AppendView(seen.bytes, std::move(seen.owner));
        Describe(reading, absl::InfiniteFuture(), reply);
        reply->tags = {request.name()};
        // A network or service leaves out the names of records that are hidden.
        if (kind == Kind::kNetwork) reply->tags.push_back("organization");
        if (kind == Kind::kService) reply->tags.push_back("network");
        return absl::OkStatus();
      });
}

// --- What each List request asks for ---

ListRequest FiltersOf(const v1::ListOrganizationsRequest& request) {
  ListRequest list{.kind = Kind::kOrganization};
  if (!request.land().empty()) list.land = request.land();
  return list;
}

ListRequest FiltersOf(const v1::ListNetworksRequest& request) {
  ListRequest list{.kind = Kind::kNetwork};
  if (!request.land().empty()) list.land = request.land();
  return list;
}

ListRequest FiltersOf(const v1::ListLocationsRequest& request) {
  ListRequest list{.kind = Kind::kLocation};
  if (!request.land().empty()) list.land = request.land();
  if (!request.organization().empty()) list.parents.push_back(request.organization());
  return list;
}

ListRequest FiltersOf(const v1::ListServicesRequest& request) {
  ListRequest list{.kind = Kind::kService};
  if (!request.land().empty()) list.land = request.land();
  if (!request.organization().empty()) list.parents.push_back(request.organization());
  return list;
}

ListRequest FiltersOf(const v1::ListServiceAtLocationsRequest& request) {
  ListRequest list{.kind = Kind::kServiceAtLocation};
  if (!request.service().empty()) list.parents.push_back(request.service());
  if (!request.location().empty()) list.parents.push_back(request.location());
  return list;
}

template <typename Request>
void AddList(rpc::Registry& registry, const char* method, const DirectoryView& view, const PageTokens& tokens) {
  registry.ReadWire<Request>(
      method, [&view, &tokens](const CallContext& call, const Request& request, WireReply* reply) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
        ListRequest list = FiltersOf(request);
        list.show_deleted = request.show_deleted();
        list.page_size = PageSizeOf(request);
        list.after = after;
        const ViewReading reading = view.Read();
        ASSIGN_OR_RETURN(ListPage page, ReadList(reading, view.tables(), list, call.caller));
        if (!page.last.empty()) AppendBytes(kTokenField, tokens.Seal(call, request, page.last), &page.bytes);
        reply->disclosed = std::move(page.disclosed);
        reply->Append(std::move(page.bytes));
        Describe(reading, absl::InfiniteFuture(), reply);
        AddCacheKinds(call, reply);
        return absl::OkStatus();
      });
}

}  // namespace

void RegisterReadApi(rpc::Registry& registry, const DirectoryView& view, const PageTokens& page_tokens) {
  AddGet<v1::GetOrganizationRequest>(registry, "GetOrganization", Kind::kOrganization, view);
  AddGet<v1::GetLocationRequest>(registry, "GetLocation", Kind::kLocation, view);
  AddGet<v1::GetServiceRequest>(registry, "GetService", Kind::kService, view);
  AddGet<v1::GetServiceAtLocationRequest>(registry, "GetServiceAtLocation", Kind::kServiceAtLocation, view);
  AddGet<v1::GetNetworkRequest>(registry, "GetNetwork", Kind::kNetwork, view);
  AddList<v1::ListOrganizationsRequest>(registry, "ListOrganizations", view, page_tokens);
  AddList<v1::ListLocationsRequest>(registry, "ListLocations", view, page_tokens);
  AddList<v1::ListServicesRequest>(registry, "ListServices", view, page_tokens);
  AddList<v1::ListServiceAtLocationsRequest>(registry, "ListServiceAtLocations", view, page_tokens);
  AddList<v1::ListNetworksRequest>(registry, "ListNetworks", view, page_tokens);
  RegisterAreaReads(registry, view, page_tokens);
  RegisterSearchReads(registry, view, page_tokens);
}

}  // namespace schutznetz::directory
