// Files of publications in SQL, on either engine.
#pragma once

#include "services/common/storage/migration.h"
#include "services/events/domain/publication_file_store.h"

namespace schutznetz::events {

// The schema of these tables, for storage::Open.
const storage::MigrationSet& PublicationMigrations();

class SqlPublicationFileStore final : public PublicationFileStore {
 public:
  absl::Status Insert(storage::Transaction& tx, std::string_view id, const v1::PublicationFile& file) const override;
  absl::StatusOr<std::optional<v1::PublicationFile>> Get(storage::ReadTransaction& tx,
                                                         std::string_view id) const override;
  absl::StatusOr<std::optional<v1::PublicationFile>> GetForUpdate(storage::Transaction& tx,
                                                                  std::string_view id) const override;
  absl::Status Put(storage::Transaction& tx, std::string_view id, const v1::PublicationFile& file) const override;
  absl::Status Erase(storage::Transaction& tx, std::string_view id) const override;
  absl::Status AddPart(storage::Transaction& tx, std::string_view id, int64_t offset,
                       std::string_view data) const override;
  absl::StatusOr<std::string> Content(storage::ReadTransaction& tx, std::string_view id) const override;
  absl::StatusOr<std::vector<std::string>> Unfinished(storage::ReadTransaction& tx, int64_t before_us,
                                                      int count_max) const override;
};

}  // namespace schutznetz::events
