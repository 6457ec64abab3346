// Real answers of repositories: each is read, or refused with a line. Skipped by name where the files are absent.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/events/imports/oai_reader.h"

namespace schutznetz::events {
namespace {

std::string SharedFolder() {
  const char* root = std::getenv("SCHUTZNETZ_SHARED_DATA");
  return (root != nullptr ? std::string(root) : std::string(SCHUTZNETZ_SOURCE_DIR) + "/../shared/data") +
         "/oai-pmh/sickle";
}

struct Expected {
  size_t records = 0;
  size_t deleted = 0;
  std::string refusal;  // its beginning; empty: none
};

const std::map<std::string, Expected>& ExpectedByFile() {
  static const auto* expected = new std::map<std::string, Expected>{
      {"GetRecord.xml", {1, 0, ""}},
      {"GetRecord_utf8test.xml", {1, 0, ""}},
      {"ListRecords.xml", {2, 1, ""}},
      {"ListRecords2.xml", {2, 1, ""}},
      {"ListRecords3.xml", {2, 1, ""}},
      {"ListRecords4.xml", {1, 0, "The record has no identifier."}},
      {"ListRecordsBroken.xml", {0, 0, "Is not well-formed XML"}},
      {"Identify.xml", {0, 0, "Holds no records"}},
      {"ListIdentifiers.xml", {0, 0, "Holds no records"}},
      {"ListIdentifiers2.xml", {0, 0, "Holds no records"}},
      {"ListMetadataFormats.xml", {0, 0, "Holds no records"}},
      {"ListSets.xml", {0, 0, "Holds no records"}},
      {"badArgument.xml", {0, 0, "The repository answered badArgument"}},
      {"badResumptionToken.xml", {0, 0, "The repository answered badResumptionToken"}},
      {"cannotDisseminateFormat.xml", {0, 0, "The repository answered cannotDisseminateFormat"}},
      {"idDoesNotExist.xml", {0, 0, "The repository answered idDoesNotExist"}},
      {"noRecordsMatch.xml", {0, 0, "The repository answered noRecordsMatch"}},
      {"noSetHierarchy.xml", {0, 0, "The repository answered noSetHierarchy"}},
      {"undefinedError.xml", {0, 0, "The repository answered undefinedError"}}};
  return *expected;
}

TEST(RealOaiTest, EveryFileIsReadOrRefusedWithALine) {
  if (!std::filesystem::exists(SharedFolder())) {
    std::cerr << "SKIPPED: " << SharedFolder() << " is absent; nothing was read\n";
    return;
  }
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SharedFolder())) {
    const std::string name = entry.path().filename();
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const ImportedFile file = ReadOaiRecords(text, 1);
    ASSERT_TRUE(ExpectedByFile().contains(name)) << name;
    const Expected& expected = ExpectedByFile().at(name);
    ++files;
    EXPECT_EQ(file.records.size(), expected.records) << name;
    size_t deleted = 0;
    for (const ImportedRecord& record : file.records) {
      deleted += record.deleted ? 1 : 0;
      EXPECT_EQ(record.publication.title().translations().empty(), record.deleted) << name;
    }
    EXPECT_EQ(deleted, expected.deleted) << name;
    ASSERT_EQ(file.refusals.size(), expected.refusal.empty() ? 0u : 1u) << name;
    if (expected.refusal.empty()) continue;
    EXPECT_GT(file.refusals[0].line(), 0) << name;
    EXPECT_TRUE(file.refusals[0].reason().starts_with(expected.refusal)) << name << file.refusals[0].reason();
  }
  EXPECT_EQ(files, ExpectedByFile().size());
}

TEST(RealOaiTest, ARealRecordComesWhole) {
  std::ifstream stream(SharedFolder() + "/ListRecords.xml", std::ios::binary);
  if (!stream) return;
  const ImportedFile file = ReadOaiRecords(std::string{std::istreambuf_iterator<char>(stream), {}}, 1);
  ASSERT_EQ(file.records.size(), 2u);
  const v1::Publication& publication = file.records[1].publication;
  EXPECT_EQ(publication.title().translations(0).text(), "Sample Title");
  EXPECT_EQ(publication.title().translations(0).language_code(), "en");  // dc:language eng
  EXPECT_THAT(publication.creators(), ::testing::ElementsAre("John Doe"));
  EXPECT_EQ(publication.issued(), "2010");
  EXPECT_EQ(publication.type(), v1::Publication::ARTICLE);
  EXPECT_EQ(publication.publishers(0), "Sample Publisher");
  EXPECT_EQ(file.resumption_token, "ListRecords2.xml");
}

}  // namespace
}  // namespace schutznetz::events
