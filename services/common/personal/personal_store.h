// The tables of what is personal: wrapped keys, sealed parts, and the ledger of erasures.
//
// Functions of a transaction, without state. Codes are those of storage::ReadTransaction unless a function says more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/record/record.h"
#include "services/common/storage/migration.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::personal {

// The schema of these tables, for storage::Open. In the exchange server it comes after the server's own set.
const storage::MigrationSet& PersonalMigrations();

// A sealed part and the key that opens it.
struct SealedPart {
  std::string key_id;
  std::string sealed;
};

// An entry of the erasure ledger: random ids only.
struct Erasure {
  std::string id;
  std::string person;  // the id under which the person was known here
  int64_t erase_us = 0;
};

// Keys of persons, wrapped. Adding one that exists fails the write with ALREADY_EXISTS.
absl::Status AddDataKey(storage::Transaction& tx, std::string_view id, std::string_view wrapped);
absl::StatusOr<std::optional<std::string>> DataKey(storage::ReadTransaction& tx, std::string_view id);
// What was sealed under it must have been erased: FAILED_PRECONDITION otherwise.
absl::Status DestroyDataKey(storage::Transaction& tx, std::string_view id);

// The personal part of a record; put replaces.
absl::Status PutSealed(storage::Transaction& tx, const record::RecordKey& key, const SealedPart& part);
absl::StatusOr<std::optional<SealedPart>> Sealed(storage::ReadTransaction& tx, const record::RecordKey& key);
absl::Status EraseSealed(storage::Transaction& tx, const record::RecordKey& key);

// The ledger; an entry that is there already stays as it is.
absl::Status AddErasure(storage::Transaction& tx, const Erasure& erasure);
// In the order of ids, after `after_id`, at most `count_max`.
absl::StatusOr<std::vector<Erasure>> Erasures(storage::ReadTransaction& tx, std::string_view after_id, int count_max);

}  // namespace schutznetz::personal
