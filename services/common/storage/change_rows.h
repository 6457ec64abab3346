// How a ChangeRecord lies in the `changes` table. Internal to storage/ and changes/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/common/storage/change_record.h"

namespace schutznetz::storage {

inline constexpr size_t kChangesPerWriteMax = 10'000;

// INTERNAL, saying what is wrong, unless the record can be stored and read back unchanged.
absl::Status CheckChange(const ChangeRecord& change);

// Tags are one column, separated by line feeds.
std::string JoinTags(const std::vector<std::string>& tags);
std::vector<std::string> SplitTags(std::string_view joined);

// What one write wants to add to the log; the first bad record is kept as the status of the write.
class ChangeBuffer {
 public:
  void Append(ChangeRecord change);
  const absl::Status& status() const { return status_; }
  const std::vector<ChangeRecord>& records() const { return records_; }
  // As committed, the first under this number. Leaves nothing.
  std::vector<Change> TakeNumbered(int64_t first, absl::Time time);

 private:
  std::vector<ChangeRecord> records_;
  absl::Status status_;
};

}  // namespace schutznetz::storage
