// What a text means as a place, and which areas a key lies in.
//
// Built from built-in data (Länder, Regierungsbezirke, Kreise, towns, districts of Berlin and Hamburg, some postcodes,
// postcode regions) and from the stored areas and postcodes, which win over built-in ones with the same key or code.
// Immutable after Build and therefore thread safe; the view builds a new one when an area or postcode changed (some
// tens of milliseconds with all real files).
//
//   PlaceResolver places = PlaceResolver::Build(stored_areas, stored_postcodes);
//   for (const PlaceMatch& match : places.Resolve("12051")) …   // Neukölln by postcode, Brandenburg an der Havel by
//   key
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "schutznetz/directory/v1/area.pb.h"

namespace schutznetz::directory {

// One meaning of a text. The pointer lives as long as the resolver.
struct PlaceMatch {
  // How well the text fits; smaller is better.
  enum class Fit {
    kExact = 0,     // Postcode, key or the whole name; umlauts written either way (Münster, Muenster).
    kSpelling = 1,  // The name without its umlauts' dots (Munster for Münster).
    kPrefix = 2,    // The beginning of a name.
    kRegion = 3,    // The postcode is not known, its first digits are.
  };

  const v1::Area* area = nullptr;
  v1::AreaMatch::MatchedBy matched_by = v1::AreaMatch::MATCHED_BY_UNSPECIFIED;
  Fit fit = Fit::kExact;
  std::string place_name;
  std::string postcode;
  std::optional<common::v1::LatLng> point;
  // Inhabitants, for the order; 0 if unknown.
  int population = 0;
  // From built-in data: the area may be one of several.
  bool approximate = false;

  v1::AreaMatch ToProto() const;
};

// The areas around a key, finest first.
struct AreaChain {
  // District, Gemeinde, Kreis, police districts (by key), Regierungsbezirk, Land, nation; as far as they are known and
  // valid on the day. A kreisfreie Stadt is a Gemeinde and a Kreis, so that its chain names both whichever key was
  // asked.
  std::vector<const v1::Area*> areas;
  // The next day on which the chain differs because the validity of one of its areas begins or ends.
  std::optional<absl::CivilDay> changes_on;
};

class PlaceResolver {
 public:
  // How many meanings a text may have at most; better fits come first.
  static constexpr size_t kMatchesMax = 20;

  // Neither list needs an order. A record that does not say what it must (key, kind) is left out.
  static PlaceResolver Build(std::vector<v1::Area> areas, std::vector<v1::Postcode> postcodes);

  PlaceResolver(PlaceResolver&&) noexcept;
  PlaceResolver& operator=(PlaceResolver&&) noexcept;
  ~PlaceResolver();

  // Every meaning: by postcode, by key, by name; in the order of fit, then POSTCODE, KEY, PLACE, then larger
  // population, then key. A name that fits a Kreis and its only Gemeinde alike is listed once, as the Kreis. Empty when
  // nothing fits. The text is read as far as 100 bytes.
  std::vector<PlaceMatch> Resolve(std::string_view text) const;

  // The same, of one kind of meaning each: for the three ways in which a ladder is asked.
  std::vector<PlaceMatch> ResolvePostcode(std::string_view postcode) const;
  std::vector<PlaceMatch> ResolveKey(std::string_view key) const;
  // Of the best fit that any name has. A town hides the Kreis around it that has the same name; "Brandenburg" stays the
  // Land and, for short, Brandenburg an der Havel.
  std::vector<PlaceMatch> ResolvePlace(std::string_view name) const;

  // The area with exactly that key, or null.
  const v1::Area* Find(std::string_view key) const;

  // The chain of a key; of an unknown key that of its longest known beginning. Always ends with the nation.
  AreaChain ChainOf(std::string_view key, absl::CivilDay day) const;

  // Every area, in the order of keys.
  const std::vector<const v1::Area*>& areas() const;

  // The Land of a key as "lands/DE-NW", empty if there is none.
  std::string_view LandOf(std::string_view key) const;

 private:
  struct Tables;
  explicit PlaceResolver(std::unique_ptr<const Tables> tables);
  std::unique_ptr<const Tables> tables_;
};

}  // namespace schutznetz::directory
