#include "services/common/storage/testing/items.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"

namespace schutznetz::storage {
namespace {

std::vector<int64_t> IntsOf(Database& database, const Sql& sql) {
  std::vector<int64_t> found;
  const absl::Status status = database.Read([&](ReadTransaction& tx) {
    found.clear();
    return tx.Query(sql, {}, [&](const Row& row) {
      found.push_back(row.Int(0));
      return absl::OkStatus();
    });
  });
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::abort();
  }
  return found;
}

}  // namespace

absl::Status InsertItem(Transaction& tx, int64_t id) {
  const std::string name = absl::StrCat("items/", id);
  RETURN_IF_ERROR(tx.Execute("INSERT INTO items (id, name) VALUES (?1, ?2)", {id, name}).status());
  tx.AppendChange({.kind = "item", .name = name, .operation = ChangeOperation::kCreated});
  return absl::OkStatus();
}

absl::StatusOr<CommitInfo> WriteItem(Database& database, int64_t id) {
  return database.WriteAndWait([id](Transaction& tx) { return InsertItem(tx, id); });
}

std::vector<int64_t> ItemIds(Database& database) { return IntsOf(database, "SELECT id FROM items ORDER BY id"); }

std::vector<int64_t> ChangeNumbers(Database& database) {
  return IntsOf(database, "SELECT number FROM changes ORDER BY number");
}

std::vector<int64_t> ChangedIds(Database& database) {
  return IntsOf(database, "SELECT CAST(SUBSTR(name, 7) AS BIGINT) FROM changes ORDER BY number");
}

}  // namespace schutznetz::storage
