#include "services/directory/places/place_resolver.h"

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

// The packaged gazetteer, as a second opinion on where towns are.
#include "geonames.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::directory {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using v1::Area;
using v1::AreaMatch;
using Fit = PlaceMatch::Fit;

const absl::CivilDay kToday(2026, 11, 22);

const PlaceResolver& BuiltIn() {
  static const PlaceResolver* resolver = new PlaceResolver(PlaceResolver::Build({}, {}));
  return *resolver;
}

std::vector<std::string> Keys(const std::vector<PlaceMatch>& matches) {
  std::vector<std::string> keys;
  for (const PlaceMatch& match : matches) keys.push_back(match.area->key());
  return keys;
}

std::vector<std::string> Keys(const AreaChain& chain) {
  std::vector<std::string> keys;
  for (const Area* area : chain.areas) keys.push_back(area->key());
  return keys;
}

Area MakeArea(Area::Kind kind, const char* key, const char* name) {
  Area area;
  area.set_kind(kind);
  area.set_key(key);
  area.set_display_name(name);
  return area;
}

v1::Postcode MakePostcode(const char* code, const std::vector<std::pair<const char*, const char*>>& parts) {
  v1::Postcode postcode;
  postcode.set_code(code);
  for (const auto& [key, place] : parts) {
    auto& part = *postcode.add_parts();
    part.set_area_key(key);
    part.set_place_name(place);
    part.mutable_point()->set_latitude(52.4);
    part.mutable_point()->set_longitude(13.0);
  }
  return postcode;
}

TEST(PlaceResolverTest, APostcodeThatIsAlsoAKeyHasBothMeanings) {
  const std::vector<PlaceMatch> matches = BuiltIn().Resolve("12051");
  ASSERT_THAT(Keys(matches), ElementsAre("11000000-08", "12051"));
  EXPECT_EQ(matches[0].matched_by, AreaMatch::POSTCODE);
  EXPECT_EQ(matches[0].area->display_name(), "Neukölln");
  EXPECT_EQ(matches[0].postcode, "12051");
  EXPECT_EQ(matches[1].matched_by, AreaMatch::KEY);
  EXPECT_EQ(matches[1].area->display_name(), "Brandenburg an der Havel, Stadt");
  EXPECT_THAT(Keys(BuiltIn().ResolvePostcode("12051")), ElementsAre("11000000-08"));
  EXPECT_THAT(Keys(BuiltIn().ResolveKey("12051")), ElementsAre("12051"));
}

TEST(PlaceResolverTest, MuensterByPostcode) {
  const std::vector<PlaceMatch> matches = BuiltIn().ResolvePostcode("48143");
  ASSERT_THAT(Keys(matches), ElementsAre("05515"));
  EXPECT_TRUE(matches[0].approximate);
  ASSERT_TRUE(matches[0].point.has_value());
  EXPECT_NEAR(matches[0].point->latitude(), 51.96, 0.05);
  const AreaMatch proto = matches[0].ToProto();
  EXPECT_EQ(proto.area().name(), "areas/05515");
  EXPECT_EQ(proto.matched_by(), AreaMatch::POSTCODE);
  EXPECT_EQ(proto.place_name(), "Münster");
}

TEST(PlaceResolverTest, AnImportedPostcodeIsNoLongerApproximateAndNamesEveryKreis) {
  const PlaceResolver resolver = PlaceResolver::Build(
      {},
      {MakePostcode("14476", {{"12054", "Golm"}, {"12063", "Seeburg"}, {"12054", "Fahrland"}, {"12069", "Töplitz"}})});
  const std::vector<PlaceMatch> matches = resolver.ResolvePostcode("14476");
  ASSERT_THAT(Keys(matches), ElementsAre("12054", "12063", "12069"));
  for (const PlaceMatch& match : matches) EXPECT_FALSE(match.approximate);
  EXPECT_EQ(matches[0].place_name, "Fahrland");
}

TEST(PlaceResolverTest, AnUnknownPostcodeStandsForTheKreiseOfItsFirstDigits) {
  const std::vector<PlaceMatch> matches = BuiltIn().ResolvePostcode("48199");
  EXPECT_THAT(Keys(matches), Contains("05515"));
  for (const PlaceMatch& match : matches) {
    EXPECT_TRUE(match.approximate);
    EXPECT_EQ(match.fit, Fit::kRegion);
  }
  EXPECT_THAT(BuiltIn().ResolvePostcode("00000"), IsEmpty());
  for (const char* text : {"", "4814", "481433", "4814x", "-1234"})
    EXPECT_THAT(BuiltIn().ResolvePostcode(text), IsEmpty());
}

TEST(PlaceResolverTest, EveryPostcodeOfTheCountryHasAnArea) {
  int unknown = 0;
  for (int code = 1000; code < 100000; ++code) {
    const std::string text = std::string(code < 10000 ? "0" : "") + std::to_string(code);
    unknown += BuiltIn().ResolvePostcode(text).empty();
  }
  EXPECT_LE(unknown, 6000);  // 05… and 43…, 62… are not given out.
}

TEST(PlaceResolverTest, NamesInAnySpelling) {
  for (const char* name : {"Münster", "muenster", " MÜNSTER ", "Stadt Münster"}) {
    const std::vector<PlaceMatch> matches = BuiltIn().ResolvePlace(name);
    ASSERT_FALSE(matches.empty()) << name;
    EXPECT_EQ(matches[0].area->key(), "05515") << name;  // The larger one first.
    EXPECT_THAT(Keys(matches), Contains("06432015"));    // Münster (Hessen).
    EXPECT_EQ(matches[0].matched_by, AreaMatch::PLACE);
  }
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Köln")), ElementsAre("05315"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Cologne")), ElementsAre("05315"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Berlin")), ElementsAre("11000"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Neukölln")), ElementsAre("11000000-08"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Bavaria")), ElementsAre("09"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Deutschland")), ElementsAre("00"));
}

TEST(PlaceResolverTest, WithoutDotsIsASecondBestSpelling) {
  const std::vector<PlaceMatch> all = BuiltIn().Resolve("Munster");
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(all[0].area->key(), "03358016");  // Munster in Niedersachsen has no dots.
  EXPECT_EQ(all[0].fit, Fit::kExact);
  EXPECT_THAT(Keys(all), Contains("05515"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Wurzburg")), Contains("09663"));
}

TEST(PlaceResolverTest, AShortNameIsAmbiguous) {
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Frankfurt")), ElementsAre("06412", "12053"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Frankfurt am Main")), ElementsAre("06412"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Brandenburg")), ElementsAre("12051", "12"));
}

TEST(PlaceResolverTest, ATownHidesItsKreisOfTheSameName) {
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Vechta")), ElementsAre("03460009"));
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("Landkreis Vechta")), ElementsAre("03460"));
  EXPECT_THAT(Keys(BuiltIn().Resolve("Vechta")), Contains("03460"));
  // The Kreis München does not lie around the city.
  EXPECT_THAT(Keys(BuiltIn().ResolvePlace("München")), ElementsAre("09162", "09184"));
}

TEST(PlaceResolverTest, TheBeginningOfANameIsCompletedLargestFirst) {
  const std::vector<PlaceMatch> matches = BuiltIn().Resolve("Münch");
  ASSERT_FALSE(matches.empty());
  EXPECT_EQ(matches[0].area->key(), "09162");
  EXPECT_EQ(matches[0].fit, Fit::kPrefix);
  EXPECT_LE(BuiltIn().Resolve("be").size(), PlaceResolver::kMatchesMax);
  EXPECT_THAT(BuiltIn().Resolve("b"), IsEmpty());
}

TEST(PlaceResolverTest, WhatIsNothingHasNoMeaning) {
  for (const char* text : {"", "  ", "Xyzzyhausen", "\xff\xff", "%", "99999999", "17"})
    EXPECT_THAT(BuiltIn().Resolve(text), IsEmpty()) << text;
  EXPECT_THAT(BuiltIn().Resolve(std::string(100000, 'x')), IsEmpty());
}

TEST(PlaceResolverTest, TheOrderDoesNotDependOnTheOrderOfRecords) {
  const std::vector<Area> areas = {MakeArea(Area::GEMEINDE, "09999001", "Doppelort"),
                                   MakeArea(Area::GEMEINDE, "08999001", "Doppelort")};
  const PlaceResolver forward = PlaceResolver::Build(areas, {}),
                      backward = PlaceResolver::Build({areas[1], areas[0]}, {});
  EXPECT_THAT(Keys(forward.Resolve("doppelort")), ElementsAre("08999001", "09999001"));
  EXPECT_EQ(Keys(forward.Resolve("doppelort")), Keys(backward.Resolve("doppelort")));
}

TEST(PlaceResolverTest, AVillageOfAPostcodeIsFoundByName) {
  const PlaceResolver resolver = PlaceResolver::Build({}, {MakePostcode("14476", {{"12054", "Uetz-Paaren"}})});
  const std::vector<PlaceMatch> matches = resolver.ResolvePlace("uetz paaren");
  ASSERT_THAT(Keys(matches), ElementsAre("12054"));
  EXPECT_NEAR(matches[0].point->latitude(), 52.4, 1e-9);
}

TEST(PlaceResolverTest, StoredAreasWinAndMakeNamesComplete) {
  Area muenster = MakeArea(Area::GEMEINDE, "05515000", "Münster, Westfalen");
  const PlaceResolver resolver =
      PlaceResolver::Build({muenster, MakeArea(Area::GEMEINDE, "01053003", "Albsfelde")}, {});
  EXPECT_EQ(resolver.Find("05515000")->display_name(), "Münster, Westfalen");
  const std::vector<PlaceMatch> matches = resolver.ResolvePlace("Albsfelde");
  ASSERT_THAT(Keys(matches), ElementsAre("01053003"));
  EXPECT_FALSE(matches[0].approximate);
  EXPECT_TRUE(BuiltIn().ResolvePlace("Köln")[0].approximate);
  // Without a centre of its own it has that of its Kreis.
  EXPECT_TRUE(matches[0].area->has_center());
  EXPECT_TRUE(matches[0].area->center_approximate());
}

TEST(PlaceResolverTest, ImportedPostcodesGiveTheCentreOfAKreis) {
  const PlaceResolver resolver = PlaceResolver::Build({}, {MakePostcode("14476", {{"12054", "Golm"}})});
  EXPECT_DOUBLE_EQ(resolver.Find("12054")->center().latitude(), 52.4);
  EXPECT_FALSE(resolver.Find("12054")->center_approximate());
  EXPECT_TRUE(BuiltIn().Find("12054")->center_approximate());
}

TEST(PlaceResolverTest, AnUnknownGemeindeLiesInItsKreis) {
  const std::vector<PlaceMatch> matches = BuiltIn().ResolveKey("01053003");
  ASSERT_THAT(Keys(matches), ElementsAre("01053"));
  EXPECT_TRUE(matches[0].approximate);
  EXPECT_THAT(BuiltIn().ResolveKey("99"), IsEmpty());
}

TEST(AreaChainTest, FinestFirstUpToTheNation) {
  EXPECT_THAT(Keys(BuiltIn().ChainOf("05515", kToday)), ElementsAre("05515000", "05515", "055", "05", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("05515000", kToday)), ElementsAre("05515000", "05515", "055", "05", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("03460009", kToday)), ElementsAre("03460009", "03460", "034", "03", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("03460", kToday)), ElementsAre("03460", "034", "03", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("12051", kToday)), ElementsAre("12051000", "12051", "12", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("11000000-08", kToday)),
              ElementsAre("11000000-08", "11000000", "11000", "11", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("055", kToday)), ElementsAre("055", "05", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("09", kToday)), ElementsAre("09", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("00", kToday)), ElementsAre("00"));
}

TEST(AreaChainTest, ACityStateIsLandKreisAndGemeinde) {
  EXPECT_THAT(Keys(BuiltIn().ChainOf("11", kToday)), ElementsAre("11000000", "11000", "11", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("02", kToday)), ElementsAre("02000000", "02000", "02", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("04", kToday)), ElementsAre("04", "00"));
}

TEST(AreaChainTest, UnknownKeysHaveTheChainOfTheirBeginning) {
  EXPECT_THAT(Keys(BuiltIn().ChainOf("01053003", kToday)), ElementsAre("01053", "01", "00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("99999", kToday)), ElementsAre("00"));
  EXPECT_THAT(Keys(BuiltIn().ChainOf("", kToday)), ElementsAre("00"));
}

TEST(AreaChainTest, PoliceDistrictsStandBetweenKreisAndLand) {
  Area district = MakeArea(Area::POLICE_DISTRICT, "pd-nw-muenster", "Polizeibezirk Münster");
  district.add_member_keys("05515");
  district.add_member_keys("05558");
  Area other = MakeArea(Area::POLICE_DISTRICT, "pd-nw-alt", "Alter Bezirk");
  other.add_member_keys("05515");
  other.set_valid_to("2026-11-30");
  const PlaceResolver resolver = PlaceResolver::Build({district, other}, {});
  const AreaChain now = resolver.ChainOf("05515", kToday);
  EXPECT_THAT(Keys(now), ElementsAre("05515000", "05515", "pd-nw-alt", "pd-nw-muenster", "055", "05", "00"));
  EXPECT_EQ(now.changes_on, absl::CivilDay(2026, 12, 1));
  const AreaChain later = resolver.ChainOf("05515000", absl::CivilDay(2026, 12, 1));
  EXPECT_THAT(Keys(later), ElementsAre("05515000", "05515", "pd-nw-muenster", "055", "05", "00"));
  EXPECT_FALSE(later.changes_on.has_value());
  EXPECT_THAT(Keys(resolver.ChainOf("pd-nw-muenster", kToday)), ElementsAre("pd-nw-muenster", "05", "00"));
}

TEST(AreaChainTest, AnEndedAreaGoesOnAsItsSuccessor) {
  Area ended = MakeArea(Area::GEMEINDE, "03460999", "Altdorf");
  ended.set_valid_to("2024-12-31");
  ended.add_successors("areas/03460009");
  const PlaceResolver resolver = PlaceResolver::Build({ended}, {});
  EXPECT_THAT(Keys(resolver.ChainOf("03460999", kToday)), ElementsAre("03460009", "03460", "034", "03", "00"));
  EXPECT_THAT(Keys(resolver.ChainOf("03460999", absl::CivilDay(2024, 12, 31))),
              ElementsAre("03460999", "03460", "034", "03", "00"));
  EXPECT_EQ(resolver.ChainOf("03460999", absl::CivilDay(2024, 12, 31)).changes_on, absl::CivilDay(2025, 1, 1));
}

TEST(AreaChainTest, SuccessorsInACircleEnd) {
  Area a = MakeArea(Area::GEMEINDE, "03460997", "A"), b = MakeArea(Area::GEMEINDE, "03460998", "B");
  a.set_valid_to("2020-12-31");
  b.set_valid_to("2020-12-31");
  a.add_successors("areas/03460998");
  b.add_successors("areas/03460997");
  EXPECT_THAT(Keys(PlaceResolver::Build({a, b}, {}).ChainOf("03460997", kToday)), Contains("03460"));
}

TEST(PlaceResolverTest, LandOfAnyKey) {
  EXPECT_EQ(BuiltIn().LandOf("05515000"), "lands/DE-NW");
  EXPECT_EQ(BuiltIn().LandOf("05999999"), "lands/DE-NW");
  EXPECT_EQ(BuiltIn().LandOf("00"), "");
  EXPECT_EQ(BuiltIn().LandOf(""), "");
}

TEST(PlaceResolverTest, ThePackagedGazetteerAgreesWhereTownsAre) {
  int towns = 0, near = 0;
  for (int i = 0; i < geonames_get_n_cities(); ++i) {
    GeonamesCity* city = geonames_get_city(i);
    if (std::string(geonames_city_get_country_code(city)) == "DE") {
      ++towns;
      const double latitude = geonames_city_get_latitude(city), longitude = geonames_city_get_longitude(city);
      for (const PlaceMatch& match : BuiltIn().ResolvePlace(geonames_city_get_name(city))) {
        if (std::abs(match.point->latitude() - latitude) > 0.12 || std::abs(match.point->longitude() - longitude) > 0.2)
          continue;
        ++near;
        break;
      }
    }
    geonames_city_free(city);
  }
  std::cerr << near << " of " << towns << " towns of the gazetteer are found within some 15 km\n";
  EXPECT_EQ(towns, 952);
  EXPECT_GE(near, 900);
}

}  // namespace
}  // namespace schutznetz::directory
