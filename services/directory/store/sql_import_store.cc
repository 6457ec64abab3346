#include "services/directory/store/sql_import_store.h"

#include <utility>

#include "google/protobuf/util/time_util.h"
#include "services/common/errors/macros.h"

namespace schutznetz::directory {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Blob;
using storage::Row;
using storage::Sql;

constexpr Sql kInsert =
    "INSERT INTO import (id, body, state, complete, pending, applied_to, create_us, update_us) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr Sql kPut =
    "UPDATE import SET body = ?2, state = ?3, complete = ?4, pending = ?5, applied_to = ?6, create_us = ?7, "
    "update_us = ?8 WHERE id = ?1";
constexpr Sql kGet = "SELECT id, body, complete, pending, applied_to FROM import WHERE id = ?1";
constexpr Sql kGetForUpdate = "SELECT id, body, complete, pending, applied_to FROM import WHERE id = ?1 FOR UPDATE";
constexpr Sql kList =
    "SELECT id, body, complete, pending, applied_to FROM import "
    "WHERE create_us < ?1 OR (create_us = ?1 AND id < ?2) ORDER BY create_us DESC, id DESC LIMIT ?3";
constexpr Sql kInState = "SELECT id FROM import WHERE state = ?1 AND update_us < ?2 ORDER BY update_us LIMIT ?3";

constexpr Sql kAddPiece = "INSERT INTO import_piece (import_id, start_offset, data) VALUES (?1, ?2, ?3)";
constexpr Sql kPieceAt =
    "SELECT start_offset, data FROM import_piece WHERE import_id = ?1 AND start_offset >= ?2 "
    "ORDER BY start_offset LIMIT 1";
constexpr Sql kDropPieces = "DELETE FROM import_piece WHERE import_id = ?1";

constexpr Sql kAddRefusal = "INSERT INTO import_refusal (import_id, line, field, reason) VALUES (?1, ?2, ?3, ?4)";
constexpr Sql kRefusals =
    "SELECT line, field, reason FROM import_refusal WHERE import_id = ?1 AND line > ?2 ORDER BY line LIMIT ?3";

absl::StatusOr<StoredImport> FromRow(const Row& row) {
  StoredImport stored;
  stored.id = row.Text(0);
  const std::string_view body = row.Blob(1);
  if (!stored.import.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return absl::DataLossError("a stored import cannot be read");
  }
  stored.complete = row.Bool(2);
  stored.pending = row.Blob(3);
  stored.applied_to = row.Text(4);
  return stored;
}

absl::StatusOr<std::vector<StoredImport>> All(storage::ReadTransaction& tx, const Sql& sql, storage::Values values) {
  std::vector<StoredImport> list;
  RETURN_IF_ERROR(tx.Query(sql, values, [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(StoredImport stored, FromRow(row));
    list.push_back(std::move(stored));
    return absl::OkStatus();
  }));
  return list;
}

absl::StatusOr<std::optional<StoredImport>> AtMostOne(storage::ReadTransaction& tx, const Sql& sql,
                                                      std::string_view id) {
  ASSIGN_OR_RETURN(std::vector<StoredImport> list, All(tx, sql, {id}));
  if (list.empty()) return std::nullopt;
  return std::move(list.front());
}

absl::Status Write(storage::Transaction& tx, const Sql& sql, const StoredImport& stored) {
  const std::string body = stored.import.SerializeAsString();
  return tx.ExecuteLater(
      sql, {stored.id, Blob{body}, static_cast<int64_t>(stored.import.state()), static_cast<int64_t>(stored.complete),
            Blob{stored.pending}, stored.applied_to, TimeUtil::TimestampToMicroseconds(stored.import.create_time()),
            TimeUtil::TimestampToMicroseconds(stored.import.update_time())});
}

}  // namespace

absl::Status SqlImportStore::Insert(storage::Transaction& tx, const StoredImport& import) const {
  return Write(tx, kInsert, import);
}

absl::Status SqlImportStore::Put(storage::Transaction& tx, const StoredImport& import) const {
  return Write(tx, kPut, import);
}

absl::StatusOr<std::optional<StoredImport>> SqlImportStore::Get(storage::ReadTransaction& tx,
                                                                std::string_view id) const {
  return AtMostOne(tx, kGet, id);
}

absl::StatusOr<std::optional<StoredImport>> SqlImportStore::GetForUpdate(storage::Transaction& tx,
                                                                         std::string_view id) const {
  return AtMostOne(tx, kGetForUpdate, id);
}

absl::StatusOr<std::vector<StoredImport>> SqlImportStore::List(storage::ReadTransaction& tx, const ImportListKey& key,
                                                               int count_max) const {
  return All(tx, kList, {key.create_us, key.id, count_max});
}

absl::StatusOr<std::vector<std::string>> SqlImportStore::InState(storage::ReadTransaction& tx, v1::Import::State state,
                                                                 int64_t before_us, int count_max) const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(tx.Query(kInState, {static_cast<int64_t>(state), before_us, count_max}, [&](const Row& row) {
    ids.emplace_back(row.Text(0));
    return absl::OkStatus();
  }));
  return ids;
}

absl::Status SqlImportStore::AddPiece(storage::Transaction& tx, std::string_view id, int64_t offset,
                                      std::string_view data) const {
  return tx.ExecuteLater(kAddPiece, {id, offset, Blob{data}});
}

absl::StatusOr<std::optional<ImportPiece>> SqlImportStore::PieceAt(storage::ReadTransaction& tx, std::string_view id,
                                                                   int64_t offset) const {
  std::optional<ImportPiece> piece;
  RETURN_IF_ERROR(tx.QueryRow(kPieceAt, {id, offset}, [&](const Row& row) {
                      piece = ImportPiece{row.Int(0), std::string(row.Blob(1))};
                    }).status());
  return piece;
}

absl::Status SqlImportStore::DropPieces(storage::Transaction& tx, std::string_view id) const {
  return tx.ExecuteLater(kDropPieces, {id});
}

absl::Status SqlImportStore::AddRefusal(storage::Transaction& tx, std::string_view id,
                                        const v1::ImportRefusal& refusal) const {
  return tx.ExecuteLater(kAddRefusal, {id, refusal.line(), refusal.field(), refusal.reason()});
}

absl::StatusOr<std::vector<v1::ImportRefusal>> SqlImportStore::Refusals(storage::ReadTransaction& tx,
                                                                        std::string_view id, int64_t after_line,
                                                                        int count_max) const {
  std::vector<v1::ImportRefusal> refusals;
  RETURN_IF_ERROR(tx.Query(kRefusals, {id, after_line, count_max}, [&](const Row& row) {
    v1::ImportRefusal& refusal = refusals.emplace_back();
    refusal.set_line(row.Int(0));
    refusal.set_field(std::string(row.Text(1)));
    refusal.set_reason(std::string(row.Text(2)));
    return absl::OkStatus();
  }));
  return refusals;
}

}  // namespace schutznetz::directory
