#include "services/exchange/store/sql_exchange_store.h"

#include <utility>

#include "services/common/errors/macros.h"

namespace schutznetz::exchange {
namespace {

using record::RecordKey;
using storage::ReadTransaction;
using storage::Row;
using storage::Sql;
using storage::Transaction;

constexpr Sql kAddDataKey = "INSERT INTO data_key (id, wrapped, create_us) VALUES (?1, ?2, ?3)";
constexpr Sql kDataKey = "SELECT wrapped FROM data_key WHERE id = ?1";
constexpr Sql kDestroyDataKey = "DELETE FROM data_key WHERE id = ?1";

constexpr Sql kPutSealed =
    "INSERT INTO sealed_part (kind, id, key_id, sealed) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (kind, id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed";
constexpr Sql kSealed = "SELECT key_id, sealed FROM sealed_part WHERE kind = ?1 AND id = ?2";

constexpr Sql kAddCredential = "INSERT INTO credential (kind, id, digest) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
constexpr Sql kCredential = "SELECT digest FROM credential WHERE kind = ?1 AND id = ?2";

constexpr Sql kRightsVersion = "SELECT version FROM rights WHERE only_row = 1";
constexpr Sql kRaise = "UPDATE rights SET version = version + 1 WHERE only_row = 1";
constexpr Sql kClaimBootstrap = "UPDATE rights SET bootstrap_us = ?1 WHERE only_row = 1 AND bootstrap_us = 0";

constexpr Sql kEraseRecord = "DELETE FROM record WHERE kind = ?1 AND id = ?2";
constexpr Sql kEraseReferences =
    "DELETE FROM record_reference WHERE (from_kind = ?1 AND from_id = ?2) OR (to_kind = ?1 AND to_id = ?2)";
constexpr Sql kEraseUnique = "DELETE FROM record_unique WHERE kind = ?1 AND id = ?2";
constexpr Sql kEraseSealed = "DELETE FROM sealed_part WHERE kind = ?1 AND id = ?2";
constexpr Sql kEraseCredential = "DELETE FROM credential WHERE kind = ?1 AND id = ?2";
constexpr Sql kForgetRequests = "DELETE FROM request_log WHERE principal = ?1";

constexpr Sql kAddErasure =
    "INSERT INTO erasure (id, person, erase_us) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
constexpr Sql kErasures = "SELECT id, person, erase_us FROM erasure WHERE id > ?1 ORDER BY id LIMIT ?2";

absl::StatusOr<std::optional<std::string>> Text(ReadTransaction& tx, const Sql& sql, storage::Values values) {
  std::optional<std::string> text;
  RETURN_IF_ERROR(tx.QueryRow(sql, values, [&](const Row& row) { text = std::string(row.Text(0)); }).status());
  return text;
}

}  // namespace

absl::Status SqlExchangeStore::AddDataKey(Transaction& tx, std::string_view id, std::string_view wrapped) const {
  return tx.ExecuteLater(kAddDataKey, {id, wrapped, tx.now()});
}

absl::StatusOr<std::optional<std::string>> SqlExchangeStore::DataKey(ReadTransaction& tx, std::string_view id) const {
  return Text(tx, kDataKey, {id});
}

absl::Status SqlExchangeStore::DestroyDataKey(Transaction& tx, std::string_view id) const {
  return tx.ExecuteLater(kDestroyDataKey, {id});
}

absl::Status SqlExchangeStore::PutSealed(Transaction& tx, const RecordKey& key, const SealedPart& part) const {
  return tx.ExecuteLater(kPutSealed, {key.kind, key.id, part.key_id, part.sealed});
}

absl::StatusOr<std::optional<SealedPart>> SqlExchangeStore::Sealed(ReadTransaction& tx, const RecordKey& key) const {
  std::optional<SealedPart> part;
  RETURN_IF_ERROR(tx.QueryRow(kSealed, {key.kind, key.id}, [&](const Row& row) {
                      part = SealedPart{std::string(row.Text(0)), std::string(row.Text(1))};
                    }).status());
  return part;
}

absl::StatusOr<bool> SqlExchangeStore::AddCredential(Transaction& tx, const RecordKey& owner,
                                                     std::string_view digest) const {
  ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(kAddCredential, {owner.kind, owner.id, digest}));
  return rows == 1;
}

absl::StatusOr<std::optional<std::string>> SqlExchangeStore::Credential(ReadTransaction& tx,
                                                                        const RecordKey& owner) const {
  return Text(tx, kCredential, {owner.kind, owner.id});
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
  for (const Sql* sql : {&kEraseReferences, &kEraseUnique, &kEraseSealed, &kEraseCredential, &kEraseRecord}) {
    RETURN_IF_ERROR(tx.ExecuteLater(*sql, {key.kind, key.id}));
  }
  return absl::OkStatus();
}

absl::Status SqlExchangeStore::ForgetRequests(Transaction& tx, std::string_view principal) const {
  return tx.ExecuteLater(kForgetRequests, {principal});
}

absl::Status SqlExchangeStore::AddErasure(Transaction& tx, const Erasure& erasure) const {
  return tx.ExecuteLater(kAddErasure, {erasure.id, erasure.person, erasure.erase_us});
}

absl::StatusOr<std::vector<Erasure>> SqlExchangeStore::Erasures(ReadTransaction& tx, std::string_view after_id,
                                                                int count_max) const {
  std::vector<Erasure> list;
  RETURN_IF_ERROR(tx.Query(kErasures, {after_id, count_max}, [&](const Row& row) {
    list.push_back({std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2)});
    return absl::OkStatus();
  }));
  return list;
}

}  // namespace schutznetz::exchange
