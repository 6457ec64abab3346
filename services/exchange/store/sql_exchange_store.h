// The exchange server's store over SQL, one text for both engines.
#pragma once

#include "services/common/storage/migration.h"
#include "services/exchange/domain/exchange_store.h"

namespace schutznetz::exchange {

// The schema of the exchange server's own tables, for storage::Open.
const storage::MigrationSet& ExchangeMigrations();

class SqlExchangeStore final : public ExchangeStore {
 public:
  absl::Status AddDataKey(storage::Transaction& tx, std::string_view id, std::string_view wrapped) const override;
  absl::StatusOr<std::optional<std::string>> DataKey(storage::ReadTransaction& tx, std::string_view id) const override;
  absl::Status DestroyDataKey(storage::Transaction& tx, std::string_view id) const override;
  absl::Status PutSealed(storage::Transaction& tx, const record::RecordKey& key, const SealedPart& part) const override;
  absl::StatusOr<std::optional<SealedPart>> Sealed(storage::ReadTransaction& tx,
                                                   const record::RecordKey& key) const override;
  absl::StatusOr<bool> AddCredential(storage::Transaction& tx, const record::RecordKey& owner,
                                     std::string_view digest) const override;
  absl::StatusOr<std::optional<std::string>> Credential(storage::ReadTransaction& tx,
                                                        const record::RecordKey& owner) const override;
  absl::StatusOr<int64_t> RightsVersion(storage::ReadTransaction& tx) const override;
  absl::Status RaiseRightsVersion(storage::Transaction& tx) const override;
  absl::StatusOr<bool> ClaimBootstrap(storage::Transaction& tx) const override;
  absl::Status EraseRecord(storage::Transaction& tx, const record::RecordKey& key) const override;
  absl::Status ForgetRequests(storage::Transaction& tx, std::string_view principal) const override;
  absl::Status AddErasure(storage::Transaction& tx, const Erasure& erasure) const override;
  absl::StatusOr<std::vector<Erasure>> Erasures(storage::ReadTransaction& tx, std::string_view after_id,
                                                int count_max) const override;
};

}  // namespace schutznetz::exchange
