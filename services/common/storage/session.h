// One connection of either engine, as the migration runner needs it. Internal to storage/.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage {

// Used by one thread at a time.
class Session {
 public:
  virtual ~Session() = default;

  virtual absl::Status Query(const Sql& sql, Values values, RowCallback row) = 0;
  virtual absl::StatusOr<int64_t> Execute(const Sql& sql, Values values) = 0;
  // Any number of statements without parameters, in the engine's own dialect.
  virtual absl::Status Script(std::string_view sql) = 0;
  // Starts a transaction that excludes every other one that changes the schema.
  virtual absl::Status BeginSchemaChange() = 0;
};

}  // namespace schutznetz::storage
