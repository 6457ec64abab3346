#include "services/common/storage/database.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "services/common/errors/errors.h"

namespace schutznetz::storage {

absl::StatusOr<bool> ReadTransaction::QueryRow(const Sql& sql, Values values, absl::FunctionRef<void(const Row&)> row) {
  int rows = 0;
  const absl::Status status = Query(sql, values, [&](const Row& found) -> absl::Status {
    if (++rows > 1) return errors::Internal("A query for one row found more.");
    row(found);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return rows == 1;
}

absl::StatusOr<CommitInfo> Database::WriteAndWait(absl::FunctionRef<absl::Status(Transaction&)> work,
                                                  absl::Time deadline) {
  std::mutex mutex;
  std::condition_variable changed;
  bool finished = false;
  absl::StatusOr<CommitInfo> result = CommitInfo{};
  Write([work](Transaction& tx) { return work(tx); },
        [&](absl::Status status, const CommitInfo& info) {
          const std::lock_guard lock(mutex);
          if (status.ok()) {
            result = info;
          } else {
            result = std::move(status);
          }
          finished = true;
          changed.notify_one();  // under the lock: `changed` dies as soon as the waiter sees `finished`
        },
        deadline);
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return finished; });
  return result;
}

}  // namespace schutznetz::storage
