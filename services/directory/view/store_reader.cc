#include "services/directory/view/store_reader.h"

#include <set>
#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/directory/view/kinds.h"

namespace schutznetz::directory {
namespace {

constexpr int kPageRecords = 2000;
constexpr int kManyRecords = 500;
constexpr std::string_view kAreaKind = "area";
constexpr std::string_view kPostcodeKind = "postcode";

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

struct PlaceRecords {
  std::vector<v1::Area> areas;
  std::vector<v1::Postcode> postcodes;

  absl::Status Take(const record::Record& record) {
    if (record.deleted()) return absl::OkStatus();
    if (record.key.kind == kAreaKind) {
      v1::Area area;
      if (area.ParseFromString(record.body)) areas.push_back(std::move(area));
    } else {
      v1::Postcode postcode;
      if (postcode.ParseFromString(record.body)) postcodes.push_back(std::move(postcode));
    }
    return absl::OkStatus();
  }
  PlaceResolver Build() && { return PlaceResolver::Build(std::move(areas), std::move(postcodes)); }
};

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

absl::Status ReadChanged(storage::ReadTransaction& tx, const std::vector<changes::Change>& changes, RecordTaker take) {
  std::set<record::RecordKey> keys;
  for (const changes::Change& change : changes) {
    if (!KindNamed(change.record.kind)) continue;
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

bool ChangesPlaces(const std::vector<changes::Change>& changes) {
  for (const changes::Change& change : changes) {
    if (change.record.kind == kAreaKind || change.record.kind == kPostcodeKind) return true;
  }
  return false;
}

absl::StatusOr<PlaceResolver> ReadPlaces(storage::ReadTransaction& tx) {
  PlaceRecords places;
  for (const std::string_view kind : {kAreaKind, kPostcodeKind}) {
    std::string after;
    for (int count = kPageRecords; count == kPageRecords;) {
      ASSIGN_OR_RETURN(count,
                       ReadPage(tx, kind, &after, [&](const record::Record& record) { return places.Take(record); }));
    }
  }
  return std::move(places).Build();
}

absl::StatusOr<PlaceResolver> ReadPlaces(storage::Database& database) {
  PlaceRecords places;
  for (const std::string_view kind : {kAreaKind, kPostcodeKind}) {
    RETURN_IF_ERROR(ReadKind(database, kind, [&](const record::Record& record) { return places.Take(record); }));
  }
  return std::move(places).Build();
}

}  // namespace schutznetz::directory
