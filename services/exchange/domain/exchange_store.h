// The store that the exchange server asks for, beside the records of services/common/record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/record/record.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::exchange {

// A sealed part and the key that opens it.
struct SealedPart {
  std::string key_id;
  std::string sealed;
};

// An entry of the erasure ledger: random ids only.
struct Erasure {
  std::string id;
  std::string person;  // what the id of the member was
  int64_t erase_us = 0;
};

// Functions of a transaction; thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class ExchangeStore {
 public:
  virtual ~ExchangeStore() = default;

  // Keys of persons, wrapped. Adding one that exists: ALREADY_EXISTS.
  virtual absl::Status AddDataKey(storage::Transaction& tx, std::string_view id, std::string_view wrapped) const = 0;
  virtual absl::StatusOr<std::optional<std::string>> DataKey(storage::ReadTransaction& tx,
                                                             std::string_view id) const = 0;
  // What was sealed under it must have been erased: FAILED_PRECONDITION otherwise.
  virtual absl::Status DestroyDataKey(storage::Transaction& tx, std::string_view id) const = 0;

  // The personal part of a record; put replaces.
  virtual absl::Status PutSealed(storage::Transaction& tx, const record::RecordKey& key,
                                 const SealedPart& part) const = 0;
  virtual absl::StatusOr<std::optional<SealedPart>> Sealed(storage::ReadTransaction& tx,
                                                           const record::RecordKey& key) const = 0;

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
  // Deletes the answers that are kept for this caller's request ids.
  virtual absl::Status ForgetRequests(storage::Transaction& tx, std::string_view principal) const = 0;

  // The ledger; an entry that is there already stays as it is.
  virtual absl::Status AddErasure(storage::Transaction& tx, const Erasure& erasure) const = 0;
  // In the order of ids, after `after_id`, at most `count_max`.
  virtual absl::StatusOr<std::vector<Erasure>> Erasures(storage::ReadTransaction& tx, std::string_view after_id,
                                                        int count_max) const = 0;
};

}  // namespace schutznetz::exchange
