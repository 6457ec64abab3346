// The tables of records: one for all kinds, one for their references, one for what must be unique.
//
// Functions of a transaction, without state. Codes are those of storage::ReadTransaction unless a function says more.
// Order of locks everywhere: the record that is changed first, then the records it refers to in the order of their
// keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/common/record/record.h"
#include "services/common/storage/migration.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::record {

// The schema of these tables, for storage::Open.
const storage::MigrationSet& RecordMigrations();

// Reads one record, deleted or not; nothing when there is none.
absl::StatusOr<std::optional<Record>> Get(storage::ReadTransaction& tx, const RecordKey& key);
// The same, and nobody else changes it before this write ends.
absl::StatusOr<std::optional<Record>> GetForUpdate(storage::Transaction& tx, const RecordKey& key);
// The same, and nobody deletes or changes it before this write ends; others may hold it in the same way.
absl::StatusOr<std::optional<Record>> GetForShare(storage::Transaction& tx, const RecordKey& key);

// Reads records by key, in the order of the keys. What does not exist is left out.
absl::StatusOr<std::vector<Record>> GetMany(storage::ReadTransaction& tx, absl::Span<const RecordKey> keys);

// Calls `visit` for up to `count_max` records of a kind with an id above `after_id` (empty: from the first), deleted
// ones included, in bytewise order of the ids. Returns how many there were: fewer than `count_max` means the end.
using RecordVisitor = absl::FunctionRef<absl::Status(const Record&)>;
absl::StatusOr<int> Scan(storage::ReadTransaction& tx, std::string_view kind, std::string_view after_id, int count_max,
                         RecordVisitor visit);

// Adds a record. False, with nothing changed, when one of this key exists, deleted or not.
absl::StatusOr<bool> Insert(storage::Transaction& tx, const Record& record);
// The same for writers of many: no round trip on PostgreSQL. A key that exists fails the write with ALREADY_EXISTS,
// here or with a later statement.
absl::Status InsertLater(storage::Transaction& tx, const Record& record);
// Replaces a record that exists. Its row must be locked (GetForUpdate).
absl::Status Update(storage::Transaction& tx, const Record& record);

// Forgets a record for good: its row, what refers to it or from it, and what it claims. Nothing happens without one.
absl::Status Erase(storage::Transaction& tx, const RecordKey& key);

// Makes `references` the references of `from`.
absl::Status PutReferences(storage::Transaction& tx, const RecordKey& from, absl::Span<const Reference> references);
// Adds to them; for a record that has just been inserted.
absl::Status AddReferences(storage::Transaction& tx, const RecordKey& from, absl::Span<const Reference> references);

// Live records that refer to `to`.
absl::StatusOr<int64_t> CountReferrers(storage::ReadTransaction& tx, const RecordKey& to);
// Keys of the live records of `from_kind` that refer to `to` by `field`, in order, at most `count_max`.
absl::StatusOr<std::vector<RecordKey>> Referrers(storage::ReadTransaction& tx, const RecordKey& to,
                                                 std::string_view from_kind, std::string_view field, int count_max);

// Claims `value` for `owner` among all records of its kind. Returns the id of the record that has it already, or
// nothing when it was free or its own.
absl::StatusOr<std::optional<std::string>> ClaimUnique(storage::Transaction& tx, const RecordKey& owner,
                                                       std::string_view value);
// Gives back everything that `owner` has claimed.
absl::Status ReleaseUnique(storage::Transaction& tx, const RecordKey& owner);

}  // namespace schutznetz::record
