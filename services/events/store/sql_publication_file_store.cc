#include "services/events/store/sql_publication_file_store.h"

#include <utility>

#include "services/common/errors/macros.h"

namespace schutznetz::events {
namespace {

using storage::Blob;
using storage::ReadTransaction;
using storage::Row;
using storage::Sql;
using storage::Transaction;
using v1::PublicationFile;

constexpr Sql kInsertFile = "INSERT INTO publication_file (id, body, ready, update_us) VALUES (?1, ?2, ?3, ?4)";
constexpr Sql kPutFile = "UPDATE publication_file SET body = ?2, ready = ?3, update_us = ?4 WHERE id = ?1";
constexpr Sql kGetFile = "SELECT body FROM publication_file WHERE id = ?1";
constexpr Sql kGetFileForUpdate = "SELECT body FROM publication_file WHERE id = ?1 FOR UPDATE";
constexpr Sql kEraseFile = "DELETE FROM publication_file WHERE id = ?1";
constexpr Sql kUnfinished =
    "SELECT id FROM publication_file WHERE ready = 0 AND update_us < ?1 ORDER BY update_us LIMIT ?2";
constexpr Sql kAddPart = "INSERT INTO publication_file_part (file_id, start_offset, data) VALUES (?1, ?2, ?3)";
constexpr Sql kParts = "SELECT data FROM publication_file_part WHERE file_id = ?1 ORDER BY start_offset";
constexpr Sql kEraseParts = "DELETE FROM publication_file_part WHERE file_id = ?1";

int64_t IsReady(const PublicationFile& file) { return file.state() == PublicationFile::READY ? 1 : 0; }

absl::StatusOr<std::optional<PublicationFile>> OneFile(ReadTransaction& tx, const Sql& sql, std::string_view id) {
  std::optional<PublicationFile> file;
  bool readable = true;
  RETURN_IF_ERROR(tx.QueryRow(sql, {id}, [&](const Row& row) {
                      const std::string_view body = row.Blob(0);
                      readable = file.emplace().ParseFromArray(body.data(), static_cast<int>(body.size()));
                    }).status());
  if (!readable) return absl::DataLossError("a stored file cannot be read");
  return file;
}

}  // namespace

absl::Status SqlPublicationFileStore::Insert(Transaction& tx, std::string_view id, const PublicationFile& file) const {
  return tx.ExecuteLater(kInsertFile, {id, Blob{file.SerializeAsString()}, IsReady(file), tx.now()});
}

absl::StatusOr<std::optional<PublicationFile>> SqlPublicationFileStore::Get(ReadTransaction& tx,
                                                                            std::string_view id) const {
  return OneFile(tx, kGetFile, id);
}

absl::StatusOr<std::optional<PublicationFile>> SqlPublicationFileStore::GetForUpdate(Transaction& tx,
                                                                                     std::string_view id) const {
  return OneFile(tx, kGetFileForUpdate, id);
}

absl::Status SqlPublicationFileStore::Put(Transaction& tx, std::string_view id, const PublicationFile& file) const {
  return tx.ExecuteLater(kPutFile, {id, Blob{file.SerializeAsString()}, IsReady(file), tx.now()});
}

absl::Status SqlPublicationFileStore::Erase(Transaction& tx, std::string_view id) const {
  RETURN_IF_ERROR(tx.ExecuteLater(kEraseParts, {id}));
  return tx.ExecuteLater(kEraseFile, {id});
}

absl::Status SqlPublicationFileStore::AddPart(Transaction& tx, std::string_view id, int64_t offset,
                                              std::string_view data) const {
  return tx.ExecuteLater(kAddPart, {id, offset, Blob{data}});
}

absl::StatusOr<std::string> SqlPublicationFileStore::Content(ReadTransaction& tx, std::string_view id) const {
  std::string content;
  RETURN_IF_ERROR(tx.Query(kParts, {id}, [&](const Row& row) {
    content.append(row.Blob(0));
    return absl::OkStatus();
  }));
  return content;
}

absl::StatusOr<std::vector<std::string>> SqlPublicationFileStore::Unfinished(ReadTransaction& tx, int64_t before_us,
                                                                             int count_max) const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(tx.Query(kUnfinished, {before_us, count_max}, [&](const Row& row) {
    ids.emplace_back(row.Text(0));
    return absl::OkStatus();
  }));
  return ids;
}

}  // namespace schutznetz::events
