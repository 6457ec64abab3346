#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/search.pb.h"
#include "services/common/geo/point.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/invented_directory.h"

namespace schutznetz::directory {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;
using v1::SearchServicesRequest;
using v1::SearchServicesResponse;

std::string IdOf(const v1::SearchHit& hit) { return hit.service().name().substr(std::string("services/").size()); }

std::vector<std::string> IdsOf(const SearchServicesResponse& response) {
  std::vector<std::string> ids;
  for (const auto& hit : response.hits()) ids.push_back(IdOf(hit));
  return ids;
}

class SearchServices : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    reading_ = new Reading();
    MakeInventedDirectory(*reading_);
    reading_->StartView();
  }
  static void TearDownTestSuite() { delete reading_; }

  static SearchServicesResponse Search(const SearchServicesRequest& request, const access::Caller& caller = {}) {
    auto response = reading_->Ask<SearchServicesResponse>("SearchServices", request, caller);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *std::move(response) : SearchServicesResponse();
  }
  static SearchServicesRequest Text(const std::string& q) {
    SearchServicesRequest request;
    request.set_q(q);
    return request;
  }
  static SearchServicesRequest Near(double latitude, double longitude) {
    SearchServicesRequest request;
    request.mutable_near()->set_latitude(latitude);
    request.mutable_near()->set_longitude(longitude);
    return request;
  }

  static Reading* reading_;
};
Reading* SearchServices::reading_ = nullptr;

// --- Words ---

struct TextCase {
  const char* q;
  const char* first;
};

class SearchText : public SearchServices, public ::testing::WithParamInterface<TextCase> {};

TEST_P(SearchText, FindsFirst) {
  const SearchServicesResponse response = Search(Text(GetParam().q));
  ASSERT_GT(response.hits_size(), 0) << GetParam().q;
  EXPECT_EQ(IdOf(response.hits(0)), GetParam().first) << GetParam().q;
}

constexpr TextCase kTextCases[] = {
    // Umlauts and sharp s, written either way.
    {"Köln Menschenhandel", "koeln-beratung"},
    {"Koeln Menschenhandel", "koeln-beratung"},
    {"koln menschenhandel", "koeln-beratung"},
    {"Nürnberg Trauma", "nuernberg-therapie"},
    {"Nuernberg Trauma", "nuernberg-therapie"},
    {"Nurnberg Trauma", "nuernberg-therapie"},
    {"Straßenkinder", "neukoelln-strasse"},
    {"Strassenkinder", "neukoelln-strasse"},
    {"Zuflucht Mädchen", "muenchen-wohnen"},
    {"Zuflucht Maedchen", "muenchen-wohnen"},
    {"Ärztinnen", "bund-medizin-linie"},
    {"Aerztinnen", "bund-medizin-linie"},
    // Stems.
    {"Loverboys", "koeln-beratung"},
    {"Vormünder", "saarbruecken-beratung"},
    {"Vormund", "saarbruecken-beratung"},
    {"Inobhutnahmen Münster", "muenster-jugendamt-schutz"},
    {"anonyme Zeugen vor Gericht", "koeln-prozess"},
    {"Familienberatungen Kyritz", "kyritz-beratung"},
    // Parts of compounds, and compounds of parts.
    {"Handel mit Organen Organhandel", "bayern-lka"},
    {"Zeugen Schutz", "bayern-lka"},
    {"Sozialarbeit", "neukoelln-strasse"},
    {"Heirat", "hamburg-zwang"},
    {"Ausbeutung Arbeit Hamburg", "hamburg-arbeit"},
    {"Telefon für Eltern", "bund-elterntelefon"},
    {"Psychotherapie", "nuernberg-therapie"},
    // Typing errors.
    {"Jugendmat Münster", "muenster-jugendamt-schutz"},
    {"Cybergroming", "muenster-beratung"},
    {"Schwarzarbiet", "bund-schwarzarbeit"},
    {"Zwangsverheiratng", "hamburg-zwang"},
    {"Brandenbrug Jugendamt", "brandenburg-jugendamt-schutz"},
    {"Prozesbegleitung", "koeln-prozess"},
    // Beginnings.
    {"Zwangsver", "hamburg-zwang"},
    {"Kummern", "bund-kummernummer"},
    {"Onlineber", "muenchen-online"},
    {"Finanzk", "bund-schwarzarbeit"},
    {"Medizinische Kindersch", "bund-medizin-linie"},
    // Names of organizations, places and areas.
    {"Neue Wege", "nuernberg-ausstieg"},
    {"Kyritz", "kyritz-beratung"},
    {"Ostprignitz", "kyritz-beratung"},
    {"Neukölln Familie", "neukoelln-beratung"},
    {"Havel", "brandenburg-jugendamt-schutz"},
    {"Harburg", "hamburg-arbeit"},
    {"Polizei Münster", "muenster-kripo"},
    {"Landeskriminalamt", "bayern-lka"},
    // Topics and descriptions.
    {"Bettelei", "neukoelln-strasse"},
    {"Ladendiebstahl", "dresden-beratung"},
    {"Dolmetscher", "koeln-beratung"},
    {"Rettungsdienst", "bund-medizin-linie"},
    {"Schutzwohnung", "dresden-schutzwohnung"},
    {"Asyl Saarbrücken", "saarbruecken-beratung"},
};
INSTANTIATE_TEST_SUITE_P(German, SearchText, ::testing::ValuesIn(kTextCases), [](const auto& row) {
  std::string name;
  for (const char c : std::string(row.param.q)) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name + "_" + std::to_string(row.index);
});

TEST_F(SearchServices, WithheldPlaceNamesAreNoWords) {
  EXPECT_THAT(IdsOf(Search(Text("Geheimweg"))), IsEmpty());
  EXPECT_THAT(IdsOf(Search(Text("Dresden"))), ElementsAre("dresden-beratung"));
}

TEST_F(SearchServices, TooManyWordsAreRefused) {
  std::string q;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&q, "wort", i, " ");
  EXPECT_THAT(reading_->Call("SearchServices", Text(q)).status(), HasReason("INVALID_FIELD"));
}

// --- Filters and facets ---

TEST_F(SearchServices, UnknownNeverPassesForMinors) {
  reading_->Make<v1::Service>("koeln-unbekannt",
                              "organization: 'organizations/koeln-lichtblick' display_name: 'Ohne Angabe' "
                              "kind: COUNSELLING land: 'lands/DE-NW'");
  reading_->CatchUp();
  SearchServicesRequest request;
  request.set_advises_minors(v1::Service::YES);
  request.set_page_size(500);
  const std::vector<std::string> ids = IdsOf(Search(request));
  EXPECT_THAT(ids, Not(Contains("koeln-unbekannt")));
  EXPECT_THAT(ids, Not(Contains("bund-elterntelefon")));
  EXPECT_THAT(ids, Contains("koeln-beratung"));
}

TEST_F(SearchServices, LandBringsNationwideServicesToo) {
  SearchServicesRequest request;
  request.set_land("DE-SL");
  EXPECT_THAT(IdsOf(Search(request)),
              ::testing::UnorderedElementsAre("saarbruecken-beratung", "bund-kummernummer", "bund-elterntelefon",
                                              "bund-hilfetelefon", "bund-medizin-linie", "bund-schwarzarbeit"));
}

TEST_F(SearchServices, AreaFindsWhoIsCompetentAroundAndInside) {
  SearchServicesRequest request;
  request.add_kind(v1::Service::YOUTH_OFFICE);
  request.set_area("05515000");
  EXPECT_THAT(IdsOf(Search(request)), ElementsAre("muenster-jugendamt-schutz"));
  request.set_area("05");
  EXPECT_THAT(IdsOf(Search(request)), ElementsAre("muenster-jugendamt-schutz"));
  request.set_area("12");
  EXPECT_THAT(IdsOf(Search(request)), ElementsAre("brandenburg-jugendamt-schutz"));
  request.set_area("05315");
  EXPECT_THAT(IdsOf(Search(request)), IsEmpty());
}

TEST_F(SearchServices, AgesAreWithinBothBounds) {
  SearchServicesRequest request = Text("Zuflucht");
  for (const auto& [age, found] : std::vector<std::pair<int, bool>>{{11, false}, {12, true}, {21, true}, {22, false}}) {
    request.set_age(age);
    EXPECT_EQ(Search(request).hits_size() > 0, found) << age;
  }
}

TEST_F(SearchServices, ReachableAtNightAreOnlyThoseOnDuty) {
  SearchServicesRequest request;
  request.set_land("DE-NW");
  request.mutable_reachable_at()->set_seconds(1772499600);  // Tuesday, 3 March 2026, 02:00 in Germany
  const SearchServicesResponse response = Search(request);
  EXPECT_THAT(IdsOf(response), ::testing::UnorderedElementsAre("muenster-jugendamt-schutz", "muenster-kripo",
                                                               "bund-hilfetelefon", "bund-medizin-linie"));
  EXPECT_EQ(response.total_size(), 4);
  for (const auto& hit : response.hits()) {
    EXPECT_EQ(hit.reachability().state(), v1::Reachability::REACHABLE);
    EXPECT_EQ(hit.reachability().on_call(), IdOf(hit) == "muenster-jugendamt-schutz");
  }
}

TEST_F(SearchServices, FacetsIgnoreTheirOwnFilter) {
  SearchServicesRequest request;
  request.add_kind(v1::Service::HOTLINE);
  const SearchServicesResponse response = Search(request);
  EXPECT_EQ(response.total_size(), 4);
  EXPECT_EQ(response.facets_size(), 8);
  std::map<std::string, int64_t> kinds, minors;
  for (const auto& facet : response.facets()) {
    for (const auto& value : facet.values()) {
      if (facet.field() == "kind") kinds[value.value()] = value.count();
      if (facet.field() == "advisesMinors") minors[value.value()] = value.count();
    }
  }
  EXPECT_EQ(kinds["HOTLINE"], 4);
  EXPECT_EQ(kinds["POLICE"], 2);
  EXPECT_EQ(minors["YES"], 3);
  EXPECT_EQ(minors["NO"], 1);
}

// --- Places ---

TEST_F(SearchServices, NearestComesFirstByItsNearestPlace) {
  SearchServicesRequest request = Near(53.46, 9.98);
  request.add_kind(v1::Service::COUNSELLING);
  const SearchServicesResponse response = Search(request);
  ASSERT_GT(response.hits_size(), 2);
  EXPECT_EQ(IdOf(response.hits(0)), "hamburg-arbeit");
  EXPECT_EQ(response.hits(0).location().name(), "locations/haus-hamburg-sued");
  EXPECT_LT(response.hits(0).distance_m(), 500);
  EXPECT_EQ(IdOf(response.hits(1)), "hamburg-zwang");
  std::vector<std::string> ids = IdsOf(response);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(response.total_size(), static_cast<int64_t>(ids.size()));
}

TEST_F(SearchServices, RadiusCountsEachServiceOnce) {
  SearchServicesRequest request = Near(53.5, 9.98);
  request.set_radius_m(20000);
  const SearchServicesResponse response = Search(request);
  EXPECT_EQ(response.total_size(), 2);
  EXPECT_THAT(IdsOf(response), ElementsAre("hamburg-arbeit", "hamburg-zwang"));
}

TEST_F(SearchServices, DistanceNeedsAPoint) {
  SearchServicesRequest request;
  request.set_order_by(SearchServicesRequest::DISTANCE);
  request.set_radius_m(100);
  const absl::Status status = reading_->Call("SearchServices", request).status();
  EXPECT_EQ(errors::ViolationsOf(status).size(), 2u);
}

// Whoever asks from everywhere learns no more than the centre of the Kreis.
TEST_F(SearchServices, WithheldAddressCannotBeTriangulated) {
  const v1::Area* kreis = reading_->view().Read().version->places->Find("14612");
  ASSERT_NE(kreis, nullptr);
  const geo::Point center{kreis->center().latitude(), kreis->center().longitude()};
  for (int i = 0; i < 200; ++i) {
    const geo::Point from{50.2 + 0.008 * i, 12.5 + 0.37 * (i % 7)};
    const double expected = geo::DistanceMetres(from, center);
    SearchServicesRequest request = Near(from.latitude, from.longitude);
    request.add_kind(v1::Service::SHELTER);
    const SearchServicesResponse response = Search(request);
    const auto hit = std::find_if(response.hits().begin(), response.hits().end(),
                                  [](const auto& h) { return h.service().name() == kWithheldService; });
    ASSERT_NE(hit, response.hits().end());
    EXPECT_FALSE(hit->has_location());
    EXPECT_TRUE(hit->distance_approximate());
    EXPECT_NEAR(hit->distance_m(), expected, 1.0);
    for (int j = 1; j < response.hits_size(); ++j) {
      EXPECT_LE(response.hits(j - 1).distance_m(), response.hits(j).distance_m());
    }
    request.set_radius_m(static_cast<int>(expected) + 2);
    EXPECT_THAT(IdsOf(Search(request)), Contains("dresden-schutzwohnung"));
    request.set_radius_m(static_cast<int>(expected) - 2);
    EXPECT_THAT(IdsOf(Search(request)), Not(Contains("dresden-schutzwohnung")));
  }
}

TEST_F(SearchServices, EditorsMeasureFromTheTruePoint) {
  SearchServicesRequest request = Near(51.09, 13.83);
  request.add_kind(v1::Service::SHELTER);
  const SearchServicesResponse response = Search(request, Editing::Nationwide());
  ASSERT_EQ(response.hits_size(), 2);
  EXPECT_EQ(response.total_size(), 2);
  EXPECT_EQ(response.hits(0).service().name(), kWithheldService);
  EXPECT_EQ(response.hits(0).location().name(), kWithheldLocation);
  EXPECT_LT(response.hits(0).distance_m(), 10);
  EXPECT_FALSE(response.hits(0).distance_approximate());
}

TEST_F(SearchServices, NamesAreTheSameHitsWithNothingButNames) {
  for (const access::Caller& caller : {access::Caller(), Editing::Nationwide()}) {
    SearchServicesRequest request = Near(51.0, 10.0);
    request.set_page_size(500);
    SearchServicesResponse expected = Search(request, caller);
    ASSERT_GT(expected.hits_size(), 0);
    expected.clear_facets();
    for (v1::SearchHit& hit : *expected.mutable_hits()) {
      v1::Service service;
      service.set_name(hit.service().name());
      service.set_display_name(hit.service().display_name());
      *hit.mutable_service() = service;
      v1::Location location;
      location.set_name(hit.location().name());
      location.set_display_name(hit.location().display_name());
      if (hit.has_location()) *hit.mutable_location() = location;
      hit.clear_reachability();
    }
    request.set_view(SearchServicesRequest::NAMES);
    SearchServicesResponse names = Search(request, caller);
    expected.clear_as_of();  // the clock went on
    names.clear_as_of();
    EXPECT_THAT(names, testing::EqualsProto(expected));
  }
}

// --- Pages ---

std::vector<std::string> ReadPages(Reading& reading, SearchServicesRequest request, const access::Caller& caller,
                                   const std::function<void(int)>& between) {
  std::vector<std::string> ids;
  for (int page = 0; page < 100; ++page) {
    const auto response = reading.Ask<SearchServicesResponse>("SearchServices", request, caller);
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) break;
    for (const std::string& id : IdsOf(*response)) ids.push_back(id);
    request.set_page_token(response->next_page_token());
    if (request.page_token().empty()) break;
    between(page);
  }
  return ids;
}

TEST_F(SearchServices, PagesTogetherAreTheWholeAnswerInEveryOrder) {
  for (const auto order :
       {SearchServicesRequest::RELEVANCE, SearchServicesRequest::DISTANCE, SearchServicesRequest::NAME}) {
    for (const bool as_editor : {false, true}) {
      SearchServicesRequest request = Near(51.0, 10.0);
      request.set_order_by(order);
      if (order == SearchServicesRequest::RELEVANCE) request.set_q("Beratung");
      request.set_page_size(500);
      const access::Caller caller = as_editor ? Editing::Nationwide() : access::Caller();
      const std::vector<std::string> whole = IdsOf(Search(request, caller));
      request.set_page_size(3);
      EXPECT_EQ(ReadPages(*reading_, request, caller, [](int) {}), whole) << order << as_editor;
    }
  }
}

TEST_F(SearchServices, PagingUnderWritesNeitherRepeatsNorDrops) {
  SearchServicesRequest request = Near(51.0, 10.0);
  request.set_page_size(500);
  const std::vector<std::string> before = IdsOf(Search(request));
  request.set_page_size(4);
  const std::vector<std::string> read = ReadPages(*reading_, request, {}, [&](int page) {
    reading_->Make<v1::Service>(absl::StrCat("neu-", page),
                                "organization: 'organizations/koeln-lichtblick' display_name: 'Neu' kind: OTHER");
    reading_->CatchUp();
  });
  std::vector<std::string> kept;
  std::copy_if(read.begin(), read.end(), std::back_inserter(kept),
               [](const std::string& id) { return !id.starts_with("neu-"); });
  EXPECT_EQ(kept, before);
  EXPECT_EQ(std::set<std::string>(read.begin(), read.end()).size(), read.size());
}

}  // namespace
}  // namespace schutznetz::directory
