#include "services/directory/places/area_chain.h"

#include <algorithm>
#include <string>

namespace schutznetz::directory {
namespace {

using v1::Area;

std::optional<absl::CivilDay> ParseDay(const std::string& text) {
  absl::CivilDay day;
  if (text.empty() || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

// Collects areas and the days on which their validity changes.
class Chain {
 public:
  Chain(const PlaceTables& tables, absl::CivilDay day) : tables_(tables), day_(day) {}

  // Ignores null. False if the area is not valid on the day.
  bool Add(const Area* area) {
    if (area == nullptr) return false;
    const std::optional<absl::CivilDay> from = ParseDay(area->valid_from()), to = ParseDay(area->valid_to());
    if (from && *from > day_) Note(*from);
    if (to && *to >= day_) Note(*to + 1);
    if ((from && *from > day_) || (to && *to < day_)) return false;
    if (std::find(chain_.areas.begin(), chain_.areas.end(), area) == chain_.areas.end()) chain_.areas.push_back(area);
    return true;
  }

  bool AddKey(std::string_view key) { return Add(tables_.FindArea(key)); }

  // Districts that have one of the keys as a member, in the order of their own keys.
  void AddPoliceDistricts(std::initializer_list<std::string_view> member_keys) {
    std::vector<const Area*> districts;
    for (const std::string_view key : member_keys) {
      if (const auto* found = tables_.PoliceDistrictsOf(key))
        districts.insert(districts.end(), found->begin(), found->end());
    }
    std::sort(districts.begin(), districts.end(), [](const Area* a, const Area* b) { return a->key() < b->key(); });
    for (const Area* district : districts) Add(district);
  }

  AreaChain Take() && { return std::move(chain_); }

 private:
  void Note(absl::CivilDay change) {
    if (!chain_.changes_on || change < *chain_.changes_on) chain_.changes_on = change;
  }

  const PlaceTables& tables_;
  const absl::CivilDay day_;
  AreaChain chain_;
};

// The key to go on with when the area of this one has ended and exactly one took over.
std::string_view CurrentKey(const PlaceTables& tables, std::string_view key, absl::CivilDay day) {
  constexpr std::string_view kPrefix = "areas/";
  for (int hops = 0; hops < 5; ++hops) {
    const Area* area = tables.FindArea(key);
    if (area == nullptr || area->successors_size() != 1) return key;
    const std::optional<absl::CivilDay> to = ParseDay(area->valid_to());
    if (!to || *to >= day) return key;
    key = std::string_view(area->successors(0)).substr(kPrefix.size());
  }
  return key;
}

}  // namespace

AreaChain MakeAreaChain(const PlaceTables& tables, std::string_view key, absl::CivilDay day) {
  key = CurrentKey(tables, key, day);
  Chain chain(tables, day);
  const Area* asked = tables.FindArea(key);
  if (asked != nullptr && asked->kind() == Area::POLICE_DISTRICT) {
    chain.Add(asked);
    if (!asked->member_keys().empty()) chain.AddKey(std::string_view(asked->member_keys(0)).substr(0, 2));
    chain.AddKey("00");
    return std::move(chain).Take();
  }
  // Berlin and Hamburg: the Land is one Kreis, which is one Gemeinde.
  const std::string_view kreis_part = key.size() == 2 && tables.OnlyKreisOf(key) != nullptr
                                          ? std::string_view(tables.OnlyKreisOf(key)->key())
                                          : key.substr(0, 5);
  const std::string whole_town = std::string(kreis_part) + "000";
  if (key.size() > 8) chain.AddKey(key);
  chain.AddKey(key.size() >= 8 ? key.substr(0, 8) : kreis_part.size() == 5 ? std::string_view(whole_town) : "");
  if (kreis_part.size() == 5) chain.AddKey(kreis_part);
  chain.AddPoliceDistricts({key, key.substr(0, 8), kreis_part, whole_town});
  if (kreis_part.size() >= 3) chain.AddKey(key.substr(0, 3));
  if (key != "00") chain.AddKey(key.substr(0, 2));
  chain.AddKey("00");
  return std::move(chain).Take();
}

}  // namespace schutznetz::directory
