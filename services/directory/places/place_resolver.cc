#include "services/directory/places/place_resolver.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "services/directory/places/area_chain.h"
#include "services/directory/places/built_in.h"
#include "services/directory/places/land_codes.h"
#include "services/directory/places/place_names.h"
#include "services/directory/places/place_tables.h"

namespace schutznetz::directory {
namespace {

using Fit = PlaceMatch::Fit;
using v1::Area;
using v1::AreaMatch;

constexpr size_t kTextBytesMax = 100;
// How many names with the same beginning are looked at; a beginning that is shorter than two letters completes nothing.
constexpr size_t kPrefixNamesMax = 500;
constexpr size_t kPrefixBytesMin = 2;

bool IsDigits(std::string_view text, size_t count) {
  return text.size() == count && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A name without the word for what it is, and what that word allows.
struct Asked {
  std::string_view folded;
  bool kreis_only = false;
};

Asked WithoutKindWord(std::string_view folded) {
  for (const std::string_view word : {"landkreis ", "kreis ", "lk "}) {
    if (folded.substr(0, word.size()) == word) return {folded.substr(word.size()), true};
  }
  for (const std::string_view word : {"stadt ", "gemeinde ", "markt "}) {
    if (folded.substr(0, word.size()) == word) return {folded.substr(word.size()), false};
  }
  return {folded, false};
}

PlaceMatch MatchOf(const PlaceName& name, Fit fit, bool approximate) {
  PlaceMatch match;
  match.area = name.area;
  match.matched_by = AreaMatch::PLACE;
  match.population = name.area->population();
  match.fit = fit;
  match.place_name = name.shown;
  match.point = name.point;
  match.approximate = approximate;
  return match;
}

int RankOf(AreaMatch::MatchedBy by) { return by == AreaMatch::POSTCODE ? 0 : by == AreaMatch::KEY ? 1 : 2; }

// The order of header and answer.
bool Better(const PlaceMatch& a, const PlaceMatch& b) {
  const auto order = [](const PlaceMatch& m) {
    return std::make_tuple(m.fit, RankOf(m.matched_by), -m.population, std::string_view(m.area->key()),
                           std::string_view(m.place_name));
  };
  return order(a) < order(b);
}

// A Gemeinde that is its whole Kreis.
bool IsKreisfrei(std::string_view key) { return key.size() == 8 && key.substr(5) == "000"; }

// The name is all of the area's name, not a short form of it.
bool HasFullName(const Area& area, std::string_view name) {
  const std::vector<std::string> full = NamesOf(area.display_name()).full;
  return std::find(full.begin(), full.end(), name) != full.end();
}

bool LiesInside(std::string_view inner, std::string_view outer) {
  return inner.size() > outer.size() && inner.substr(0, outer.size()) == outer;
}

}  // namespace

struct PlaceResolver::Tables : PlaceTables {
  using PlaceTables::PlaceTables;

  void MatchPostcode(std::string_view code, std::vector<PlaceMatch>& out) const;
  void MatchParts(const KnownPostcode& known, std::vector<PlaceMatch>& out) const;
  void MatchRegion(std::string_view code, std::vector<PlaceMatch>& out) const;
  void MatchKey(std::string_view key, std::vector<PlaceMatch>& out) const;
  void MatchName(std::string_view text, std::vector<PlaceMatch>& out) const;
  // The area to show for one: a kreisfreie Stadt as its Kreis, Berlin and Hamburg too.
  const Area* Shown(const Area& area) const;
};

const Area* PlaceResolver::Tables::Shown(const Area& area) const {
  const Area* kreis = IsKreisfrei(area.key()) ? FindArea(std::string_view(area.key()).substr(0, 5)) : nullptr;
  if (kreis == nullptr && area.kind() == Area::LAND) kreis = OnlyKreisOf(area.key());
  return kreis != nullptr ? kreis : &area;
}

void PlaceResolver::Tables::MatchPostcode(std::string_view code, std::vector<PlaceMatch>& out) const {
  const KnownPostcode* known = FindPostcode(code);
  const size_t before = out.size();
  if (known != nullptr) MatchParts(*known, out);
  if (out.size() == before) MatchRegion(code, out);
}

void PlaceResolver::Tables::MatchParts(const KnownPostcode& known, std::vector<PlaceMatch>& out) const {
  struct Sum {
    double latitude = 0, longitude = 0;
    int count = 0;
    std::string place_name;
  };
  std::map<const Area*, Sum> sums;
  for (const v1::Postcode::Part& part : known.postcode.parts()) {
    const Area* area = FindArea(part.area_key());
    if (area == nullptr) continue;
    Sum& sum = sums[Shown(*area)];
    sum.latitude += part.point().latitude();
    sum.longitude += part.point().longitude();
    if (sum.count++ == 0 || part.place_name() < sum.place_name) sum.place_name = part.place_name();
  }
  for (const auto& [area, sum] : sums) {
    PlaceMatch match;
    match.area = area;
    match.matched_by = AreaMatch::POSTCODE;
    match.postcode = known.postcode.code();
    match.place_name = sum.place_name;
    match.point.emplace();
    match.point->set_latitude(sum.latitude / sum.count);
    match.point->set_longitude(sum.longitude / sum.count);
    match.approximate = !known.stored;
    const Area* district = DistrictOf(known.postcode.code());
    if (district != nullptr && LiesInside(district->key(), area->key())) {
      match.area = district;
      match.approximate = true;  // The table of districts is written by hand.
    }
    out.push_back(std::move(match));
  }
}

void PlaceResolver::Tables::MatchRegion(std::string_view code, std::vector<PlaceMatch>& out) const {
  const std::vector<std::string>* keys = RegionOf(code.substr(0, 3));
  if (keys == nullptr) keys = RegionOf(code.substr(0, 2));
  if (keys == nullptr) return;
  for (const std::string& key : *keys) {
    const Area* area = FindArea(key);
    if (area == nullptr) continue;
    PlaceMatch match;
    match.area = Shown(*area);
    match.matched_by = AreaMatch::POSTCODE;
    match.fit = Fit::kRegion;
    match.postcode = std::string(code);
    match.point = area->center();
    match.approximate = true;
    out.push_back(std::move(match));
  }
}

void PlaceResolver::Tables::MatchKey(std::string_view key, std::vector<PlaceMatch>& out) const {
  const Area* area = FindArea(key);
  if (area == nullptr) return;
  PlaceMatch match;
  match.area = area;
  match.matched_by = AreaMatch::KEY;
  match.place_name = area->display_name();
  if (area->has_center()) match.point = area->center();
  out.push_back(std::move(match));
}

void PlaceResolver::Tables::MatchName(std::string_view text, std::vector<PlaceMatch>& out) const {
  const std::string whole = FoldPlaceName(text), plain_whole = FoldWithoutUmlauts(text);
  const Asked asked = WithoutKindWord(whole), plain = WithoutKindWord(plain_whole);
  if (asked.folded.empty()) return;
  const bool approximate = !has_stored_gemeinden();
  const auto add = [&](const PlaceName& name, Fit fit) {
    if (asked.kreis_only && name.area->kind() != Area::KREIS) return;
    out.push_back(MatchOf(name, fit, approximate));
    if (!asked.kreis_only) out.back().area = Shown(*name.area);
  };
  const auto begins = [](std::string_view name, std::string_view with) { return name.substr(0, with.size()) == with; };

  auto at = std::lower_bound(names().begin(), names().end(), asked.folded,
                             [](const PlaceName& name, std::string_view folded) { return name.folded < folded; });
  for (; at != names().end() && at->folded == asked.folded; ++at) add(*at, Fit::kExact);
  if (asked.folded.size() >= kPrefixBytesMin) {
    for (size_t n = 0; n < kPrefixNamesMax && at != names().end() && begins(at->folded, asked.folded); ++n, ++at)
      add(*at, Fit::kPrefix);
  }
  auto spelt = std::lower_bound(names_by_plain().begin(), names_by_plain().end(), plain.folded,
                                [&](size_t index, std::string_view folded) { return names()[index].plain < folded; });
  for (; spelt != names_by_plain().end() && names()[*spelt].plain == plain.folded; ++spelt) {
    if (names()[*spelt].folded != asked.folded) add(names()[*spelt], Fit::kSpelling);
  }
}

namespace {

// Sorts, and keeps the best match of each (area, kind of match).
void Settle(std::vector<PlaceMatch>& matches) {
  std::sort(matches.begin(), matches.end(), Better);
  std::set<std::pair<const Area*, int>> seen;
  matches.erase(std::remove_if(matches.begin(), matches.end(),
                               [&](const PlaceMatch& m) { return !seen.emplace(m.area, m.matched_by).second; }),
                matches.end());
  if (matches.size() > PlaceResolver::kMatchesMax) matches.resize(PlaceResolver::kMatchesMax);
}

}  // namespace

PlaceResolver::PlaceResolver(std::unique_ptr<const Tables> tables) : tables_(std::move(tables)) {}
PlaceResolver::PlaceResolver(PlaceResolver&&) noexcept = default;
PlaceResolver& PlaceResolver::operator=(PlaceResolver&&) noexcept = default;
PlaceResolver::~PlaceResolver() = default;

PlaceResolver PlaceResolver::Build(std::vector<Area> areas, std::vector<v1::Postcode> postcodes) {
  return PlaceResolver(std::make_unique<const Tables>(ReadBuiltInPlaces(), std::move(areas), std::move(postcodes)));
}

std::vector<PlaceMatch> PlaceResolver::Resolve(std::string_view text) const {
  text = Trim(text.substr(0, kTextBytesMax));
  std::vector<PlaceMatch> matches;
  if (IsDigits(text, 5)) tables_->MatchPostcode(text, matches);
  tables_->MatchKey(text, matches);
  tables_->MatchName(text, matches);
  Settle(matches);
  return matches;
}

std::vector<PlaceMatch> PlaceResolver::ResolvePostcode(std::string_view postcode) const {
  std::vector<PlaceMatch> matches;
  if (IsDigits(postcode, 5)) tables_->MatchPostcode(postcode, matches);
  Settle(matches);
  return matches;
}

std::vector<PlaceMatch> PlaceResolver::ResolveKey(std::string_view key) const {
  std::vector<PlaceMatch> matches;
  tables_->MatchKey(key, matches);
  // A Gemeinde that is not known yet lies in a Kreis that is.
  for (const size_t size : {size_t{8}, size_t{5}, size_t{3}, size_t{2}}) {
    if (!matches.empty() || key.size() <= size) continue;
    tables_->MatchKey(key.substr(0, size), matches);
    for (PlaceMatch& match : matches) match.approximate = true;
  }
  return matches;
}

std::vector<PlaceMatch> PlaceResolver::ResolvePlace(std::string_view name) const {
  std::vector<PlaceMatch> matches;
  tables_->MatchName(Trim(name.substr(0, kTextBytesMax)), matches);
  Settle(matches);
  if (matches.empty()) return matches;
  const Fit best = matches.front().fit;
  const auto encloses_another = [&](const PlaceMatch& outer) {
    return std::any_of(matches.begin(), matches.end(), [&](const PlaceMatch& inner) {
      return inner.fit == best && LiesInside(inner.area->key(), outer.area->key()) &&
             inner.place_name == outer.place_name && HasFullName(*inner.area, inner.place_name);
    });
  };
  std::vector<PlaceMatch> kept;
  for (const PlaceMatch& match : matches) {
    if (match.fit == best && !encloses_another(match)) kept.push_back(match);
  }
  return kept;
}

const Area* PlaceResolver::Find(std::string_view key) const { return tables_->FindArea(key); }

AreaChain PlaceResolver::ChainOf(std::string_view key, absl::CivilDay day) const {
  return MakeAreaChain(*tables_, key, day);
}

const std::vector<const Area*>& PlaceResolver::areas() const { return tables_->areas(); }

std::string_view PlaceResolver::LandOf(std::string_view key) const {
  const Area* area = tables_->FindArea(key);
  if (area == nullptr) area = tables_->FindArea(IsoCodeOfLand(key).empty() ? std::string_view() : key.substr(0, 2));
  return area != nullptr ? std::string_view(area->land()) : std::string_view();
}

AreaMatch PlaceMatch::ToProto() const {
  AreaMatch match;
  *match.mutable_area() = *area;
  match.set_matched_by(matched_by);
  match.set_place_name(place_name);
  match.set_postcode(postcode);
  if (point) *match.mutable_point() = *point;
  match.set_approximate(approximate);
  return match;
}

}  // namespace schutznetz::directory
