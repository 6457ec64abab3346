#include "services/exchange/store/sql_exchange_store.h"

#include "services/common/errors/macros.h"
#include "services/common/personal/personal_store.h"
#include "services/common/record/record_store.h"

namespace schutznetz::exchange {
namespace {

using record::RecordKey;
using storage::ReadTransaction;
using storage::Row;
using storage::Sql;
using storage::Transaction;

constexpr Sql kAddCredential = "INSERT INTO credential (kind, id, digest) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
constexpr Sql kCredential = "SELECT digest FROM credential WHERE kind = ?1 AND id = ?2";

constexpr Sql kRightsVersion = "SELECT version FROM rights WHERE only_row = 1";
constexpr Sql kRaise = "UPDATE rights SET version = version + 1 WHERE only_row = 1";
constexpr Sql kClaimBootstrap = "UPDATE rights SET bootstrap_us = ?1 WHERE only_row = 1 AND bootstrap_us = 0";

constexpr Sql kEraseCredential = "DELETE FROM credential WHERE kind = ?1 AND id = ?2";

}  // namespace

absl::StatusOr<bool> SqlExchangeStore::AddCredential(Transaction& tx, const RecordKey& owner,
                                                     std::string_view digest) const {
  ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(kAddCredential, {owner.kind, owner.id, digest}));
  return rows == 1;
}

absl::StatusOr<std::optional<std::string>> SqlExchangeStore::Credential(ReadTransaction& tx,
                                                                        const RecordKey& owner) const {
  std::optional<std::string> digest;
  RETURN_IF_ERROR(tx.QueryRow(kCredential, {owner.kind, owner.id}, [&](const Row& row) {
                      digest = std::string(row.Text(0));
                    }).status());
  return digest;
}

absl::StatusOr<int64_t> SqlExchangeStore::RightsVersion(ReadTransaction& tx) const {
  int64_t version = 0;
  RETURN_IF_ERROR(tx.QueryRow(kRightsVersion, {}, [&](const Row& row) { version = row.Int(0); }).status());
  return version;
}

absl::Status SqlExchangeStore::RaiseRightsVersion(Transaction& tx) const { return tx.ExecuteLater(kRaise, {}); }

absl::StatusOr<bool> SqlExchangeStore::ClaimBootstrap(Transaction& tx) const {
  ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(kClaimBootstrap, {tx.now()}));
  return rows == 1;
}

absl::Status SqlExchangeStore::EraseRecord(Transaction& tx, const RecordKey& key) const {
  RETURN_IF_ERROR(personal::EraseSealed(tx, key));
  RETURN_IF_ERROR(tx.ExecuteLater(kEraseCredential, {key.kind, key.id}));
  return record::Erase(tx, key);
}

}  // namespace schutznetz::exchange
