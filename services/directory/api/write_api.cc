#include "services/directory/api/write_api.h"

#include <string>
#include <utility>

#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::directory {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using record::Author;
using record::Presented;
using rpc::CallContext;
using storage::Transaction;

// Every Create and Update request has the resource in field 1; Create has the id in field 2.
constexpr int kResourceField = 1;
constexpr int kIdField = 2;

const FieldDescriptor* ResourceFieldOf(const Message& request) {
  return request.GetDescriptor()->FindFieldByNumber(kResourceField);
}

const Message& ResourceIn(const Message& request) {
  return request.GetReflection()->GetMessage(request, ResourceFieldOf(request));
}

std::string IdIn(const Message& request) {
  return request.GetReflection()->GetString(request, request.GetDescriptor()->FindFieldByNumber(kIdField));
}

// "service.", for the paths of violations.
std::string PrefixIn(const Message& request) { return ResourceFieldOf(request)->json_name() + "."; }

Author AuthorOf(const CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

template <typename Resource>
absl::StatusOr<Resource> Answer(absl::StatusOr<Presented> presented) {
  if (!presented.ok()) return presented.status();
  Resource resource;
  if (!resource.ParseFromString(presented->bytes)) return errors::Internal("an answer cannot be read");
  return resource;
}

// The four methods of one kind.
template <typename Resource, typename Create, typename Update, typename Delete, typename Undelete>
void AddKind(const std::string& noun, const record::ResourceRules& rules, rpc::Registry& registry, rpc::Writes& writes,
             const record::StandardMethods& methods) {
  writes.Add<Create, Resource>(
      registry, "Create" + noun, [&](Transaction& tx, const CallContext& call, const Create& request) {
        return Answer<Resource>(
            methods.Create(tx, AuthorOf(call), rules, IdIn(request), ResourceIn(request), PrefixIn(request)));
      });
  writes.Add<Update, Resource>(
      registry, "Update" + noun, [&](Transaction& tx, const CallContext& call, const Update& request) {
        return Answer<Resource>(
            methods.Update(tx, AuthorOf(call), rules, ResourceIn(request), request.update_mask(), PrefixIn(request)));
      });
  writes.Add<Delete, Resource>(
      registry, "Delete" + noun, [&](Transaction& tx, const CallContext& call, const Delete& request) {
        return Answer<Resource>(methods.Delete(tx, AuthorOf(call), rules, request.name(), request.etag()));
      });
  writes.Add<Undelete, Resource>(
      registry, "Undelete" + noun, [&](Transaction& tx, const CallContext& call, const Undelete& request) {
        return Answer<Resource>(methods.Undelete(tx, AuthorOf(call), rules, request.name(), request.etag()));
      });
}

}  // namespace

void RegisterWriteApi(rpc::Registry& registry, rpc::Writes& writes, const record::StandardMethods& methods,
                      const DirectoryRules& rules) {
  using namespace v1;  // NOLINT: the requests of one contract
  AddKind<Organization, CreateOrganizationRequest, UpdateOrganizationRequest, DeleteOrganizationRequest,
          UndeleteOrganizationRequest>("Organization", rules.organization(), registry, writes, methods);
  AddKind<Location, CreateLocationRequest, UpdateLocationRequest, DeleteLocationRequest, UndeleteLocationRequest>(
      "Location", rules.location(), registry, writes, methods);
  AddKind<Service, CreateServiceRequest, UpdateServiceRequest, DeleteServiceRequest, UndeleteServiceRequest>(
      "Service", rules.service(), registry, writes, methods);
  AddKind<ServiceAtLocation, CreateServiceAtLocationRequest, UpdateServiceAtLocationRequest,
          DeleteServiceAtLocationRequest, UndeleteServiceAtLocationRequest>(
      "ServiceAtLocation", rules.service_at_location(), registry, writes, methods);
  AddKind<Network, CreateNetworkRequest, UpdateNetworkRequest, DeleteNetworkRequest, UndeleteNetworkRequest>(
      "Network", rules.network(), registry, writes, methods);
}

}  // namespace schutznetz::directory
