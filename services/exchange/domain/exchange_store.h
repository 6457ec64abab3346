// The store that the exchange server asks for, beside the records of services/common/record and what
// services/common/personal keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/record/record.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::exchange {

// Functions of a transaction; thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class ExchangeStore {
 public:
  virtual ~ExchangeStore() = default;

  // The digest by which the owner is recognised. False, with nothing changed, when another of its kind has it.
  virtual absl::StatusOr<bool> AddCredential(storage::Transaction& tx, const record::RecordKey& owner,
                                             std::string_view digest) const = 0;
  virtual absl::StatusOr<std::optional<std::string>> Credential(storage::ReadTransaction& tx,
                                                                const record::RecordKey& owner) const = 0;

  // The rights version, and its next value: part of every write that changes who may do what.
  virtual absl::StatusOr<int64_t> RightsVersion(storage::ReadTransaction& tx) const = 0;
  virtual absl::Status RaiseRightsVersion(storage::Transaction& tx) const = 0;

  // True for the first caller ever: the first operators are made once.
  virtual absl::StatusOr<bool> ClaimBootstrap(storage::Transaction& tx) const = 0;

  // Deletes the row of a record and all that hangs on it: references, unique values, sealed part, credential.
  virtual absl::Status EraseRecord(storage::Transaction& tx, const record::RecordKey& key) const = 0;
};

}  // namespace schutznetz::exchange
