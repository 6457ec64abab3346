// The personal parts of records: kept apart, encrypted under a key of the person they are about.
//
// A field with the option `personal` never reaches the table of records. It stands in a sealed part
// (XChaCha20-Poly1305, kind and id of the record as associated data) under the person's own key, which is wrapped by
// the key of the installation. Erasing a person destroys that key, so that what remains in backups and logs of the
// database stays closed.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/common/record/record.h"
#include "services/common/rpc/sealer.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::personal {

// Immutable and thread safe.
class Vault {
 public:
  // `wrapping`: its first key wraps new keys, all open (rotation).
  explicit Vault(rpc::Sealer wrapping) : wrapping_(std::move(wrapping)) {}

  // Makes a key for a person who has none.
  absl::Status MakeKey(storage::Transaction& tx, std::string_view person) const;

  // Stores the personal fields of a resource and returns the bytes of what is left. Without personal fields nothing is
  // sealed and `person` may be empty. INTERNAL: the person has no key.
  absl::StatusOr<std::string> Put(storage::Transaction& tx, const record::RecordKey& key, std::string_view person,
                                  const google::protobuf::Message& resource) const;
  // MakeKey and Put in one, without reading the key back: for records that have a key of their own. ALREADY_EXISTS:
  // `person` has a key.
  absl::StatusOr<std::string> PutWithNewKey(storage::Transaction& tx, const record::RecordKey& key,
                                            std::string_view person, const google::protobuf::Message& resource) const;

  // Adds the personal fields of a record to what its body holds. DATA_LOSS: the part cannot be opened with the keys.
  absl::Status Complete(storage::ReadTransaction& tx, const record::RecordKey& key,
                        google::protobuf::Message* resource) const;

 private:
  absl::StatusOr<rpc::Sealer> NewKey(storage::Transaction& tx, std::string_view person) const;
  absl::StatusOr<rpc::Sealer> KeyOf(storage::ReadTransaction& tx, std::string_view person) const;

  const rpc::Sealer wrapping_;
};

}  // namespace schutznetz::personal
