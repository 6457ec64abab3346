#include "services/events/imports/oai_reader.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::events {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::Publication;

// Three lines stand before `records`.
std::string Answer(const std::string& records) {
  return absl::StrCat(
      "<?xml version=\"1.0\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:o=\"http://www.openarchives.org/OAI/2.0/oai_dc/\">\n"
      "<ListRecords>\n",
      records, "</ListRecords></OAI-PMH>");
}

std::string Record(const std::string& elements) {
  return absl::StrCat("<record><header><identifier>oai:x:1</identifier></header>\n<metadata><o:dc>\n", elements,
                      "</o:dc></metadata></record>\n");
}

Publication Read(const std::string& elements) {
  const ImportedFile file = ReadOaiRecords(Answer(Record(elements)), 1);
  EXPECT_THAT(file.refusals, IsEmpty()) << file.refusals.front().ShortDebugString();
  return file.records.empty() ? Publication() : file.records[0].publication;
}

TEST(OaiReaderTest, ElementsBecomeFields) {
  const Publication publication = Read(
      "<dc:title xml:lang=\"ger\">Ein   Titel\n  mit Umbruch</dc:title><dc:title xml:lang=\"en\">A title</dc:title>"
      "<dc:creator>Muster, Erika</dc:creator><dc:creator>Muster, Erika</dc:creator><dc:creator/>"
      "<dc:subject>Kinderschutz</dc:subject><dc:description>Eins</dc:description><dc:description>Zwei</dc:description>"
      "<dc:date>2011-07-18T16:31:00Z</dc:date><dc:date>1999</dc:date><dc:type>text</dc:type><dc:type>doc-type:article</"
      "dc:type>"
      "<dc:identifier>https://example.org/1</dc:identifier><dc:identifier>doi:10.1/2</dc:identifier>"
      "<dc:language>deu</dc:language><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>");
  EXPECT_EQ(publication.title().translations(0).language_code(), "de");
  EXPECT_EQ(publication.title().translations(0).text(), "Ein Titel mit Umbruch");
  EXPECT_EQ(publication.title().translations(1).language_code(), "en");
  EXPECT_THAT(publication.creators(), ElementsAre("Muster, Erika"));
  EXPECT_EQ(publication.subjects(0).translations(0).language_code(), "de");
  EXPECT_EQ(publication.description().translations(0).text(), "Eins\n\nZwei");
  EXPECT_EQ(publication.issued(), "2011-07-18");
  EXPECT_EQ(publication.type(), Publication::ARTICLE);
  EXPECT_EQ(publication.links(0).url(), "https://example.org/1");
  EXPECT_THAT(publication.identifiers(), ElementsAre("doi:10.1/2"));
  EXPECT_THAT(publication.languages(), ElementsAre("de"));
  EXPECT_EQ(publication.license(), "https://creativecommons.org/licenses/by/4.0/");
  EXPECT_EQ(publication.source_identifier(), "oai:x:1");
}

TEST(OaiReaderTest, ARecordThatDoesNotFitIsRefusedAtItsLine) {
  const ImportedFile file =
      ReadOaiRecords(Answer(Record("<dc:title>Eins</dc:title>\n<dc:date>around 1999</dc:date>\n") +
                            Record("<dc:title>Zwei</dc:title>")),
                     1);
  ASSERT_THAT(file.records, SizeIs(1));
  ASSERT_THAT(file.refusals, SizeIs(1));
  EXPECT_EQ(file.refusals[0].line(), 7);
  EXPECT_EQ(file.refusals[0].field(), "dc:date");
  EXPECT_THAT(file.refusals[0].reason(), HasSubstr("2024-05-31"));
}

TEST(OaiReaderTest, ViolationsFindTheirLines) {
  const ImportedFile file = ReadOaiRecords(
      Answer(Record("<dc:title>Eins</dc:title>\n<dc:subject>a</dc:subject>\n<dc:subject>b</dc:subject>")), 101);
  ASSERT_THAT(file.records, SizeIs(1));
  EXPECT_EQ(file.records[0].line, 104);
  EXPECT_EQ(file.records[0].LineOf("title.translations[0].text"), 106);
  EXPECT_EQ(file.records[0].LineOf("subjects[1].translations[0].text"), 108);
  EXPECT_EQ(file.records[0].LineOf("land"), 104);
}

TEST(OaiReaderTest, DeletedRecordsAndTokensAreRead) {
  const ImportedFile file =
      ReadOaiRecords(Answer("<record><header status=\"deleted\"><identifier>oai:x:2</identifier></header></record>"
                            "<resumptionToken cursor=\"0\">abc</resumptionToken>"),
                     1);
  ASSERT_THAT(file.records, SizeIs(1));
  EXPECT_TRUE(file.records[0].deleted);
  EXPECT_EQ(file.records[0].source, "oai:x:2");
  EXPECT_EQ(file.resumption_token, "abc");
}

TEST(OaiReaderTest, WhatIsNoAnswerIsRefusedAsAWhole) {
  struct Case {
    std::string text;
    int64_t line;
    const char* reason;
  };
  std::string deep = "<a>";
  for (int i = 0; i < 40; ++i) deep = absl::StrCat("<a>", deep, "</a>");
  const Case kCases[] = {
      {"broken xml", 1, "Is not well-formed XML"},
      {"", 1, "Is not well-formed XML"},
      {"<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n<x>&e;</x>", 2,
       "document type"},
      {"<rss/>", 1, "Is no answer of an OAI-PMH repository."},
      {Answer("<record>\n"), 5, "Is not well-formed XML"},
      {Answer("<record><header>" + deep), 4, "nested too deeply"},
      {Answer(Record("<dc:title>" + std::string(70000, 'x') + "</dc:title>")), 6, "64 KiB"},
      {Answer("<record><record/></record>"), 4, "inside of a record"},
      {Answer("<record><header/></record>") + "x", 4, "Is not well-formed XML"},
      {"<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\n\n<Identify/></OAI-PMH>", 1, "Holds no records"},
      {"<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\n<error code=\"badVerb\">No.</error></OAI-PMH>", 2,
       "The repository answered badVerb: No."},
      {"\xff\xfe<\0", 1, "Is not well-formed XML"},
  };
  for (const Case& test : kCases) {
    const ImportedFile file = ReadOaiRecords(test.text, 1);
    EXPECT_THAT(file.records, IsEmpty()) << test.reason;
    ASSERT_THAT(file.refusals, SizeIs(1)) << test.reason;
    EXPECT_EQ(file.refusals[0].line(), test.line) << test.reason;
    EXPECT_THAT(file.refusals[0].reason(), HasSubstr(test.reason));
  }
}

TEST(OaiReaderTest, APieceHoldsFiveHundredRecords) {
  std::string records;
  for (int i = 0; i < 500; ++i) records += Record("<dc:title>Eins</dc:title>");
  EXPECT_THAT(ReadOaiRecords(Answer(records), 1).records, SizeIs(500));
  const ImportedFile file = ReadOaiRecords(Answer(records + Record("")), 1);
  EXPECT_THAT(file.records, IsEmpty());
  EXPECT_THAT(file.refusals, SizeIs(1));
}

TEST(OaiReaderTest, OneSourceHasOneId) {
  EXPECT_EQ(IdOfSource("oai:x:1"), IdOfSource("oai:x:1"));
  EXPECT_NE(IdOfSource("oai:x:1"), IdOfSource("oai:x:2"));
  EXPECT_THAT(IdOfSource("oai:x:1"), ::testing::MatchesRegex("src-[0-9a-f]{24}"));
}

}  // namespace
}  // namespace schutznetz::events
