// A database with the directory's rules around it, and short ways to write. Tests only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/changes/change_log.h"
#include "services/common/record/record_store.h"
#include "services/common/record/standard_methods.h"
#include "services/common/testing/temp_database.h"
#include "services/directory/domain/directory_rules.h"
#include "services/directory/domain/protection_changes.h"

namespace schutznetz::directory {

// Everything ends the process when it cannot be made.
class Editing {
 public:
  // `more`: schemas beside that of records.
  explicit Editing(storage::Engine engine = storage::Engine::kSqlite,
                   std::vector<const storage::MigrationSet*> more = {});

  storage::Database& database() { return temp_.database(); }
  const DirectoryRules& rules() const { return rules_; }

  static access::Caller EditorOf(const std::string& land);
  // Editor of all sixteen Länder: sees everything.
  static access::Caller Nationwide();

  // Each is one write transaction; the caller is the nationwide editor unless given.
  template <typename T>
  absl::StatusOr<T> Create(const T& resource, const std::string& id = "", const access::Caller& caller = Nationwide()) {
    return Parse<T>(Write([&](storage::Transaction& tx) {
      return methods_.Create(tx, {caller, ""}, RulesOf(resource), id, resource, "resource.");
    }));
  }
  template <typename T>
  absl::StatusOr<T> Update(const T& resource, const std::vector<std::string>& paths,
                           const access::Caller& caller = Nationwide()) {
    google::protobuf::FieldMask mask;
    for (const std::string& path : paths) mask.add_paths(path);
    return Parse<T>(Write([&](storage::Transaction& tx) {
      return methods_.Update(tx, {caller, ""}, RulesOf(resource), resource, mask, "resource.");
    }));
  }
  template <typename T>
  absl::StatusOr<T> Delete(const T& resource, const access::Caller& caller = Nationwide()) {
    return Parse<T>(Write([&](storage::Transaction& tx) {
      return methods_.Delete(tx, {caller, ""}, RulesOf(resource), resource.name(), resource.etag());
    }));
  }
  template <typename T>
  absl::StatusOr<T> Undelete(const T& resource, const access::Caller& caller = Nationwide()) {
    return Parse<T>(Write([&](storage::Transaction& tx) {
      return methods_.Undelete(tx, {caller, ""}, RulesOf(resource), resource.name(), resource.etag());
    }));
  }

  // Lowering a protection.
  absl::StatusOr<v1::ProtectionChange> Propose(const v1::ProtectionChange& change, const access::Caller& caller);
  absl::StatusOr<v1::ProtectionChange> Approve(const v1::ProtectionChange& change, const access::Caller& caller);
  absl::StatusOr<v1::ProtectionChange> Reject(const v1::ProtectionChange& change, const access::Caller& caller);
  const ProtectionChanges& protection_changes() const { return protection_changes_; }

  // As everybody sees it now; not visible when hidden or absent.
  record::Presented ShownToAll(const std::string& name);
  // The change log from the beginning.
  std::vector<changes::Change> Changes();

  // Valid resources to start from.
  v1::Organization MadeOrganization(const std::string& id = "musterstelle");
  v1::Service MadeService(const v1::Organization& organization, const std::string& id = "musterdienst");
  v1::Location MadeLocation(const v1::Organization& organization, const std::string& id = "musterhaus");

 private:
  using Work = absl::FunctionRef<absl::StatusOr<record::Presented>(storage::Transaction&)>;
  absl::StatusOr<record::Presented> Write(Work work);
  using Decision = absl::FunctionRef<absl::StatusOr<v1::ProtectionChange>(storage::Transaction&)>;
  absl::StatusOr<v1::ProtectionChange> Decide(Decision work);
  const record::ResourceRules& RulesOf(const google::protobuf::Message& resource) const;

  template <typename T>
  static absl::StatusOr<T> Parse(const absl::StatusOr<record::Presented>& presented) {
    if (!presented.ok()) return presented.status();
    T resource;
    if (!resource.ParseFromString(presented->bytes)) return absl::DataLossError("answer cannot be read");
    return resource;
  }

  testing::TempDatabase temp_;
  const std::unique_ptr<const wire::Tables> tables_;
  const DirectoryRules rules_;
  const record::StandardMethods methods_;
  const ProtectionChanges protection_changes_;
};

}  // namespace schutznetz::directory
