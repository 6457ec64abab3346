// Reads the records that a view is made from, page by page.
#pragma once

#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/common/changes/change_log.h"
#include "services/common/record/record.h"
#include "services/common/storage/database.h"

namespace schutznetz::view {

using RecordTaker = absl::FunctionRef<absl::Status(const record::Record&)>;

// Every record of a kind, deleted ones included, in several short transactions. Codes of storage::ReadTransaction.
absl::Status ReadKind(storage::Database& database, std::string_view kind, RecordTaker take);
// The same in one snapshot.
absl::Status ReadKind(storage::ReadTransaction& tx, std::string_view kind, RecordTaker take);

// The records that the changes name, of the kinds for which `wanted` is true, as they are now; each once.
absl::Status ReadChanged(storage::ReadTransaction& tx, const std::vector<changes::Change>& changes,
                         absl::FunctionRef<bool(std::string_view kind)> wanted, RecordTaker take);

// The records that the changes made, of those kinds, in the order of the changes, without reading anything. False when
// one of them does not tell its record.
bool RecordsIn(const std::vector<changes::Change>& changes, absl::FunctionRef<bool(std::string_view kind)> wanted,
               std::vector<const record::Record*>* records);

}  // namespace schutznetz::view
