#include "services/directory/view/store_reader.h"

#include <string_view>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/record/record.h"
#include "services/common/view/record_reader.h"

namespace schutznetz::directory {
namespace {

constexpr std::string_view kAreaKind = "area";
constexpr std::string_view kPostcodeKind = "postcode";

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

bool ChangesPlaces(const std::vector<changes::Change>& changes) {
  for (const changes::Change& change : changes) {
    if (change.record.kind == kAreaKind || change.record.kind == kPostcodeKind) return true;
  }
  return false;
}

absl::StatusOr<PlaceResolver> ReadPlaces(storage::ReadTransaction& tx) {
  PlaceRecords places;
  for (const std::string_view kind : {kAreaKind, kPostcodeKind}) {
    RETURN_IF_ERROR(view::ReadKind(tx, kind, [&](const record::Record& record) { return places.Take(record); }));
  }
  return std::move(places).Build();
}

absl::StatusOr<PlaceResolver> ReadPlaces(storage::Database& database) {
  PlaceRecords places;
  for (const std::string_view kind : {kAreaKind, kPostcodeKind}) {
    RETURN_IF_ERROR(view::ReadKind(database, kind, [&](const record::Record& record) { return places.Take(record); }));
  }
  return std::move(places).Build();
}

}  // namespace schutznetz::directory
