// Applies a received import: areas and postcodes become records, in bounded transactions, each with its change rows.
//
// How far it got is stored with each transaction, so that a restart goes on where it stopped; what is stored already
// without a difference makes no change. Blocks; for a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/storage/database.h"
#include "services/directory/domain/import_plan.h"
#include "services/directory/domain/import_store.h"

namespace schutznetz::directory {

// Stateless; `database` and `store` must outlive it.
class ImportApplier {
 public:
  ImportApplier(storage::Database& database, const ImportStore& store) : database_(database), store_(store) {}

  // Called between two steps with the import as it is then. An error stops there and is returned.
  using Progress = absl::FunctionRef<absl::Status(const v1::Import&)>;
  // Called in the last transaction, with the final answer.
  using Finish = absl::FunctionRef<absl::Status(storage::Transaction&, const v1::Import&)>;

  struct Applied {
    v1::Import import;
    storage::Position position;  // of the last change; number 0 when there was none
  };

  // What applying would do now. NOT_FOUND; FAILED_PRECONDITION (WRONG_STATE); RESOURCE_EXHAUSTED (SIZE_LIMIT).
  absl::StatusOr<v1::Import> DryRun(std::string_view id, Progress progress) const;

  // Writes it; goes on with one that was interrupted. Besides the codes of DryRun: ABORTED (REQUEST_IN_PROGRESS) when
  // another server applies it at the same time; UNAVAILABLE when the database went away, then call it again.
  absl::StatusOr<Applied> Apply(std::string_view id, Finish finish, Progress progress) const;

  // Imports that were interrupted while they were being written.
  absl::StatusOr<std::vector<std::string>> Interrupted() const;

 private:
  using Plans = std::vector<std::unique_ptr<ImportPlan>>;

  absl::StatusOr<StoredImport> Load(std::string_view id) const;
  absl::StatusOr<StoredImport> Begin(std::string_view id) const;
  absl::StatusOr<Plans> MakePlans(const StoredImport& stored, Progress progress) const;
  absl::StatusOr<KreisCenterMap> StoredCenters() const;
  absl::Status Step(const ImportPlan& plan, size_t number, StoredImport& stored, bool* end,
                    storage::Position* position) const;

  storage::Database& database_;
  const ImportStore& store_;
};

}  // namespace schutznetz::directory
