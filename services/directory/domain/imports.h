// Receiving imports: create, append, read, list. Applying them is in import_applier.h.
//
// A file arrives in pieces, each a row. Pieces are parsed as they arrive, so that refused lines are known before
// anything is applied; the parser's state between two pieces is stored, so that a restart loses nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/directory/domain/import_store.h"

namespace schutznetz::directory {

// An import without a new piece for this long is given up.
inline constexpr absl::Duration kImportKept = absl::Hours(24);

// Stateless, thread safe; `store` must outlive it.
class Imports {
 public:
  explicit Imports(const ImportStore& store) : store_(store) {}

  // INVALID_ARGUMENT: no format.
  absl::StatusOr<v1::Import> Create(storage::Transaction& tx, const v1::Import& requested) const;

  // Takes a piece that begins where the import stands. A piece that was taken already changes nothing.
  //   NOT_FOUND; FAILED_PRECONDITION (WRONG_STATE); RESOURCE_EXHAUSTED (SIZE_LIMIT)
  //   ABORTED (IMPORT_OFFSET_MISMATCH)  it begins elsewhere; metadata says where it must
  absl::StatusOr<v1::Import> Append(storage::Transaction& tx, const v1::AppendImportRecordsRequest& piece) const;

  // NOT_FOUND.
  absl::StatusOr<v1::Import> Get(storage::ReadTransaction& tx, std::string_view name) const;
  // Newest first.
  absl::StatusOr<std::vector<StoredImport>> List(storage::ReadTransaction& tx, const ImportListKey& key,
                                                 int count_max) const;
  // In the order of the file. NOT_FOUND.
  absl::StatusOr<std::vector<v1::ImportRefusal>> Refusals(storage::ReadTransaction& tx, std::string_view name,
                                                          int64_t after_line, int count_max) const;

  // Gives up what has received nothing for kImportKept, at most `count_max` at once. Returns how many.
  absl::StatusOr<int> AbandonStale(storage::Transaction& tx, int count_max) const;

  // The id in "imports/{id}". NOT_FOUND when the name is none.
  static absl::StatusOr<std::string> IdOf(std::string_view name);

 private:
  const ImportStore& store_;
};

}  // namespace schutznetz::directory
