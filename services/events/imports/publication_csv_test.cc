#include "services/events/imports/publication_csv.h"

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

TEST(PublicationCsvTest, ColumnsBecomeFields) {
  const ImportedFile file = ReadPublicationCsv(
      "sourceId,type,title@de,title@en,subjects@de,creators,issued,languages,audiences,professions,links,seriesTitle,"
      "deleted\n"
      "7,STUDY,Eine Studie,A study,Kinderschutz| Polizei,\"Muster, Erika|Beispiel, Max\",2024-05-31,de|en,"
      "PROFESSIONALS,POLICE|COUNSELLING,https://example.org/7,Materialien,false\n",
      0, "example.org");
  ASSERT_THAT(file.refusals, IsEmpty());
  ASSERT_THAT(file.records, SizeIs(1));
  const Publication& publication = file.records[0].publication;
  EXPECT_EQ(file.records[0].source, "csv:example.org:7");
  EXPECT_EQ(publication.type(), Publication::STUDY);
  EXPECT_EQ(publication.title().translations(1).text(), "A study");
  EXPECT_EQ(publication.subjects_size(), 2);
  EXPECT_EQ(publication.subjects(1).translations(0).text(), "Polizei");
  EXPECT_THAT(publication.creators(), ElementsAre("Muster, Erika", "Beispiel, Max"));
  EXPECT_THAT(publication.languages(), ElementsAre("de", "en"));
  EXPECT_THAT(publication.professions(),
              ElementsAre(common::v1::Profession::POLICE, common::v1::Profession::COUNSELLING));
  EXPECT_EQ(publication.links(0).url(), "https://example.org/7");
  EXPECT_EQ(publication.series().title(), "Materialien");
}

TEST(PublicationCsvTest, WrongHeadingsRefuseTheFile) {
  const std::pair<const char*, const char*> kCases[] = {{"sourceId,type,title@de,colour\n", "colour"},
                                                        {"sourceId,type,title\n", "title"},
                                                        {"sourceId,type,title@de,issued@de\n", "issued@de"},
                                                        {"sourceId,title@de\n", "type"},
                                                        {"type,title@de\n", "sourceId"},
                                                        {"sourceId,type\n", "title@…"},
                                                        {"sourceId,type,title@de,title@de\n", "title@de"}};
  for (const auto& [text, field] : kCases) {
    const ImportedFile file = ReadPublicationCsv(std::string(text) + "1,BOOK,x,y\n", 0, "x");
    EXPECT_THAT(file.records, IsEmpty()) << text;
    ASSERT_THAT(file.refusals, SizeIs(1)) << text;
    EXPECT_EQ(file.refusals[0].line(), 1);
    EXPECT_EQ(file.refusals[0].field(), field);
  }
}

TEST(PublicationCsvTest, WrongRowsAreRefusedAtTheirLines) {
  const ImportedFile file = ReadPublicationCsv(
      "sourceId,type,title@de\n1,BOOK,Eins\n2,NOVEL,Zwei\n,BOOK,Drei\n4,BOOK\n\"5\",BOOK,\"Fünf\nmit "
      "Zeile\"\n6,BOOK,Sechs\n",
      0, "x");
  ASSERT_THAT(file.records, SizeIs(3));
  EXPECT_EQ(file.records[1].line, 6);
  EXPECT_EQ(file.records[2].line, 8);
  ASSERT_THAT(file.refusals, SizeIs(3));
  EXPECT_EQ(file.refusals[0].line(), 3);
  EXPECT_EQ(file.refusals[0].field(), "type");
  EXPECT_EQ(file.refusals[1].line(), 4);
  EXPECT_EQ(file.refusals[1].field(), "sourceId");
  EXPECT_EQ(file.refusals[2].line(), 5);
  EXPECT_THAT(file.refusals[2].reason(), HasSubstr("2 values"));
}

TEST(PublicationCsvTest, APieceFromTheMiddleTellsTheLinesOfTheFile) {
  const ImportedFile file = ReadPublicationCsv("sourceId,type,title@de\n1,NOVEL,Eins\n2,BOOK,\"Zwei", 1001, "x");
  EXPECT_THAT(file.records, IsEmpty());
  ASSERT_THAT(file.refusals, SizeIs(2));
  EXPECT_EQ(file.refusals[0].line(), 1001);
  EXPECT_EQ(file.refusals[1].line(), 1002);
  EXPECT_EQ(file.refusals[1].reason(), "A quote is not closed.");
}

TEST(PublicationCsvTest, OtherBytesAreRefused) {
  EXPECT_EQ(ReadPublicationCsv("", 0, "x").refusals[0].reason(), "Has no heading.");
  EXPECT_EQ(ReadPublicationCsv("sourceId,type,title@de\n1,BOOK,M\xfcnster\n", 0, "x").refusals[0].reason(),
            "Is not UTF-8.");
  std::string many = "sourceId,type,title@de\n";
  for (int i = 0; i < 501; ++i) absl::StrAppend(&many, i, ",BOOK,x\n");
  const ImportedFile file = ReadPublicationCsv(many, 0, "x");
  EXPECT_THAT(file.records, IsEmpty());
  EXPECT_THAT(file.refusals, SizeIs(1));
  EXPECT_EQ(file.refusals[0].line(), 502);
}

}  // namespace
}  // namespace schutznetz::events
