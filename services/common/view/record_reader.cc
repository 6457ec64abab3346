#include "services/common/view/record_reader.h"

#include <set>
#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"

namespace schutznetz::view {
namespace {

constexpr int kPageRecords = 2000;
constexpr int kManyRecords = 500;

// One page; returns how many there were and moves `after` on.
absl::StatusOr<int> ReadPage(storage::ReadTransaction& tx, std::string_view kind, std::string* after,
                             RecordTaker take) {
  std::string last;
  ASSIGN_OR_RETURN(const int count, record::Scan(tx, kind, *after, kPageRecords, [&](const record::Record& record) {
                     last = record.key.id;
                     return take(record);
                   }));
  if (!last.empty()) *after = last;
  return count;
}

}  // namespace

absl::Status ReadKind(storage::Database& database, std::string_view kind, RecordTaker take) {
  std::string after;
  for (int count = kPageRecords; count == kPageRecords;) {
    // A page is taken only when it is complete, because on PostgreSQL its reading may begin a second time.
    std::vector<record::Record> page;
    std::string next;
    RETURN_IF_ERROR(database.Read([&](storage::ReadTransaction& tx) -> absl::Status {
      page.clear();
      next = after;
      ASSIGN_OR_RETURN(count, ReadPage(tx, kind, &next, [&](const record::Record& record) {
                         page.push_back(record);
                         return absl::OkStatus();
                       }));
      return absl::OkStatus();
    }));
    for (const record::Record& record : page) RETURN_IF_ERROR(take(record));
    after = std::move(next);
  }
  return absl::OkStatus();
}

absl::Status ReadKind(storage::ReadTransaction& tx, std::string_view kind, RecordTaker take) {
  std::string after;
  for (int count = kPageRecords; count == kPageRecords;) {
    ASSIGN_OR_RETURN(count, ReadPage(tx, kind, &after, take));
  }
  return absl::OkStatus();
}

absl::Status ReadChanged(storage::ReadTransaction& tx, const std::vector<changes::Change>& changes,
                         absl::FunctionRef<bool(std::string_view kind)> wanted, RecordTaker take) {
  std::set<record::RecordKey> keys;
  for (const changes::Change& change : changes) {
    if (!wanted(change.record.kind)) continue;
    const std::string& name = change.record.name;
    keys.insert({change.record.kind, name.substr(name.find('/') + 1)});
  }
  const std::vector<record::RecordKey> all(keys.begin(), keys.end());
  for (size_t begin = 0; begin < all.size(); begin += kManyRecords) {
    const auto part = absl::MakeConstSpan(all).subspan(begin, kManyRecords);
    ASSIGN_OR_RETURN(const std::vector<record::Record> records, record::GetMany(tx, part));
    for (const record::Record& record : records) RETURN_IF_ERROR(take(record));
  }
  return absl::OkStatus();
}

bool RecordsIn(const std::vector<changes::Change>& changes, absl::FunctionRef<bool(std::string_view kind)> wanted,
               std::vector<const record::Record*>* records) {
  for (const changes::Change& change : changes) {
    if (!wanted(change.record.kind)) continue;
    const auto* content = dynamic_cast<const record::RecordContent*>(change.record.content.get());
    if (content == nullptr) return false;
    records->push_back(&content->record);
  }
  return true;
}

}  // namespace schutznetz::view
