// Publications from the store to the answers, on both engines.
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/must.h"
#include "services/events/api/catalogue_fixture.h"
#include "services/events/catalogue/sample_publication.h"
#include "services/events/imports/publication_csv.h"

namespace schutznetz::events {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Must;
using ::testing::Not;
using v1::Publication;
using v1::SearchPublicationsRequest;
using v1::SearchPublicationsResponse;

class CatalogueTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  std::vector<std::string> Found(const SearchPublicationsRequest& request) const {
    std::vector<std::string> names;
    const auto response = catalogue_.Ask<SearchPublicationsResponse>("SearchPublications", request);
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return names;
    for (const auto& hit : response->hits()) names.push_back(hit.publication().name());
    return names;
  }
  std::vector<std::string> FoundBy(const std::string& text) const {
    SearchPublicationsRequest request;
    request.set_q(text);
    return Found(request);
  }
  absl::StatusOr<Publication> Get(const std::string& name, const access::Caller& caller = {}) const {
    v1::GetPublicationRequest request;
    request.set_name(name);
    return catalogue_.Ask<Publication>("GetPublication", request, caller);
  }
  std::string Body(const std::string& method, const google::protobuf::Message& request) const {
    return Must(catalogue_.Ask<common::v1::HttpBody>(method, request)).data();
  }
  std::string Harvest(const std::string& query) const {
    v1::HarvestPublicationsRequest request;
    request.set_query(query);
    return Body("HarvestPublications", request);
  }

  Catalogue catalogue_{GetParam()};
};

TEST_P(CatalogueTest, APublicationIsReadAsItWasWritten) {
  Publication publication = SamplePublication();
  publication.set_internal_note("Nachdruck prüfen");
  const Publication made = Must(catalogue_.Create(publication, "leitfaden"));
  catalogue_.CatchUp();
  const Publication seen = Must(Get("publications/leitfaden"));
  EXPECT_EQ(seen.internal_note(), "");
  EXPECT_EQ(seen.title().translations_size(), 2);
  EXPECT_EQ(seen.series().issn(), "1234-5679");
  EXPECT_NE(seen.etag(), made.etag());  // what everybody sees is another version than what its editors see
  EXPECT_EQ(Must(Get("publications/leitfaden", Catalogue::EditorOf("lands/DE-NW"))).internal_note(),
            "Nachdruck prüfen");
  EXPECT_EQ(Must(Get("publications/leitfaden", Catalogue::EditorOf("lands/DE-BY"))).internal_note(), "");
  EXPECT_THAT(Get("publications/none"), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(CatalogueTest, WhatDoesNotFitIsNamed) {
  Publication publication = SamplePublication();
  publication.set_issued("2023-02-29");
  publication.mutable_series()->set_issn("1234-5678");
  publication.add_creators("Muster, Erika");
  publication.add_links()->set_url("https://example.org/leitfaden.pdf");
  publication.mutable_links(0)->set_media_type("PDF");
  const absl::Status status = catalogue_.Create(publication, "leitfaden").status();
  std::vector<std::string> fields;
  for (const auto& violation : errors::ViolationsOf(status)) fields.push_back(violation.field);
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("publication.creators[2]", "publication.links[0].mediaType",
                                                      "publication.links[1].url", "publication.issued",
                                                      "publication.series.issn"));
}

TEST_P(CatalogueTest, EditorsKeepWhatIsTheirs) {
  EXPECT_THAT(catalogue_.Create(SamplePublication(), "a-one", Catalogue::EditorOf("lands/DE-BY")),
              HasReason("ACCESS_DENIED"));
  Publication nationwide = SamplePublication();
  nationwide.clear_land();
  EXPECT_THAT(catalogue_.Create(nationwide, "a-two", Catalogue::EditorOf("lands/DE-BY")), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(catalogue_.Create(SamplePublication(), "a-three", Catalogue::EditorOf("lands/DE-NW")), IsOk());
}

TEST_P(CatalogueTest, ANewVersionNamesTheOldOne) {
  Publication second = SamplePublication();
  second.set_replaces("publications/first");
  EXPECT_THAT(catalogue_.Create(second, "second"), HasReason("REFERENCE_NOT_FOUND"));
  const Publication first = catalogue_.Make("first", "Erste Fassung");
  EXPECT_THAT(catalogue_.Create(second, "second"), IsOk());
  EXPECT_THAT(catalogue_.Delete(first), HasReason("RESOURCE_IN_USE"));
}

TEST_P(CatalogueTest, SearchFindsGermanWordsInEverySpelling) {
  catalogue_.Make("handel", "Leitfaden gegen Kinderhandel");
  catalogue_.Make("muenster", "Netzwerke in Münster");
  EXPECT_THAT(FoundBy("leitfäden"), ElementsAre("publications/handel"));
  EXPECT_THAT(FoundBy("Kinderhandels"), ElementsAre("publications/handel"));
  EXPECT_THAT(FoundBy("muenster"), ElementsAre("publications/muenster"));
  EXPECT_THAT(FoundBy("Raumfahrt"), IsEmpty());
}

TEST_P(CatalogueTest, FacetsCountAndFilter) {
  catalogue_.Make("one", "Broschüre eins");
  Publication study = SamplePublication();
  study.set_type(Publication::STUDY);
  study.add_professions(common::v1::Profession::POLICE);
  Must(catalogue_.Create(study, "study"));
  catalogue_.CatchUp();
  const auto response =
      Must(catalogue_.Ask<SearchPublicationsResponse>("SearchPublications", SearchPublicationsRequest()));
  EXPECT_EQ(response.total_size(), 2);
  std::map<std::string, std::map<std::string, int64_t>> counts;
  for (const auto& facet : response.facets()) {
    for (const auto& value : facet.values()) counts[facet.name()][value.value()] = value.count();
  }
  EXPECT_EQ(counts["type"], (std::map<std::string, int64_t>{{"BROCHURE", 1}, {"STUDY", 1}}));
  EXPECT_EQ(counts["year"], (std::map<std::string, int64_t>{{"2024", 1}}));
  EXPECT_EQ(counts["mediaType"], (std::map<std::string, int64_t>{{"application/pdf", 1}}));
  EXPECT_EQ(counts["profession"], (std::map<std::string, int64_t>{{"POLICE", 1}}));
  SearchPublicationsRequest request;
  request.add_professions(common::v1::Profession::POLICE);
  EXPECT_EQ(Found(request).size(), 2u);  // what is for all professions is for the police
  request.clear_professions();
  request.add_professions(common::v1::Profession::HEALTH);
  EXPECT_THAT(Found(request), ElementsAre("publications/one"));
  request.add_years("2024");
  EXPECT_THAT(Found(request), IsEmpty());
}

TEST_P(CatalogueTest, WithoutATextTheLatestIssuedComesFirst) {
  for (const char* issued : {"2021", "2024-05", "", "2024-05-31", "2023-12"}) {
    Publication publication = SamplePublication();
    publication.set_issued(issued);
    Must(catalogue_.Create(publication, absl::StrCat("p-", *issued == 0 ? "none" : issued)));
  }
  catalogue_.CatchUp();
  EXPECT_THAT(Found(SearchPublicationsRequest()),
              ElementsAre("publications/p-2024-05-31", "publications/p-2024-05", "publications/p-2023-12",
                          "publications/p-2021", "publications/p-none"));
}

TEST_P(CatalogueTest, PagesGoThroughEverythingOnce) {
  for (int i = 0; i < 23; ++i) {
    Must(catalogue_.Create(SamplePublication(), absl::StrCat("page-", i)));
  }
  catalogue_.CatchUp();
  for (const char* text : {"", "Kinderhandel"}) {
    SearchPublicationsRequest request;
    request.set_q(text);
    request.set_page_size(5);
    std::set<std::string> names;
    int pages = 0;
    do {
      const auto page = Must(catalogue_.Ask<SearchPublicationsResponse>("SearchPublications", request));
      EXPECT_EQ(page.total_size(), 23);
      for (const auto& hit : page.hits()) EXPECT_TRUE(names.insert(hit.publication().name()).second);
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty() && ++pages < 10);
    EXPECT_EQ(names.size(), 23u);
  }
  v1::ListPublicationsRequest list;
  list.set_page_size(10);
  size_t listed = 0;
  do {
    const auto page = Must(catalogue_.Ask<v1::ListPublicationsResponse>("ListPublications", list));
    listed += static_cast<size_t>(page.publications_size());
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(listed, 23u);
}

TEST_P(CatalogueTest, ChangesAndDeletionsReachEveryAnswer) {
  Publication publication = catalogue_.Make("brosch", "Alter Titel");
  publication.mutable_title()->mutable_translations(0)->set_text("Neuer Name");
  publication = Must(catalogue_.Update(publication, {"title"}));
  catalogue_.CatchUp();
  EXPECT_THAT(FoundBy("alter titel"), IsEmpty());
  EXPECT_THAT(FoundBy("neuer name"), ElementsAre("publications/brosch"));
  Must(catalogue_.Delete(publication));
  catalogue_.CatchUp();
  EXPECT_THAT(FoundBy("neuer name"), IsEmpty());
  EXPECT_THAT(Get("publications/brosch"), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Body("GetPublicationFeed", v1::GetPublicationFeedRequest()), Not(HasSubstr("brosch")));
  EXPECT_TRUE(Must(Get("publications/brosch", Catalogue::Nationwide())).has_delete_time());
  EXPECT_THAT(Harvest("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost.localdomain:brosch"),
              HasSubstr("status=\"deleted\""));
}

TEST_P(CatalogueTest, AViewThatStartsAnewKnowsTheSame) {
  catalogue_.Make("eins", "Erste");
  Must(catalogue_.Delete(catalogue_.Make("zwei", "Zweite")));
  catalogue_.CatchUp();
  const auto view = Must(catalogue_.NewView());
  const auto before = catalogue_.view().Read().version;
  const auto after = view->Read().version;
  EXPECT_EQ(after->names.size(), before->names.size());
  EXPECT_EQ(after->stamps.size(), before->stamps.size());
  EXPECT_EQ(after->entered.size(), before->entered.size());
  EXPECT_EQ(after->index->size(), before->index->size());
  EXPECT_EQ(after->Find("publications/eins")->shown, before->Find("publications/eins")->shown);
  EXPECT_EQ(after->Find("publications/zwei")->stamp_s, before->Find("publications/zwei")->stamp_s);
}

TEST_P(CatalogueTest, FormatsTellOnlyWhatEverybodySees) {
  Publication publication = SamplePublication();
  publication.set_internal_note("GEHEIM");
  Must(catalogue_.Create(publication, "leitfaden"));
  catalogue_.CatchUp();
  v1::GetPublicationFeedRequest atom;
  atom.set_format(v1::GetPublicationFeedRequest::ATOM);
  v1::GetPublicationJsonLdRequest json_ld;
  json_ld.set_name("publications/leitfaden");
  for (const std::string& body :
       {Body("GetPublicationFeed", v1::GetPublicationFeedRequest()), Body("GetPublicationFeed", atom),
        Body("GetPublicationJsonLd", json_ld), Harvest("verb=ListRecords&metadataPrefix=oai_dc")}) {
    EXPECT_THAT(body, HasSubstr("Kinderhandel"));
    EXPECT_THAT(body, Not(HasSubstr("GEHEIM")));
  }
}

TEST_P(CatalogueTest, FeedsHaveWhatWasAskedFor) {
  catalogue_.Make("deutsch", "Deutsch");
  Publication english = SamplePublication();
  english.clear_languages();
  english.add_languages("en");
  Must(catalogue_.Create(english, "english"));
  catalogue_.CatchUp();
  v1::GetPublicationFeedRequest request;
  request.add_languages("en");
  request.set_language_code("en");
  request.set_format(v1::GetPublicationFeedRequest::ATOM);
  const std::string feed = Body("GetPublicationFeed", request);
  EXPECT_THAT(feed, HasSubstr("Guideline on child trafficking"));
  EXPECT_THAT(feed, Not(HasSubstr("publications/deutsch")));
  EXPECT_THAT(feed, HasSubstr("/v1/publications:feed?format=ATOM&amp;languages=en&amp;languageCode=en"));
}

TEST_P(CatalogueTest, ArgumentsOfAHarvestComeInOnePlace) {
  v1::HarvestPublicationsRequest request;
  request.mutable_body()->set_data("verb=Identify");
  EXPECT_THAT(Body("HarvestPublications", request), HasSubstr("<Identify>"));
  request.set_query("verb=Identify");
  EXPECT_THAT(Body("HarvestPublications", request), HasSubstr("badVerb"));
}

// --- Imports ---

constexpr char kHead[] = "sourceId,type,title@de,replaces,deleted\n";

ImportedFile Csv(const std::string& rows) { return ReadPublicationCsv(kHead + rows, 0, "example.org"); }

TEST_P(CatalogueTest, AnImportMayBeRepeated) {
  const auto first = Must(catalogue_.Import(Csv("1,BOOK,Eins,,\n2,BOOK,Zwei,,\n")));
  EXPECT_EQ(first.created(), 2);
  const auto again = Must(catalogue_.Import(Csv("1,BOOK,Eins,,\n2,BOOK,Zwei neu,,\n3,BOOK,Drei,,\n")));
  EXPECT_EQ(again.created(), 1);
  EXPECT_EQ(again.updated(), 1);
  EXPECT_EQ(again.unchanged(), 1);
  EXPECT_THAT(FoundBy("zwei neu"), ElementsAre("publications/" + IdOfSource("csv:example.org:2")));
}

TEST_P(CatalogueTest, WhatItsSourceDeletesIsDeletedAndMayComeBack) {
  Must(catalogue_.Import(Csv("1,BOOK,Eins,,\n")));
  EXPECT_EQ(Must(catalogue_.Import(Csv("1,BOOK,Eins,,true\n9,BOOK,Neun,,true\n"))).deleted(), 1);
  EXPECT_THAT(FoundBy("Eins"), IsEmpty());
  EXPECT_EQ(Must(catalogue_.Import(Csv("1,BOOK,Eins,,true\n"))).unchanged(), 1);
  EXPECT_EQ(Must(catalogue_.Import(Csv("1,BOOK,Eins,,\n"))).updated(), 1);
  EXPECT_EQ(FoundBy("Eins").size(), 1u);
}

TEST_P(CatalogueTest, RecordsThatBreakRulesAreRefusedWithTheirLine) {
  const auto response = Must(catalogue_.Import(
      Csv("1,BOOK,Eins,,\n2,NOVEL,Zwei,,\n3,BOOK,Drei,publications/none,\n4,BOOK,,,\n5,BOOK,\"Fünf\x01\",,\n")));
  EXPECT_EQ(response.created(), 1);
  std::vector<std::string> refusals;
  for (const auto& refusal : response.refusals()) {
    refusals.push_back(absl::StrCat(refusal.line(), " ", refusal.field()));
  }
  EXPECT_THAT(refusals, ElementsAre("3 type", "4 replaces", "5 title", "6 title.translations[0].text"));
}

TEST_P(CatalogueTest, AnImportKeepsWhatEditorsWrote) {
  Must(catalogue_.Import(Csv("1,BOOK,Eins,,\n"), "lands/DE-NW"));
  Publication publication = Must(Get("publications/" + IdOfSource("csv:example.org:1"), Catalogue::Nationwide()));
  publication.set_internal_note("Wichtig");
  Must(catalogue_.Update(publication, {"internal_note"}));
  Must(catalogue_.Import(Csv("1,BOOK,Eins neu,,\n"), "lands/DE-BY"));
  publication = Must(Get(publication.name(), Catalogue::Nationwide()));
  EXPECT_EQ(publication.internal_note(), "Wichtig");
  EXPECT_EQ(publication.land(), "lands/DE-NW");
  EXPECT_EQ(publication.title().translations(0).text(), "Eins neu");
}

TEST_P(CatalogueTest, NobodyImportsForAnotherLand) {
  EXPECT_THAT(catalogue_.Import(Csv("1,BOOK,Eins,,\n"), "lands/DE-NW", Catalogue::EditorOf("lands/DE-BY")),
              HasReason("ACCESS_DENIED"));
  EXPECT_THAT(FoundBy("Eins"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, CatalogueTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::events
