// The store that files of publications ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/publication_file.pb.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::events {

// Functions of a transaction; thread safe. Codes are those of storage::ReadTransaction.
class PublicationFileStore {
 public:
  virtual ~PublicationFileStore() = default;

  virtual absl::Status Insert(storage::Transaction& tx, std::string_view id, const v1::PublicationFile& file) const = 0;
  virtual absl::StatusOr<std::optional<v1::PublicationFile>> Get(storage::ReadTransaction& tx,
                                                                 std::string_view id) const = 0;
  // Nobody else changes it before this write ends.
  virtual absl::StatusOr<std::optional<v1::PublicationFile>> GetForUpdate(storage::Transaction& tx,
                                                                          std::string_view id) const = 0;
  // Replaces a file that exists.
  virtual absl::Status Put(storage::Transaction& tx, std::string_view id, const v1::PublicationFile& file) const = 0;
  // Forgets the file and its parts.
  virtual absl::Status Erase(storage::Transaction& tx, std::string_view id) const = 0;

  virtual absl::Status AddPart(storage::Transaction& tx, std::string_view id, int64_t offset,
                               std::string_view data) const = 0;
  // All parts joined.
  virtual absl::StatusOr<std::string> Content(storage::ReadTransaction& tx, std::string_view id) const = 0;

  // Files that are not complete and have not changed since `before_us`.
  virtual absl::StatusOr<std::vector<std::string>> Unfinished(storage::ReadTransaction& tx, int64_t before_us,
                                                              int count_max) const = 0;
};

}  // namespace schutznetz::events
