#include "services/common/storage/change_rows.h"

#include <utility>

#include "services/common/errors/errors.h"

namespace schutznetz::storage {
namespace {

constexpr size_t kTagsMax = 32;
constexpr size_t kTextMax = 1024;

bool IsStorable(std::string_view text) { return text.size() <= kTextMax && text.find('\0') == std::string_view::npos; }

}  // namespace

absl::Status CheckChange(const ChangeRecord& change) {
  if (change.kind.empty() || change.name.empty()) return errors::Internal("A change has no kind or no name.");
  if (!IsStorable(change.kind) || !IsStorable(change.name) || !IsStorable(change.trace_id)) {
    return errors::Internal("The kind, name or trace id of a change is too long or holds a zero byte.");
  }
  if (change.tags.size() > kTagsMax) return errors::Internal("A change has too many tags.");
  for (const std::string& tag : change.tags) {
    if (tag.empty() || !IsStorable(tag) || tag.find('\n') != std::string::npos) {
      return errors::Internal("A tag of a change is empty, too long or holds a line feed.");
    }
  }
  return absl::OkStatus();
}

std::string JoinTags(const std::vector<std::string>& tags) {
  std::string joined;
  for (const std::string& tag : tags) {
    if (!joined.empty()) joined.push_back('\n');
    joined.append(tag);
  }
  return joined;
}

std::vector<std::string> SplitTags(std::string_view joined) {
  std::vector<std::string> tags;
  while (!joined.empty()) {
    const size_t end = joined.find('\n');
    tags.emplace_back(joined.substr(0, end));
    joined = end == std::string_view::npos ? std::string_view() : joined.substr(end + 1);
  }
  return tags;
}

void ChangeBuffer::Append(ChangeRecord change) {
  if (!status_.ok()) return;
  status_ = records_.size() < kChangesPerWriteMax ? CheckChange(change)
                                                  : errors::Internal("A write has more changes than the log takes.");
  if (status_.ok()) records_.push_back(std::move(change));
}

std::vector<Change> ChangeBuffer::TakeNumbered(int64_t first, absl::Time time) {
  std::vector<Change> changes;
  changes.reserve(records_.size());
  for (ChangeRecord& record : records_) changes.push_back({first++, time, std::move(record)});
  records_.clear();
  return changes;
}

}  // namespace schutznetz::storage
