#include "services/common/personal/personal_store.h"

#include "services/common/errors/macros.h"

namespace schutznetz::personal {
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
constexpr Sql kEraseSealed = "DELETE FROM sealed_part WHERE kind = ?1 AND id = ?2";

constexpr Sql kAddErasure =
    "INSERT INTO erasure (id, person, erase_us) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
constexpr Sql kErasures = "SELECT id, person, erase_us FROM erasure WHERE id > ?1 ORDER BY id LIMIT ?2";

}  // namespace

absl::Status AddDataKey(Transaction& tx, std::string_view id, std::string_view wrapped) {
  return tx.ExecuteLater(kAddDataKey, {id, wrapped, tx.now()});
}

absl::StatusOr<std::optional<std::string>> DataKey(ReadTransaction& tx, std::string_view id) {
  std::optional<std::string> wrapped;
  RETURN_IF_ERROR(tx.QueryRow(kDataKey, {id}, [&](const Row& row) { wrapped = std::string(row.Text(0)); }).status());
  return wrapped;
}

absl::Status DestroyDataKey(Transaction& tx, std::string_view id) { return tx.ExecuteLater(kDestroyDataKey, {id}); }

absl::Status PutSealed(Transaction& tx, const RecordKey& key, const SealedPart& part) {
  return tx.ExecuteLater(kPutSealed, {key.kind, key.id, part.key_id, part.sealed});
}

absl::StatusOr<std::optional<SealedPart>> Sealed(ReadTransaction& tx, const RecordKey& key) {
  std::optional<SealedPart> part;
  RETURN_IF_ERROR(tx.QueryRow(kSealed, {key.kind, key.id}, [&](const Row& row) {
                      part = SealedPart{std::string(row.Text(0)), std::string(row.Text(1))};
                    }).status());
  return part;
}

absl::Status EraseSealed(Transaction& tx, const RecordKey& key) {
  return tx.ExecuteLater(kEraseSealed, {key.kind, key.id});
}

absl::Status AddErasure(Transaction& tx, const Erasure& erasure) {
  return tx.ExecuteLater(kAddErasure, {erasure.id, erasure.person, erasure.erase_us});
}

absl::StatusOr<std::vector<Erasure>> Erasures(ReadTransaction& tx, std::string_view after_id, int count_max) {
  std::vector<Erasure> list;
  RETURN_IF_ERROR(tx.Query(kErasures, {after_id, count_max}, [&](const Row& row) {
    list.push_back({std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2)});
    return absl::OkStatus();
  }));
  return list;
}

}  // namespace schutznetz::personal
