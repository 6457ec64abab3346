#include "services/directory/domain/editing_fixture.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/record/load.h"
#include "services/common/testing/must.h"
#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

std::unique_ptr<const wire::Tables> MakeTables() {
  auto tables = wire::Tables::Build({v1::Organization::descriptor(), v1::Location::descriptor(),
                                     v1::Service::descriptor(), v1::ServiceAtLocation::descriptor(),
                                     v1::Network::descriptor(), v1::ProtectionChange::descriptor()});
  if (!tables.ok()) std::abort();
  return *std::move(tables);
}

}  // namespace

Editing::Editing(storage::Engine engine, std::vector<const storage::MigrationSet*> more)
    : temp_(engine,
            [&more] {
              more.push_back(&record::RecordMigrations());
              return more;
            }()),
      tables_(MakeTables()),
      rules_(*tables_),
      methods_(rules_.all()),
      protection_changes_(rules_, methods_, *tables_) {}

absl::StatusOr<v1::ProtectionChange> Editing::Propose(const v1::ProtectionChange& change,
                                                      const access::Caller& caller) {
  return Decide([&](storage::Transaction& tx) { return protection_changes_.Create(tx, {caller, ""}, change); });
}

absl::StatusOr<v1::ProtectionChange> Editing::Approve(const v1::ProtectionChange& change,
                                                      const access::Caller& caller) {
  return Decide([&](storage::Transaction& tx) {
    return protection_changes_.Approve(tx, {caller, ""}, change.name(), change.etag());
  });
}

absl::StatusOr<v1::ProtectionChange> Editing::Reject(const v1::ProtectionChange& change, const access::Caller& caller) {
  return Decide([&](storage::Transaction& tx) { return protection_changes_.Reject(tx, {caller, ""}, change.name()); });
}

absl::StatusOr<v1::ProtectionChange> Editing::Decide(Decision work) {
  v1::ProtectionChange change;
  const auto write = [&](storage::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(change, work(tx));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database().WriteAndWait(write).status());
  return change;
}

access::Caller Editing::EditorOf(const std::string& land) {
  return access::Caller::Granted("editor-of-" + land, {.roles = {access::Role::kEditor}, .lands = {land}});
}

access::Caller Editing::Nationwide() {
  access::Grants grants = {.roles = {access::Role::kEditor}};
  for (const std::string_view code : kLandIsoCodes) grants.lands.push_back("lands/" + std::string(code));
  return access::Caller::Granted("nationwide-editor", std::move(grants));
}

absl::StatusOr<record::Presented> Editing::Write(Work work) {
  record::Presented presented;
  const auto write = [&](storage::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(presented, work(tx));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database().WriteAndWait(write).status());
  return presented;
}

const record::ResourceRules& Editing::RulesOf(const google::protobuf::Message& resource) const {
  for (const record::ResourceRules* rules : rules_.all().all()) {
    if (rules->prototype().GetDescriptor() == resource.GetDescriptor()) return *rules;
  }
  std::abort();
}

record::Presented Editing::ShownToAll(const std::string& name) {
  const size_t slash = name.find('/');
  const record::ResourceRules& rules = *rules_.all().OfCollection(name.substr(0, slash));
  record::Presented presented;
  const auto read = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<record::Record> record, record::Get(tx, {rules.kind(), name.substr(slash + 1)}));
    if (!record || record->deleted()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const record::Loaded loaded, record::LoadAround(tx, rules_.all(), rules, *std::move(record)));
    ASSIGN_OR_RETURN(presented, record::Present(loaded.record, rules.table(), {}, loaded.inherited));
    return absl::OkStatus();
  };
  if (!database().Read(read).ok()) std::abort();
  return presented;
}

std::vector<changes::Change> Editing::Changes() {
  std::vector<changes::Change> list;
  const auto read = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const changes::LogState state, changes::ReadLogState(tx));
    ASSIGN_OR_RETURN(list, changes::ReadChanges(tx, {state.epoch, 0}, 10000));
    return absl::OkStatus();
  };
  if (!database().Read(read).ok()) std::abort();
  return list;
}

v1::Organization Editing::MadeOrganization(const std::string& id) {
  v1::Organization organization;
  organization.set_display_name("Musterstelle");
  organization.set_land("lands/DE-NW");
  return testing::Must(Create(organization, id));
}

v1::Service Editing::MadeService(const v1::Organization& organization, const std::string& id) {
  v1::Service service;
  service.set_organization(organization.name());
  service.set_display_name("Musterberatung");
  service.set_kind(v1::Service::COUNSELLING);
  service.set_land("lands/DE-NW");
  return testing::Must(Create(service, id));
}

v1::Location Editing::MadeLocation(const v1::Organization& organization, const std::string& id) {
  v1::Location location;
  location.set_organization(organization.name());
  location.set_display_name("Haus Mitte");
  location.set_kreis_key("05315");
  location.mutable_address()->set_street("Musterstraße 1");
  return testing::Must(Create(location, id));
}

}  // namespace schutznetz::directory
