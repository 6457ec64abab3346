// The import store over SQL, one text for both engines.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/common/storage/migration.h"
#include "services/directory/domain/import_store.h"

namespace schutznetz::directory {

// The schema of the directory's own tables, for storage::Open.
const storage::MigrationSet& DirectoryMigrations();

class SqlImportStore final : public ImportStore {
 public:
  absl::Status Insert(storage::Transaction& tx, const StoredImport& import) const override;
  absl::StatusOr<std::optional<StoredImport>> Get(storage::ReadTransaction& tx, std::string_view id) const override;
  absl::StatusOr<std::optional<StoredImport>> GetForUpdate(storage::Transaction& tx,
                                                           std::string_view id) const override;
  absl::Status Put(storage::Transaction& tx, const StoredImport& import) const override;
  absl::StatusOr<std::vector<StoredImport>> List(storage::ReadTransaction& tx, const ImportListKey& key,
                                                 int count_max) const override;
  absl::StatusOr<std::vector<std::string>> InState(storage::ReadTransaction& tx, v1::Import::State state,
                                                   int64_t before_us, int count_max) const override;
  absl::Status AddPiece(storage::Transaction& tx, std::string_view id, int64_t offset,
                        std::string_view data) const override;
  absl::StatusOr<std::optional<ImportPiece>> PieceAt(storage::ReadTransaction& tx, std::string_view id,
                                                     int64_t offset) const override;
  absl::Status DropPieces(storage::Transaction& tx, std::string_view id) const override;
  absl::Status AddRefusal(storage::Transaction& tx, std::string_view id,
                          const v1::ImportRefusal& refusal) const override;
  absl::StatusOr<std::vector<v1::ImportRefusal>> Refusals(storage::ReadTransaction& tx, std::string_view id,
                                                          int64_t after_line, int count_max) const override;
};

}  // namespace schutznetz::directory
