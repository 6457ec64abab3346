// The store that imports ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/directory/v1/import.pb.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::directory {

// One import as it is kept.
struct StoredImport {
  std::string id;
  v1::Import import;       // as callers see it, times included
  bool complete = false;   // the last piece was taken
  std::string pending;     // the beginning of a line that has not ended yet
  std::string applied_to;  // how far it has been applied; meaning is the applier's
};

// A piece of a file.
struct ImportPiece {
  int64_t offset = 0;
  std::string data;
};

// Where a list goes on: after the import made then, with that id.
struct ImportListKey {
  int64_t create_us = INT64_MAX;
  std::string id;
};

// Functions of a transaction; thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class ImportStore {
 public:
  virtual ~ImportStore() = default;

  virtual absl::Status Insert(storage::Transaction& tx, const StoredImport& import) const = 0;
  virtual absl::StatusOr<std::optional<StoredImport>> Get(storage::ReadTransaction& tx, std::string_view id) const = 0;
  // Nobody else changes it before this write ends.
  virtual absl::StatusOr<std::optional<StoredImport>> GetForUpdate(storage::Transaction& tx,
                                                                   std::string_view id) const = 0;
  // Replaces an import that exists.
  virtual absl::Status Put(storage::Transaction& tx, const StoredImport& import) const = 0;

  // Newest first, at most `count_max`, after `key`.
  virtual absl::StatusOr<std::vector<StoredImport>> List(storage::ReadTransaction& tx, const ImportListKey& key,
                                                         int count_max) const = 0;
  // Imports in `state` that have not changed since `before_us`, the oldest first.
  virtual absl::StatusOr<std::vector<std::string>> InState(storage::ReadTransaction& tx, v1::Import::State state,
                                                           int64_t before_us, int count_max) const = 0;

  virtual absl::Status AddPiece(storage::Transaction& tx, std::string_view id, int64_t offset,
                                std::string_view data) const = 0;
  // The first piece at or after `offset`; nothing after the last.
  virtual absl::StatusOr<std::optional<ImportPiece>> PieceAt(storage::ReadTransaction& tx, std::string_view id,
                                                             int64_t offset) const = 0;
  // Forgets the pieces; counts and refusals stay.
  virtual absl::Status DropPieces(storage::Transaction& tx, std::string_view id) const = 0;

  virtual absl::Status AddRefusal(storage::Transaction& tx, std::string_view id,
                                  const v1::ImportRefusal& refusal) const = 0;
  // In the order of lines, after `after_line`.
  virtual absl::StatusOr<std::vector<v1::ImportRefusal>> Refusals(storage::ReadTransaction& tx, std::string_view id,
                                                                  int64_t after_line, int count_max) const = 0;
};

}  // namespace schutznetz::directory
