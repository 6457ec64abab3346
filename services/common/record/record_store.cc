#include "services/common/record/record_store.h"

#include <string>

#include "services/common/errors/macros.h"

namespace schutznetz::record {
namespace {

using storage::Blob;
using storage::Row;
using storage::Sql;

#define SCHUTZNETZ_RECORD_COLUMNS "kind, id, body, create_us, update_us, public_update_us, delete_us"

constexpr Sql kGet = "SELECT " SCHUTZNETZ_RECORD_COLUMNS " FROM record WHERE kind = ?1 AND id = ?2";
constexpr Sql kGetForUpdate = "SELECT " SCHUTZNETZ_RECORD_COLUMNS " FROM record WHERE kind = ?1 AND id = ?2 FOR UPDATE";
constexpr Sql kGetForShare = "SELECT " SCHUTZNETZ_RECORD_COLUMNS " FROM record WHERE kind = ?1 AND id = ?2 FOR SHARE";
constexpr Sql kScan =
    "SELECT " SCHUTZNETZ_RECORD_COLUMNS " FROM record WHERE kind = ?1 AND id > ?2 ORDER BY kind, id LIMIT ?3";
#define SCHUTZNETZ_RECORD_INSERT \
  "INSERT INTO record (" SCHUTZNETZ_RECORD_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
constexpr Sql kInsert = SCHUTZNETZ_RECORD_INSERT " ON CONFLICT (kind, id) DO NOTHING";
constexpr Sql kInsertNew = SCHUTZNETZ_RECORD_INSERT;
constexpr Sql kUpdate =
    "UPDATE record SET body = ?3, create_us = ?4, update_us = ?5, public_update_us = ?6, delete_us = ?7 "
    "WHERE kind = ?1 AND id = ?2";

constexpr Sql kDropReferences = "DELETE FROM record_reference WHERE from_kind = ?1 AND from_id = ?2";
constexpr Sql kAddReference =
    "INSERT INTO record_reference (from_kind, from_id, field, to_kind, to_id) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (from_kind, from_id, field, to_kind, to_id) DO NOTHING";
constexpr Sql kCountReferrers =
    "SELECT COUNT(*) FROM (SELECT DISTINCT f.kind, f.id FROM record_reference r "
    "JOIN record f ON f.kind = r.from_kind AND f.id = r.from_id "
    "WHERE r.to_kind = ?1 AND r.to_id = ?2 AND f.delete_us = 0) AS live";
constexpr Sql kReferrers =
    "SELECT r.from_id FROM record_reference r JOIN record f ON f.kind = r.from_kind AND f.id = r.from_id "
    "WHERE r.to_kind = ?1 AND r.to_id = ?2 AND r.from_kind = ?3 AND r.field = ?4 AND f.delete_us = 0 "
    "ORDER BY r.from_id LIMIT ?5";

constexpr Sql kClaim =
    "INSERT INTO record_unique (kind, value, id) VALUES (?1, ?2, ?3) ON CONFLICT (kind, value) DO NOTHING";
constexpr Sql kClaimedBy = "SELECT id FROM record_unique WHERE kind = ?1 AND value = ?2";
constexpr Sql kRelease = "DELETE FROM record_unique WHERE kind = ?1 AND id = ?2";

constexpr Sql kErase = "DELETE FROM record WHERE kind = ?1 AND id = ?2";
constexpr Sql kEraseReferences =
    "DELETE FROM record_reference WHERE (from_kind = ?1 AND from_id = ?2) OR (to_kind = ?1 AND to_id = ?2)";

Record FromRow(const Row& row) {
  Record record;
  record.key = {std::string(row.Text(0)), std::string(row.Text(1))};
  record.body = row.Blob(2);
  record.create_us = row.Int(3);
  record.update_us = row.Int(4);
  record.public_update_us = row.Int(5);
  record.delete_us = row.Int(6);
  return record;
}

absl::StatusOr<std::optional<Record>> GetBy(storage::ReadTransaction& tx, const Sql& sql, const RecordKey& key) {
  std::optional<Record> record;
  RETURN_IF_ERROR(tx.QueryRow(sql, {key.kind, key.id}, [&](const Row& row) { record = FromRow(row); }).status());
  return record;
}

}  // namespace

absl::StatusOr<std::optional<Record>> Get(storage::ReadTransaction& tx, const RecordKey& key) {
  return GetBy(tx, kGet, key);
}

absl::StatusOr<std::optional<Record>> GetForUpdate(storage::Transaction& tx, const RecordKey& key) {
  return GetBy(tx, kGetForUpdate, key);
}

absl::StatusOr<std::optional<Record>> GetForShare(storage::Transaction& tx, const RecordKey& key) {
  return GetBy(tx, kGetForShare, key);
}

absl::StatusOr<std::vector<Record>> GetMany(storage::ReadTransaction& tx, absl::Span<const RecordKey> keys) {
  std::vector<Record> records;
  records.reserve(keys.size());
  for (const RecordKey& key : keys) {
    ASSIGN_OR_RETURN(std::optional<Record> record, Get(tx, key));
    if (record) records.push_back(*std::move(record));
  }
  return records;
}

absl::StatusOr<int> Scan(storage::ReadTransaction& tx, std::string_view kind, std::string_view after_id, int count_max,
                         RecordVisitor visit) {
  int count = 0;
  RETURN_IF_ERROR(tx.Query(kScan, {kind, after_id, count_max}, [&](const Row& row) {
    ++count;
    return visit(FromRow(row));
  }));
  return count;
}

absl::StatusOr<bool> Insert(storage::Transaction& tx, const Record& record) {
  ASSIGN_OR_RETURN(const int64_t rows,
                   tx.Execute(kInsert, {record.key.kind, record.key.id, Blob{record.body}, record.create_us,
                                        record.update_us, record.public_update_us, record.delete_us}));
  return rows == 1;
}

absl::Status InsertLater(storage::Transaction& tx, const Record& record) {
  return tx.ExecuteLater(kInsertNew, {record.key.kind, record.key.id, Blob{record.body}, record.create_us,
                                      record.update_us, record.public_update_us, record.delete_us});
}

absl::Status Update(storage::Transaction& tx, const Record& record) {
  return tx.ExecuteLater(kUpdate, {record.key.kind, record.key.id, Blob{record.body}, record.create_us,
                                   record.update_us, record.public_update_us, record.delete_us});
}

absl::Status Erase(storage::Transaction& tx, const RecordKey& key) {
  for (const Sql* sql : {&kEraseReferences, &kRelease, &kErase}) {
    RETURN_IF_ERROR(tx.ExecuteLater(*sql, {key.kind, key.id}));
  }
  return absl::OkStatus();
}

absl::Status PutReferences(storage::Transaction& tx, const RecordKey& from, absl::Span<const Reference> references) {
  RETURN_IF_ERROR(tx.ExecuteLater(kDropReferences, {from.kind, from.id}));
  return AddReferences(tx, from, references);
}

absl::Status AddReferences(storage::Transaction& tx, const RecordKey& from, absl::Span<const Reference> references) {
  for (const Reference& reference : references) {
    RETURN_IF_ERROR(
        tx.ExecuteLater(kAddReference, {from.kind, from.id, reference.field, reference.to.kind, reference.to.id}));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> CountReferrers(storage::ReadTransaction& tx, const RecordKey& to) {
  int64_t count = 0;
  RETURN_IF_ERROR(tx.QueryRow(kCountReferrers, {to.kind, to.id}, [&](const Row& row) { count = row.Int(0); }).status());
  return count;
}

absl::StatusOr<std::vector<RecordKey>> Referrers(storage::ReadTransaction& tx, const RecordKey& to,
                                                 std::string_view from_kind, std::string_view field, int count_max) {
  std::vector<RecordKey> keys;
  RETURN_IF_ERROR(tx.Query(kReferrers, {to.kind, to.id, from_kind, field, count_max}, [&](const Row& row) {
    keys.push_back({std::string(from_kind), std::string(row.Text(0))});
    return absl::OkStatus();
  }));
  return keys;
}

absl::StatusOr<std::optional<std::string>> ClaimUnique(storage::Transaction& tx, const RecordKey& owner,
                                                       std::string_view value) {
  ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(kClaim, {owner.kind, value, owner.id}));
  if (rows == 1) return std::nullopt;
  std::optional<std::string> holder;
  RETURN_IF_ERROR(tx.QueryRow(kClaimedBy, {owner.kind, value}, [&](const Row& row) {
                      holder = std::string(row.Text(0));
                    }).status());
  if (holder == owner.id) holder.reset();
  return holder;
}

absl::Status ReleaseUnique(storage::Transaction& tx, const RecordKey& owner) {
  return tx.ExecuteLater(kRelease, {owner.kind, owner.id});
}

}  // namespace schutznetz::record
