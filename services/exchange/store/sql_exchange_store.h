// The exchange server's store over SQL, one text for both engines.
#pragma once

#include "services/common/storage/migration.h"
#include "services/exchange/domain/exchange_store.h"

namespace schutznetz::exchange {

// The schema of the exchange server's own tables, for storage::Open.
const storage::MigrationSet& ExchangeMigrations();

class SqlExchangeStore final : public ExchangeStore {
 public:
  absl::StatusOr<bool> AddCredential(storage::Transaction& tx, const record::RecordKey& owner,
                                     std::string_view digest) const override;
  absl::StatusOr<std::optional<std::string>> Credential(storage::ReadTransaction& tx,
                                                        const record::RecordKey& owner) const override;
  absl::StatusOr<int64_t> RightsVersion(storage::ReadTransaction& tx) const override;
  absl::Status RaiseRightsVersion(storage::Transaction& tx) const override;
  absl::StatusOr<bool> ClaimBootstrap(storage::Transaction& tx) const override;
  absl::Status EraseRecord(storage::Transaction& tx, const record::RecordKey& key) const override;
};

}  // namespace schutznetz::exchange
