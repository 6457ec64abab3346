#include "services/common/storage/request_log.h"

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/driver_status.h"

namespace schutznetz::storage {
namespace {

// Waits for a running twin, because its uncommitted row may still vanish.
constexpr Sql kClaim =
    "INSERT INTO request_log (principal, method, request_id, digest, response, time) "
    "VALUES (?1, ?2, ?3, ?4, NULL, ?5) ON CONFLICT (principal, method, request_id) DO NOTHING";
constexpr Sql kFind =
    "SELECT digest, response FROM request_log WHERE principal = ?1 AND method = ?2 AND request_id = ?3";
constexpr Sql kFinish =
    "UPDATE request_log SET response = ?4 WHERE principal = ?1 AND method = ?2 AND request_id = ?3 AND response IS "
    "NULL";
constexpr Sql kPrune =
    "DELETE FROM request_log WHERE (principal, method, request_id) IN "
    "(SELECT principal, method, request_id FROM request_log WHERE time < ?1 ORDER BY time LIMIT ?2)";

constexpr Sql kForget = "DELETE FROM request_log WHERE principal = ?1";

}  // namespace

absl::StatusOr<std::optional<std::string>> BeginRequest(Transaction& tx, const RequestKey& key,
                                                        std::string_view digest) {
  const auto claimed = tx.Execute(kClaim, {key.principal, key.method, key.request_id, Blob{digest}, tx.now()});
  // The only lock this statement waits for is the twin's.
  if (IsLockTimeout(claimed.status())) return errors::RequestInProgress();
  if (!claimed.ok()) return claimed.status();
  if (*claimed == 1) return std::nullopt;

  std::optional<std::string> response;
  bool same = false;
  ASSIGN_OR_RETURN(const bool found,
                   tx.QueryRow(kFind, {key.principal, key.method, key.request_id}, [&](const Row& row) {
                     same = row.Blob(0) == digest;
                     if (!row.IsNull(1)) response.emplace(row.Blob(1));
                   }));
  if (!found || (same && !response.has_value())) return errors::Internal("A claimed request has no answer.");
  if (!same) return errors::RequestIdReused(key.request_id);
  return response;
}

absl::Status FinishRequest(Transaction& tx, const RequestKey& key, std::string_view response) {
  return tx.ExecuteLater(kFinish, {key.principal, key.method, key.request_id, Blob{response}});
}

absl::Status ForgetRequests(Transaction& tx, std::string_view principal) {
  return tx.ExecuteLater(kForget, {principal});
}

absl::StatusOr<int64_t> PruneRequests(Database& database, absl::Time before, int rows_max) {
  int64_t pruned = 0;
  ASSIGN_OR_RETURN(const CommitInfo commit, database.WriteAndWait([&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(pruned, tx.Execute(kPrune, {before, rows_max}));
    return absl::OkStatus();
  }));
  (void)commit;
  return pruned;
}

}  // namespace schutznetz::storage
