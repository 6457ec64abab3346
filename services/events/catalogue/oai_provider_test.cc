// The provider by the rules of the protocol: every verb, every error, lists in parts, deleted records.
#include "services/events/catalogue/oai_provider.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/events/catalogue/sample_publication.h"
#include "services/events/catalogue/xml_tree.h"

namespace schutznetz::events {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1'700'000'000 + seconds); }

// A catalogue in memory, in the order of the protocol.
class Shelf final : public HarvestSource {
 public:
  void Put(const std::string& id, absl::Time stamp, bool deleted = false) {
    Book& book = books_["publications/" + id];
    book.publication = SamplePublication(id);
    book.sets = SetsOf(book.publication);
    book.stamp = stamp;
    book.deleted = deleted;
  }
  std::optional<HarvestItem> Find(std::string_view name) const override {
    const auto found = books_.find(std::string(name));
    if (found == books_.end()) return std::nullopt;
    return ItemOf(found->first, found->second);
  }
  void Visit(const HarvestKey& after, absl::FunctionRef<bool(const HarvestItem&)> visit) const override {
    std::vector<std::pair<absl::Time, std::string>> order;
    for (const auto& [name, book] : books_) order.emplace_back(book.stamp, name);
    std::sort(order.begin(), order.end());
    for (const auto& [stamp, name] : order) {
      if (std::pair(stamp, name) <= std::pair(after.datestamp, after.name)) continue;
      if (!visit(ItemOf(books_.find(name)->first, books_.at(name)))) return;
    }
  }
  v1::Publication Read(std::string_view name) const override { return books_.at(std::string(name)).publication; }

 private:
  struct Book {
    v1::Publication publication;
    std::vector<std::string> sets;
    absl::Time stamp;
    bool deleted = false;
  };
  static HarvestItem ItemOf(const std::string& name, const Book& book) {
    return {name, book.stamp, book.deleted, &book.sets};
  }
  std::map<std::string, Book> books_;
};

class OaiProviderTest : public ::testing::Test {
 protected:
  OaiProviderTest() {
    site_.public_url = "https://schutznetz.example";
    site_.repository_domain = "schutznetz.example";
  }
  XmlNode Ask(const std::string& form) const {
    // A token of this test is its state with a mark; nothing else opens.
    const OaiProvider provider(
        site_, {[](std::string_view state) {
                  return "T" + absl::StrReplaceAll(absl::string_view(state.data(), state.size()), {{"\n", "_"}});
                },
                [](std::string_view token) -> std::optional<std::string> {
                  if (!token.starts_with('T')) return std::nullopt;
                  return absl::StrReplaceAll(absl::string_view(token.data() + 1, token.size() - 1), {{"_", "\n"}});
                }});
    const auto tree = ParseXml(provider.Answer(form, shelf_, At(1000)));
    EXPECT_TRUE(tree.has_value()) << form;
    return tree.value_or(XmlNode());
  }
  std::string ErrorOf(const std::string& form) const {
    const XmlNode answer = Ask(form);
    const XmlNode* error = answer.At("error");
    return error == nullptr ? "none" : error->attributes.at("code");
  }

  Site site_;
  Shelf shelf_;
};

TEST_F(OaiProviderTest, EveryAnswerNamesItsTimeAndRequest) {
  const XmlNode answer = Ask("verb=Identify");
  EXPECT_EQ(answer.name, "http://www.openarchives.org/OAI/2.0/\nOAI-PMH");
  EXPECT_EQ(answer.TextAt("responseDate"), "2023-11-14T22:30:00Z");
  EXPECT_EQ(answer.TextAt("request"), "https://schutznetz.example/oai");
  EXPECT_EQ(answer.At("request")->attributes.at("verb"), "Identify");
  // A request whose verb or arguments are wrong is named without them.
  EXPECT_TRUE(Ask("verb=Drop&set=%3C%22").At("request")->attributes.empty());
}

TEST_F(OaiProviderTest, IdentifySaysHowThisRepositoryWorks) {
  shelf_.Put("old", At(-5));
  shelf_.Put("new", At(5));
  const XmlNode answer = Ask("verb=Identify");
  EXPECT_EQ(answer.TextAt("Identify/protocolVersion"), "2.0");
  EXPECT_EQ(answer.TextAt("Identify/deletedRecord"), "persistent");
  EXPECT_EQ(answer.TextAt("Identify/granularity"), "YYYY-MM-DDThh:mm:ssZ");
  EXPECT_EQ(answer.TextAt("Identify/earliestDatestamp"), OaiTime(At(-5)));
  EXPECT_EQ(answer.TextAt("Identify/description/oai-identifier/repositoryIdentifier"), "schutznetz.example");
}

TEST_F(OaiProviderTest, EveryErrorOfTheProtocol) {
  shelf_.Put("leitfaden", At(0));
  const std::pair<const char*, const char*> kCases[] = {
      {"verb=Drop", "badVerb"},
      {"verb=ListRecords", "badArgument"},
      {"verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"},
      {"verb=GetRecord&metadataPrefix=marc21&identifier=oai:schutznetz.example:leitfaden", "cannotDisseminateFormat"},
      {"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:schutznetz.example:none", "idDoesNotExist"},
      {"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other.example:leitfaden", "idDoesNotExist"},
      {"verb=ListMetadataFormats&identifier=oai:schutznetz.example:none", "idDoesNotExist"},
      {"verb=ListRecords&metadataPrefix=oai_dc&from=2030-01-01", "noRecordsMatch"},
      {"verb=ListRecords&metadataPrefix=oai_dc&until=2000-01-01", "noRecordsMatch"},
      {"verb=ListIdentifiers&metadataPrefix=oai_dc&set=type:VIDEO", "noRecordsMatch"},
      {"verb=ListIdentifiers&metadataPrefix=oai_dc&set=nothing", "noRecordsMatch"},
      {"verb=ListRecords&resumptionToken=forged", "badResumptionToken"},
      {"verb=ListRecords&resumptionToken=Tforged", "badResumptionToken"},
      {"verb=ListSets&resumptionToken=forged", "badResumptionToken"},
      {"verb=ListMetadataFormats&identifier=oai:schutznetz.example:leitfaden", "none"},
      {"verb=ListSets", "none"},
  };
  for (const auto& [form, code] : kCases) EXPECT_EQ(ErrorOf(form), code) << form;
}

TEST_F(OaiProviderTest, ARecordIsToldInDublinCore) {
  shelf_.Put("leitfaden", At(0));
  const XmlNode answer = Ask("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:schutznetz.example:leitfaden");
  const XmlNode* record = answer.At("GetRecord/record");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->TextAt("header/identifier"), "oai:schutznetz.example:leitfaden");
  EXPECT_EQ(record->TextAt("header/datestamp"), OaiTime(At(0)));
  EXPECT_EQ(record->At("header")->All("setSpec").size(), 2u);
  const XmlNode* dc = record->At("metadata/dc");
  ASSERT_NE(dc, nullptr);
  EXPECT_EQ(dc->name, "http://www.openarchives.org/OAI/2.0/oai_dc/\ndc");
  const auto titles = dc->All("title");
  ASSERT_EQ(titles.size(), 2u);
  EXPECT_EQ(titles[0]->name, "http://purl.org/dc/elements/1.1/\ntitle");
  EXPECT_EQ(titles[0]->text, "Leitfaden <Kinderhandel> & Ausbeutung");
  EXPECT_EQ(titles[1]->attributes.at("http://www.w3.org/XML/1998/namespace\nlang"), "en");
  EXPECT_EQ(dc->TextAt("date"), "2024-05");
  EXPECT_EQ(dc->All("type")[1]->text, "GUIDELINE");
  // Only the fifteen elements.
  const std::set<std::string_view> kElements = {"title",       "creator",  "subject",  "description", "publisher",
                                                "contributor", "date",     "type",     "format",      "identifier",
                                                "source",      "language", "relation", "coverage",    "rights"};
  for (const XmlNode& element : dc->children) EXPECT_THAT(kElements, Contains(element.local()));
}

TEST_F(OaiProviderTest, ADeletedRecordIsAHeaderForEver) {
  shelf_.Put("weg", At(3), /*deleted=*/true);
  const XmlNode answer = Ask("verb=ListRecords&metadataPrefix=oai_dc");
  const XmlNode* record = answer.At("ListRecords/record");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->At("header")->attributes.at("status"), "deleted");
  EXPECT_EQ(record->At("metadata"), nullptr);
}

TEST_F(OaiProviderTest, ASetHoldsWhatItsSubsetsHold) {
  shelf_.Put("leitfaden", At(0));
  for (const char* set : {"type", "type:GUIDELINE", "land", "land:DE-NW"}) {
    EXPECT_EQ(ErrorOf(absl::StrCat("verb=ListIdentifiers&metadataPrefix=oai_dc&set=", set)), "none") << set;
  }
  EXPECT_EQ(ErrorOf("verb=ListIdentifiers&metadataPrefix=oai_dc&set=lan"), "noRecordsMatch");
  std::set<std::string> specs;
  const XmlNode answer = Ask("verb=ListSets");
  for (const XmlNode* set : answer.At("ListSets")->All("set")) specs.insert(set->TextAt("setSpec"));
  for (const std::string& spec : SetsOf(SamplePublication())) EXPECT_THAT(specs, Contains(spec));
}

// A harvest in parts gets every record exactly once when nothing changes, and what changes meanwhile comes again.
TEST_F(OaiProviderTest, AListInPartsLosesNothing) {
  constexpr int kCount = 250;
  for (int i = 0; i < kCount; ++i) shelf_.Put(absl::StrCat("p", 1000 + i), At(i / 3));
  std::map<std::string, int> seen;
  std::string form = "verb=ListIdentifiers&metadataPrefix=oai_dc";
  for (int page = 0; page < 4; ++page) {
    const XmlNode answer = Ask(form);
    const XmlNode* list = answer.At("ListIdentifiers");
    ASSERT_NE(list, nullptr) << page;
    for (const XmlNode* header : list->All("header")) ++seen[header->TextAt("identifier")];
    const XmlNode* token = list->At("resumptionToken");
    ASSERT_NE(token, nullptr);
    EXPECT_EQ(token->attributes.at("cursor"), absl::StrCat(page * OaiProvider::kPageRecords));
    if (page == 0) {
      EXPECT_EQ(token->attributes.at("completeListSize"), "250");
      shelf_.Put("p1000", At(500));  // changed while the harvest goes on
    }
    if (token->text.empty()) break;
    form = "verb=ListIdentifiers&resumptionToken=" + token->text;
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(kCount));
  for (const auto& [identifier, times] : seen) {
    EXPECT_EQ(times, identifier == "oai:schutznetz.example:p1000" ? 2 : 1) << identifier;
  }
}

TEST_F(OaiProviderTest, ATokenGoesOnWithItsOwnListOnly) {
  for (int i = 0; i < 150; ++i) shelf_.Put(absl::StrCat("p", 1000 + i), At(i));
  const XmlNode answer = Ask("verb=ListIdentifiers&metadataPrefix=oai_dc&until=2023-11-15");
  const std::string token = answer.TextAt("ListIdentifiers/resumptionToken");
  EXPECT_EQ(ErrorOf("verb=ListRecords&resumptionToken=" + token), "badResumptionToken");
  const XmlNode rest = Ask("verb=ListIdentifiers&resumptionToken=" + token);
  EXPECT_EQ(rest.At("ListIdentifiers")->All("header").size(), 50u);
  EXPECT_EQ(rest.TextAt("ListIdentifiers/resumptionToken"), "");  // section 3.5: the last part ends the list
}

TEST_F(OaiProviderTest, LongRecordsMakeShorterPages) {
  for (int i = 0; i < 100; ++i) shelf_.Put(absl::StrCat("p", 1000 + i), At(i));
  const XmlNode answer = Ask("verb=ListRecords&metadataPrefix=oai_dc");
  EXPECT_EQ(answer.At("ListRecords")->All("record").size(), 100u);
  EXPECT_EQ(answer.At("ListRecords/resumptionToken"), nullptr);
}

}  // namespace
}  // namespace schutznetz::events
