// One transaction with its result, for tests.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "services/common/storage/database.h"

namespace schutznetz::testing {

// One write transaction: `work(tx)` returns a StatusOr, which is the result once it is committed.
template <typename Work>
auto InWrite(storage::Database& database, Work work) -> decltype(work(std::declval<storage::Transaction&>())) {
  decltype(work(std::declval<storage::Transaction&>())) result = absl::UnknownError("not run");
  const absl::Status status = database
                                  .WriteAndWait([&](storage::Transaction& tx) {
                                    result = work(tx);
                                    return result.status();
                                  })
                                  .status();
  if (!status.ok()) return status;
  return result;
}

// The same in one snapshot.
template <typename Work>
auto InRead(storage::Database& database, Work work) -> decltype(work(std::declval<storage::ReadTransaction&>())) {
  decltype(work(std::declval<storage::ReadTransaction&>())) result = absl::UnknownError("not run");
  const absl::Status status = database.Read([&](storage::ReadTransaction& tx) {
    result = work(tx);
    return result.status();
  });
  if (!status.ok()) return status;
  return result;
}

}  // namespace schutznetz::testing
