#include "services/common/audit/audit_store.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::audit {
namespace {

using storage::Row;
using storage::Sql;

constexpr Sql kBegin =
    "INSERT INTO audit_log (id, log, floor, count, head) VALUES (1, ?1, 0, 0, ?2) ON CONFLICT (id) DO NOTHING";
constexpr Sql kReadHead = "SELECT log, floor, count, head FROM audit_log WHERE id = 1";
constexpr Sql kLockHead = "SELECT log, floor, count, head FROM audit_log WHERE id = 1 FOR UPDATE";
constexpr Sql kReadEnd = "SELECT count, head FROM audit_log WHERE id = 1";
constexpr Sql kMoveHead = "UPDATE audit_log SET count = ?1, head = ?2 WHERE id = 1";
constexpr Sql kInsertLine = "INSERT INTO audit_entries (sequence, line) VALUES (?1, ?2)";
// A log that was never begun gives a NULL, which the table refuses: nothing is committed without its entry.
constexpr Sql kAppend =
    "WITH last AS (SELECT count, head FROM audit_log WHERE id = 1 FOR UPDATE), "
    "entry AS (SELECT last.count + 1 AS number, ?1 || (last.count + 1) || ?2 || last.head || ?3 AS line "
    "FROM (VALUES (1)) AS one (id) LEFT JOIN last ON TRUE), "
    "kept AS (INSERT INTO audit_entries (sequence, line) SELECT number, line FROM entry) "
    "UPDATE audit_log SET count = entry.number, head = encode(sha256(convert_to(entry.line, 'UTF8')), 'hex') "
    "FROM entry WHERE audit_log.id = 1 RETURNING audit_log.count";
constexpr Sql kReadLines = "SELECT sequence, line FROM audit_entries WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
constexpr Sql kReadCheckpoints =
    "SELECT count, time, text FROM audit_checkpoints WHERE count >= ?1 AND count <= ?2 ORDER BY count LIMIT ?3";
constexpr Sql kNewestCheckpoint = "SELECT count, time, text FROM audit_checkpoints ORDER BY count DESC LIMIT 1";
constexpr Sql kKeepCheckpoint =
    "INSERT INTO audit_checkpoints (count, time, text) VALUES (?1, ?2, ?3) ON CONFLICT (count) DO NOTHING";
constexpr Sql kOldestSegment = "SELECT count, time FROM audit_checkpoints WHERE count > ?1 ORDER BY count LIMIT 1";
constexpr Sql kMoveFloor = "UPDATE audit_log SET floor = ?1 WHERE id = 1";
constexpr Sql kDrop = "DELETE FROM audit_entries WHERE sequence <= ?1";

LogHead HeadOf(const Row& row) {
  return {.log = std::string(row.Text(0)), .floor = row.Int(1), .count = row.Int(2), .head = std::string(row.Text(3))};
}

absl::StatusOr<LogHead> HeadBy(storage::ReadTransaction& tx, const Sql& sql) {
  LogHead head;
  ASSIGN_OR_RETURN(const bool found, tx.QueryRow(sql, {}, [&](const Row& row) { head = HeadOf(row); }));
  if (!found) return errors::Internal("the audit log was never begun");
  return head;
}

StoredCheckpoint CheckpointOf(const Row& row) {
  return {.count = row.Int(0), .time = row.Time(1), .text = std::string(row.Text(2))};
}

}  // namespace

absl::Status BeginLog(storage::Transaction& tx, std::string_view name) {
  if (sodium_init() < 0) return errors::Internal("no source of random bits");
  std::array<unsigned char, 8> random;
  randombytes_buf(random.data(), random.size());
  std::string log = std::string(name) + "-";
  for (const unsigned char byte : random) absl::StrAppend(&log, absl::Hex(byte, absl::kZeroPad2));
  return tx.ExecuteLater(kBegin, {log, GenesisOf(log)});
}

absl::StatusOr<LogHead> ReadHead(storage::ReadTransaction& tx) { return HeadBy(tx, kReadHead); }

absl::StatusOr<LogHead> LockHead(storage::Transaction& tx) { return HeadBy(tx, kLockHead); }

storage::Chain ChainOf(std::function<void(int64_t count, size_t entries)> appended) {
  return {.read_end = kReadEnd,
          .insert_line = kInsertLine,
          .move_end = kMoveHead,
          .append = kAppend,
          .hash_of = HashOf,
          .appended = std::move(appended)};
}

absl::Status AppendEntries(storage::Transaction& tx, const storage::Chain& chain, const std::string& log,
                           absl::Span<Entry> entries) {
  for (Entry& entry : entries) {
    RETURN_IF_ERROR(CheckEntry(entry));
    entry.log = log;
    entry.time = tx.now();
    LineAround around = LineAroundOf(entry);
    tx.AppendLine(chain, {std::move(around.before_sequence), std::move(around.before_previous), std::move(around.end)});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoredLine>> ReadLines(storage::ReadTransaction& tx, int64_t after, int count_max) {
  std::vector<StoredLine> lines;
  RETURN_IF_ERROR(tx.Query(kReadLines, {after, count_max}, [&](const Row& row) {
    lines.push_back({row.Int(0), std::string(row.Text(1))});
    return absl::OkStatus();
  }));
  return lines;
}

absl::StatusOr<std::vector<StoredCheckpoint>> ReadCheckpoints(storage::ReadTransaction& tx, int64_t first, int64_t last,
                                                              int count_max) {
  std::vector<StoredCheckpoint> checkpoints;
  RETURN_IF_ERROR(tx.Query(kReadCheckpoints, {first, last, count_max}, [&](const Row& row) {
    checkpoints.push_back(CheckpointOf(row));
    return absl::OkStatus();
  }));
  return checkpoints;
}

absl::StatusOr<StoredCheckpoint> NewestCheckpoint(storage::ReadTransaction& tx) {
  StoredCheckpoint newest;
  RETURN_IF_ERROR(tx.QueryRow(kNewestCheckpoint, {}, [&](const Row& row) { newest = CheckpointOf(row); }).status());
  return newest;
}

absl::Status KeepCheckpoint(storage::Transaction& tx, const Checkpoint& checkpoint, std::string_view text) {
  return tx.ExecuteLater(kKeepCheckpoint, {checkpoint.count, checkpoint.time, text});
}

absl::StatusOr<int64_t> DropOldestSegment(storage::Transaction& tx, absl::Time before) {
  ASSIGN_OR_RETURN(const LogHead head, LockHead(tx));
  int64_t floor = 0;
  absl::Time time;
  ASSIGN_OR_RETURN(const bool found, tx.QueryRow(kOldestSegment, {head.floor}, [&](const Row& row) {
    floor = row.Int(0);
    time = row.Time(1);
  }));
  if (!found || time >= before) return 0;
  RETURN_IF_ERROR(tx.ExecuteLater(kMoveFloor, {floor}));
  return tx.Execute(kDrop, {floor});
}

}  // namespace schutznetz::audit
