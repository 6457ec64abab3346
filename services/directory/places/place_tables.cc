#include "services/directory/places/place_tables.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "services/directory/imports/postcode_book.h"
#include "services/directory/places/place_names.h"

namespace schutznetz::directory {
namespace {

// The pair with that first part in a sorted list of pairs, or null.
template <typename Value>
const Value* FindPair(const std::vector<std::pair<std::string, Value>>& pairs, std::string_view key) {
  const auto at = std::lower_bound(pairs.begin(), pairs.end(), key,
                                   [](const auto& pair, std::string_view k) { return pair.first < k; });
  return at != pairs.end() && at->first == key ? &at->second : nullptr;
}

bool IsUsable(const v1::Area& area) { return area.key().size() >= 2 && area.kind() != v1::Area::KIND_UNSPECIFIED; }

}  // namespace

PlaceTables::PlaceTables(BuiltInPlaces built_in, std::vector<v1::Area> stored_areas,
                         std::vector<v1::Postcode> stored_postcodes)
    : city_postcodes_(std::move(built_in.city_postcodes)), regions_(std::move(built_in.postcode_regions)) {
  std::sort(regions_.begin(), regions_.end());
  TakePostcodes(std::move(built_in.postcodes), std::move(stored_postcodes));
  TakeAreas(std::move(built_in.areas), std::move(stored_areas));
  for (const v1::Area& area : areas_) {
    area_list_.push_back(&area);
    for (const std::string& member : area.member_keys()) police_districts_[member].push_back(&area);
  }
  IndexNames(built_in.aliases);
}

void PlaceTables::TakePostcodes(std::vector<v1::Postcode> built_in, std::vector<v1::Postcode> stored) {
  for (v1::Postcode& postcode : stored) postcodes_.push_back({std::move(postcode), true});
  for (v1::Postcode& postcode : built_in) postcodes_.push_back({std::move(postcode), false});
  const auto code = [](const KnownPostcode& p) -> const std::string& { return p.postcode.code(); };
  // Stable, so that the stored one of two stands first and stays.
  std::stable_sort(postcodes_.begin(), postcodes_.end(),
                   [&](const auto& a, const auto& b) { return code(a) < code(b); });
  postcodes_.erase(std::unique(postcodes_.begin(), postcodes_.end(),
                               [&](const auto& a, const auto& b) { return code(a) == code(b); }),
                   postcodes_.end());
}

void PlaceTables::TakeAreas(std::vector<v1::Area> built_in, std::vector<v1::Area> stored) {
  for (v1::Area& area : stored) {
    if (!IsUsable(area)) continue;
    has_stored_gemeinden_ |= area.kind() == v1::Area::GEMEINDE;
    areas_.push_back(std::move(area));
  }
  areas_.insert(areas_.end(), built_in.begin(), built_in.end());
  std::stable_sort(areas_.begin(), areas_.end(),
                   [](const v1::Area& a, const v1::Area& b) { return a.key() < b.key(); });
  areas_.erase(std::unique(areas_.begin(), areas_.end(),
                           [](const v1::Area& a, const v1::Area& b) { return a.key() == b.key(); }),
               areas_.end());
  FillCenters(built_in);
}

void PlaceTables::FillCenters(const std::vector<v1::Area>& built_in) {
  std::vector<v1::Postcode> stored;
  for (const KnownPostcode& known : postcodes_) {
    if (known.stored) stored.push_back(known.postcode);
  }
  const std::map<std::string, common::v1::LatLng> computed = KreisCenters(stored);
  std::map<std::string_view, const v1::Area*> built_in_by_key;
  for (const v1::Area& area : built_in) built_in_by_key[area.key()] = &area;
  // Keys are in order, so that a Kreis has its centre before its Gemeinden look for it.
  for (v1::Area& area : areas_) {
    if (area.has_center() && !area.center_approximate()) continue;
    if (const auto at = computed.find(area.key()); at != computed.end() && area.kind() == v1::Area::KREIS) {
      *area.mutable_center() = at->second;
      area.set_center_approximate(false);
      continue;
    }
    if (area.has_center()) continue;
    const auto known = built_in_by_key.find(area.key());
    const v1::Area* from = known != built_in_by_key.end() && known->second->has_center() ? known->second : nullptr;
    if (from == nullptr && area.key().size() > 5) from = FindArea(std::string_view(area.key()).substr(0, 5));
    if (from == nullptr || !from->has_center()) continue;
    *area.mutable_center() = from->center();
    area.set_center_approximate(true);
  }
}

void PlaceTables::AddName(std::string_view shown, const v1::Area& area, bool brief, const common::v1::LatLng& point) {
  PlaceName name;
  name.folded = FoldPlaceName(shown);
  if (name.folded.empty()) return;
  name.plain = FoldWithoutUmlauts(shown);
  name.shown = std::string(shown);
  name.area = &area;
  name.brief = brief;
  name.point = point;
  names_.push_back(std::move(name));
}

void PlaceTables::IndexNames(const std::vector<std::pair<std::string, std::string>>& aliases) {
  for (const v1::Area& area : areas_) {
    if (area.kind() == v1::Area::REGION) continue;  // "Münster" never means the Regierungsbezirk.
    const PlaceNames names = NamesOf(area.display_name());
    for (const std::string& full : names.full) AddName(full, area, false, area.center());
    for (const std::string& brief : names.brief) AddName(brief, area, true, area.center());
  }
  for (const auto& [name, key] : aliases) {
    if (const v1::Area* area = FindArea(key); area != nullptr) AddName(name, *area, false, area->center());
  }
  AddNamesOfPostcodes();
  std::sort(names_.begin(), names_.end(), [](const PlaceName& a, const PlaceName& b) {
    return std::tie(a.folded, a.area->key(), a.brief, a.shown) < std::tie(b.folded, b.area->key(), b.brief, b.shown);
  });
  names_by_plain_.resize(names_.size());
  std::iota(names_by_plain_.begin(), names_by_plain_.end(), size_t{0});
  std::stable_sort(names_by_plain_.begin(), names_by_plain_.end(),
                   [&](size_t a, size_t b) { return names_[a].plain < names_[b].plain; });
}

void PlaceTables::AddNamesOfPostcodes() {
  // Villages and parts of towns: those of a Kreis that no area of the Kreis is called by.
  std::set<std::pair<std::string, std::string>> known;
  for (const PlaceName& name : names_) known.emplace(name.area->key().substr(0, 5), name.folded);
  for (const KnownPostcode& postcode : postcodes_) {
    for (const v1::Postcode::Part& part : postcode.postcode.parts()) {
      const v1::Area* area = FindArea(part.area_key());
      if (area == nullptr || !known.emplace(part.area_key().substr(0, 5), FoldPlaceName(part.place_name())).second)
        continue;
      AddName(part.place_name(), *area, false, part.point());
    }
  }
}

const v1::Area* PlaceTables::FindArea(std::string_view key) const {
  const auto at = std::lower_bound(areas_.begin(), areas_.end(), key,
                                   [](const v1::Area& area, std::string_view k) { return area.key() < k; });
  return at != areas_.end() && at->key() == key ? &*at : nullptr;
}

const KnownPostcode* PlaceTables::FindPostcode(std::string_view code) const {
  const auto at =
      std::lower_bound(postcodes_.begin(), postcodes_.end(), code,
                       [](const KnownPostcode& known, std::string_view c) { return known.postcode.code() < c; });
  return at != postcodes_.end() && at->postcode.code() == code ? &*at : nullptr;
}

const v1::Area* PlaceTables::DistrictOf(std::string_view postcode) const {
  const std::string* key = FindPair(city_postcodes_, postcode);
  return key != nullptr ? FindArea(*key) : nullptr;
}

const std::vector<std::string>* PlaceTables::RegionOf(std::string_view first_digits) const {
  return FindPair(regions_, first_digits);
}

const std::vector<const v1::Area*>* PlaceTables::PoliceDistrictsOf(std::string_view member_key) const {
  const auto at = police_districts_.find(std::string(member_key));
  return at != police_districts_.end() ? &at->second : nullptr;
}

const v1::Area* PlaceTables::OnlyKreisOf(std::string_view land_key) const {
  return land_key == "02" || land_key == "11" ? FindArea(std::string(land_key) + "000") : nullptr;
}

}  // namespace schutznetz::directory
