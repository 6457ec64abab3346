// What others read of publications, through the gateway: OAI-PMH 2.0 in both forms of a request, with every verb and
// every error that this repository can give (it has formats for all records and sets, so that noMetadataFormats and
// noSetHierarchy never come), RSS and Atom, and JSON-LD.
#include <simdjson.h>

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/events/catalogue/xml_tree.h"
#include "tests/e2e/publications.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

using events::ParseXml;
using events::XmlNode;
using ::testing::HasSubstr;

constexpr char kLeaflet[] = "publications/leitfaden-kinderhandel";
constexpr int kImported = 130;  // more than a part of a list

// The answer without its time and its token, which differ each time.
std::string WithoutWhatDiffers(std::string document) {
  for (const std::string element : {"responseDate", "resumptionToken"}) {
    const size_t end = document.find("</" + element + ">");
    if (end == std::string::npos) continue;
    const size_t begin = document.rfind('>', end) + 1;
    document.erase(begin, end - begin);
  }
  return document;
}

class HarvestTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  HarvestTest() : installation_(InstallationWithPublications(GetParam())) {}

  gateway::testing::RawAnswer Get(const std::string& path) const {
    return AskOnce(installation_.gateway_port(), GetRequest(path, ""));
  }
  gateway::testing::RawAnswer Post(const std::string& form) const {
    return AskOnce(installation_.gateway_port(), PostRequest("/oai", "", form, kFormType));
  }
  // Asked in both forms, which must give the same.
  XmlNode Harvest(const std::string& form) const {
    const auto got = Get("/oai?" + form), posted = Post(form);
    EXPECT_EQ(got.status, 200) << form << got.body;
    EXPECT_EQ(posted.status, 200) << form << posted.body;
    EXPECT_EQ(WithoutWhatDiffers(got.body), WithoutWhatDiffers(posted.body)) << form;
    for (const auto* answer : {&got, &posted}) {
      EXPECT_TRUE(answer->headers.contains("content-type") &&
                  answer->headers.at("content-type") == "text/xml; charset=utf-8")
          << form;
    }
    const auto tree = ParseXml(posted.body);
    EXPECT_TRUE(tree.has_value()) << posted.body;
    return tree.value_or(XmlNode());
  }
  std::string ErrorOf(const std::string& form) const {
    const XmlNode answer = Harvest(form);
    const XmlNode* error = answer.At("error");
    return error == nullptr ? "none" : error->attributes.at("code");
  }
  std::string OaiName(const std::string& id) const {
    return absl::StrCat(
        "oai:", Harvest("verb=Identify").TextAt("Identify/description/oai-identifier/repositoryIdentifier"), ":", id);
  }
  // Every identifier of a list, part by part; whether it is told as deleted.
  std::map<std::string, bool> HarvestAll(const std::string& arguments, int* parts) const {
    std::map<std::string, bool> deleted;
    std::string form = "verb=ListIdentifiers&" + arguments;
    for (*parts = 1; *parts < 100; ++*parts) {
      const XmlNode answer = Harvest(form);
      const XmlNode* list = answer.At("ListIdentifiers");
      if (list == nullptr) break;
      for (const XmlNode* header : list->All("header")) {
        const bool first = deleted.emplace(header->TextAt("identifier"), header->attributes.contains("status")).second;
        EXPECT_TRUE(first) << header->TextAt("identifier") << " comes twice";
      }
      const XmlNode* token = list->At("resumptionToken");
      if (token == nullptr || token->text.empty()) break;
      form = "verb=ListIdentifiers&resumptionToken=" + cli::PercentEncode(token->text);
    }
    return deleted;
  }
  void ImportMany() {
    std::string csv = "sourceId,type,title@de\n";
    for (int i = 0; i < kImported; ++i) absl::StrAppend(&csv, i, ",REPORT,Musterbericht ", i, "\n");
    std::string said;
    const int exit = installation_.Ctl(
        {"import", "publications", "--source", "harvest.example", FileOf(installation_, "many.csv", csv)}, &said);
    ASSERT_EQ(exit, 0) << said;
  }

  Installation& installation_;
};

TEST_P(HarvestTest, EveryVerbInBothForms) {
  const std::string name = OaiName("leitfaden-kinderhandel");
  const XmlNode identify = Harvest("verb=Identify");
  EXPECT_EQ(identify.name, "http://www.openarchives.org/OAI/2.0/\nOAI-PMH");
  EXPECT_EQ(identify.TextAt("Identify/protocolVersion"), "2.0");
  EXPECT_EQ(identify.TextAt("Identify/deletedRecord"), "persistent");
  for (const std::string& form :
       {std::string("verb=ListMetadataFormats"), "verb=ListMetadataFormats&identifier=" + cli::PercentEncode(name)}) {
    EXPECT_EQ(Harvest(form).TextAt("ListMetadataFormats/metadataFormat/metadataPrefix"), "oai_dc") << form;
  }
  EXPECT_GT(Harvest("verb=ListSets").At("ListSets")->All("set").size(), 15u);
  const XmlNode record = Harvest("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + cli::PercentEncode(name));
  EXPECT_EQ(record.TextAt("GetRecord/record/header/identifier"), name);
  EXPECT_EQ(record.At("GetRecord/record/metadata/dc")->All("title")[0]->text,
            "Leitfaden: Kinderhandel erkennen und handeln");
  const XmlNode list = Harvest("verb=ListRecords&metadataPrefix=oai_dc&set=type:GUIDELINE");
  ASSERT_NE(list.At("ListRecords"), nullptr);
  for (const XmlNode* entry : list.At("ListRecords")->All("record")) {
    EXPECT_EQ(entry->At("metadata/dc")->All("type").back()->text, "GUIDELINE");
  }
}

TEST_P(HarvestTest, EveryErrorInBothForms) {
  const std::string name = cli::PercentEncode(OaiName("leitfaden-kinderhandel"));
  const std::string none = cli::PercentEncode(OaiName("gibt-es-nicht"));
  const std::pair<std::string, const char*> kCases[] = {
      {"", "badVerb"},
      {"verb=Drop", "badVerb"},
      {"verb=Identify&verb=Identify", "badVerb"},
      {"verb=Identify&set=type", "badArgument"},
      {"verb=ListRecords", "badArgument"},
      {"verb=GetRecord&identifier=" + name, "badArgument"},
      {"verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"},
      {"verb=ListRecords&metadataPrefix=oai_dc&from=gestern", "badArgument"},
      {"verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-01-01T00:00:00Z", "badArgument"},
      {"verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"},
      {"verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"},
      {"verb=GetRecord&metadataPrefix=marc21&identifier=" + name, "cannotDisseminateFormat"},
      {"verb=GetRecord&metadataPrefix=oai_dc&identifier=" + none, "idDoesNotExist"},
      {"verb=ListMetadataFormats&identifier=" + none, "idDoesNotExist"},
      {"verb=ListRecords&metadataPrefix=oai_dc&until=2000-01-01", "noRecordsMatch"},
      {"verb=ListIdentifiers&metadataPrefix=oai_dc&set=nothing", "noRecordsMatch"},
      {"verb=ListRecords&resumptionToken=forged", "badResumptionToken"},
      {"verb=ListSets&resumptionToken=forged", "badResumptionToken"},
  };
  for (const auto& [form, code] : kCases) EXPECT_EQ(ErrorOf(form), code) << form;
}

TEST_P(HarvestTest, WhatIsNoFormIsRefusedByHttp) {
  EXPECT_EQ(AskOnce(installation_.gateway_port(), PostRequest("/oai", "", R"({"verb":"Identify"})")).status, 415);
  EXPECT_EQ(Post("verb=Identify&" + std::string(5000, 'x')).status, 413);
  EXPECT_EQ(AskOnce(installation_.gateway_port(), PatchRequest("/oai", "", "{}")).status, 405);
}

TEST_P(HarvestTest, AListInPartsIsWholeAndKeepsWhatWasDeleted) {
  ImportMany();
  int parts = 0;
  const auto all = HarvestAll("metadataPrefix=oai_dc", &parts);
  EXPECT_GE(parts, 2);
  EXPECT_GE(all.size(), 40u + kImported);
  const std::string name = "publications/broschuere-zoll";
  const std::string etag = TextOf(installation_.Http(kStaff).Call("GET", "/v1/" + name).body, "etag");
  ASSERT_EQ(installation_.Http(kStaff).Call("DELETE", "/v1/" + name, {{"etag", etag}}).status, 200);
  const std::string identifier = OaiName("broschuere-zoll");
  EXPECT_TRUE(testing::Eventually([&] { return HarvestAll("metadataPrefix=oai_dc", &parts)[identifier]; }));
  EXPECT_EQ(HarvestAll("metadataPrefix=oai_dc", &parts).size(), all.size());
  const XmlNode record = Harvest("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + cli::PercentEncode(identifier));
  EXPECT_EQ(record.At("GetRecord/record/header")->attributes.at("status"), "deleted");
  EXPECT_EQ(record.At("GetRecord/record/metadata"), nullptr);
}

// What one repository gives is what another takes: nothing of our own answer is refused.
TEST_P(HarvestTest, OurOwnRecordsImport) {
  const auto answer = Post("verb=ListRecords&metadataPrefix=oai_dc&set=land");
  std::string said;
  const std::string file = FileOf(installation_, "own.xml", answer.body);
  EXPECT_EQ(installation_.Ctl({"import", "publications", "--dry_run", file}, &said), 0) << said;
  EXPECT_THAT(said, HasSubstr(", 0 refused"));
  EXPECT_THAT(said, ::testing::Not(HasSubstr("Dry run: 0 new")));
}

TEST_P(HarvestTest, FeedsAreRssAndAtom) {
  const auto rss = Get("/v1/publications:feed?types=GUIDELINE");
  ASSERT_EQ(rss.status, 200) << rss.body;
  EXPECT_EQ(rss.headers.at("content-type"), "application/rss+xml; charset=utf-8");
  const auto channel = ParseXml(rss.body);
  ASSERT_TRUE(channel.has_value()) << rss.body;
  EXPECT_EQ(channel->attributes.at("version"), "2.0");
  EXPECT_GT(channel->At("channel")->All("item").size(), 1u);
  const auto atom = Get("/v1/publications:feed?types=GUIDELINE&format=ATOM&languageCode=en");
  ASSERT_EQ(atom.status, 200) << atom.body;
  EXPECT_EQ(atom.headers.at("content-type"), "application/atom+xml; charset=utf-8");
  const auto feed = ParseXml(atom.body);
  ASSERT_TRUE(feed.has_value()) << atom.body;
  EXPECT_EQ(feed->name, "http://www.w3.org/2005/Atom\nfeed");
  EXPECT_EQ(feed->All("entry").size(), channel->At("channel")->All("item").size());
  std::set<std::string> titles;
  for (const XmlNode* entry : feed->All("entry")) titles.insert(entry->TextAt("title"));
  EXPECT_TRUE(titles.contains("Guideline: recognising child trafficking and acting"));
  EXPECT_EQ(Get("/v1/publications:feed?format=PDF").status, 400);
}

TEST_P(HarvestTest, APublicationIsTheVocabularyOfSchemaOrg) {
  const auto answer = Get(absl::StrCat("/v1/", kLeaflet, ":jsonld"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.at("content-type"), "application/ld+json");
  EXPECT_EQ(TextOf(answer.body, "@context"), "https://schema.org");
  EXPECT_THAT(answer.body, HasSubstr("Kinderhandel erkennen"));
  EXPECT_EQ(Get("/v1/publications/gibt-es-nicht:jsonld").status, 404);
}

INSTANTIATE_TEST_SUITE_P(Engines, HarvestTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
