// The tables behind PlaceResolver: areas by key, postcodes by code, names in order.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schutznetz/directory/v1/area.pb.h"
#include "services/directory/places/built_in.h"

namespace schutznetz::directory {

// A name under which a place is found.
struct PlaceName {
  std::string folded;  // FoldPlaceName.
  std::string plain;   // FoldWithoutUmlauts.
  std::string shown;
  const v1::Area* area = nullptr;  // The finest area known for the place.
  bool brief = false;              // A short form; the full name has more.
  common::v1::LatLng point;
};

// A postcode and whether it was imported.
struct KnownPostcode {
  v1::Postcode postcode;
  bool stored = false;
};

// Built once, then only read. Pointers stay valid as long as it lives.
class PlaceTables {
 public:
  // Stored records win over built-in ones.
  PlaceTables(BuiltInPlaces built_in, std::vector<v1::Area> stored_areas, std::vector<v1::Postcode> stored_postcodes);

  PlaceTables(const PlaceTables&) = delete;
  PlaceTables& operator=(const PlaceTables&) = delete;

  // Null if there is none.
  const v1::Area* FindArea(std::string_view key) const;
  const KnownPostcode* FindPostcode(std::string_view code) const;
  // The district of Berlin or Hamburg that the postcode lies in, or null.
  const v1::Area* DistrictOf(std::string_view postcode) const;
  // The areas that the first digits of a postcode stand for; null if they are unknown.
  const std::vector<std::string>* RegionOf(std::string_view first_digits) const;
  // The police districts that have the key as a member, in the order of their keys; null if none has.
  const std::vector<const v1::Area*>* PoliceDistrictsOf(std::string_view member_key) const;
  // The Kreis that is the whole Land (Berlin, Hamburg), or null.
  const v1::Area* OnlyKreisOf(std::string_view land_key) const;

  // Gemeinden were imported, so that a name that is found is one of all.
  bool has_stored_gemeinden() const { return has_stored_gemeinden_; }
  // In the order of keys.
  const std::vector<const v1::Area*>& areas() const { return area_list_; }
  // In the order of `folded`.
  const std::vector<PlaceName>& names() const { return names_; }
  // Indexes into names() in the order of `plain`.
  const std::vector<size_t>& names_by_plain() const { return names_by_plain_; }

 private:
  void TakeAreas(std::vector<v1::Area> built_in, std::vector<v1::Area> stored);
  void TakePostcodes(std::vector<v1::Postcode> built_in, std::vector<v1::Postcode> stored);
  // Gives Kreise without a centre that of their postcodes, and smaller areas that of their Kreis.
  void FillCenters(const std::vector<v1::Area>& built_in);
  void IndexNames(const std::vector<std::pair<std::string, std::string>>& aliases);
  void AddName(std::string_view shown, const v1::Area& area, bool brief, const common::v1::LatLng& point);
  void AddNamesOfPostcodes();

  std::vector<v1::Area> areas_;  // In the order of keys.
  std::vector<const v1::Area*> area_list_;
  std::vector<KnownPostcode> postcodes_;  // In the order of codes.
  std::vector<std::pair<std::string, std::string>> city_postcodes_;
  std::vector<std::pair<std::string, std::vector<std::string>>> regions_;
  std::unordered_map<std::string, std::vector<const v1::Area*>> police_districts_;
  std::vector<PlaceName> names_;
  std::vector<size_t> names_by_plain_;
  bool has_stored_gemeinden_ = false;
};

}  // namespace schutznetz::directory
