// The erasure ledger beside the database: what was erased stays erased when a backup is restored (SAFETY section 5).
//
// A file of lines "<entry> <person> <microseconds>", random ids and times only, kept apart from the database's backups.
// The database holds the same entries; each side is brought up to what the other has.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/personal/personal_store.h"
#include "services/common/storage/database.h"

namespace schutznetz::personal {

// Used by one thread at a time.
class ErasureLedger {
 public:
  // What an entry says, in a database that a backup has brought back: erases the person when they are there, and adds
  // the entry. True when they were.
  using ReplayEntry = std::function<absl::StatusOr<bool>(storage::Transaction& tx, const Erasure& erasure)>;

  // An empty path: no file. `database` must outlive it.
  ErasureLedger(storage::Database& database, ReplayEntry replay, std::string path)
      : database_(database), replay_(std::move(replay)), path_(std::move(path)) {}

  // Before the server answers: erases everybody in the database whom the file says to be erased, then Sync. Returns how
  // many had come back. DATA_LOSS: a line that cannot be read, and is not the unfinished last one.
  absl::StatusOr<int> Replay();

  // Appends what the file does not have yet, synced. Returns how many. INTERNAL: the file cannot be written.
  absl::StatusOr<int> Sync();

 private:
  absl::StatusOr<std::vector<Erasure>> ReadFile();

  storage::Database& database_;
  const ReplayEntry replay_;
  const std::string path_;
  std::set<std::string> written_;  // entries that the file has
};

}  // namespace schutznetz::personal
