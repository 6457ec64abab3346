// What goes into the catalogue through the gateway: documents in parts, imports of OAI-PMH answers and of CSV, and the
// commands for both. Nothing that is no sound PDF document stays.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/output.h"
#include "gmock/gmock.h"
#include "services/common/rpc/digest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/events/documents/test_pdf.h"
#include "tests/e2e/publications.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

using ::testing::HasSubstr;

constexpr size_t kPartBytes = 40'000;
constexpr char kGuideline[] = "publications/guideline-child-trafficking";

// A document of several parts.
std::string LongPdf(size_t bytes = 100'000) {
  const std::string text(bytes, 'x');
  return events::SmallPdf("", "", {absl::StrCat("<< /Length ", text.size(), " >>\nstream\n", text, "\nendstream")});
}

class UploadsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  UploadsTest() : installation_(InstallationWithPublications(GetParam())) {}

  cli::Response Announce(const std::string& document, const std::string& file_name = "leitfaden.pdf",
                         const std::string& digest = "") {
    const std::string sha256 = digest.empty() ? absl::BytesToHexString(rpc::Sha256(document)) : digest;
    return staff_.Call("POST", "/v1/publicationFiles", {},
                       absl::StrCat(R"({"fileName":")", file_name, R"(","sizeBytes":")", document.size(),
                                    R"(","sha256":")", sha256, R"(","land":"lands/DE-NW"})"));
  }
  cli::Response Append(const std::string& name, size_t offset, const std::string& data) {
    return staff_.Call("POST", absl::StrCat("/v1/", name, ":append"), {},
                       absl::StrCat(R"({"offset":")", offset, R"(","data":")", absl::Base64Escape(data), R"("})"));
  }
  // Sends all parts; the answer to the last one that was taken or refused.
  cli::Response Send(const std::string& document, const std::string& digest = "") {
    cli::Response answer = Announce(document, "leitfaden.pdf", digest);
    EXPECT_EQ(answer.status, 200) << answer.body;
    name_ = TextOf(answer.body, "name");
    for (size_t offset = 0; offset < document.size() && answer.status == 200; offset += kPartBytes) {
      answer = Append(name_, offset, document.substr(offset, kPartBytes));
    }
    return answer;
  }
  gateway::testing::RawAnswer Download(const std::string& name) const {
    return AskOnce(installation_.gateway_port(), GetRequest(absl::StrCat("/v1/", name, ":download"), ""));
  }
  // Of `import publications`: what it said.
  std::string Import(const std::vector<std::string>& more, int expected_exit) {
    std::vector<std::string> arguments = {"import", "publications"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::string said;
    EXPECT_EQ(installation_.Ctl(arguments, &said), expected_exit) << said;
    return said;
  }

  Installation& installation_;
  cli::HttpClient staff_ = installation_.Http(kStaff);
  std::string name_;  // of the file that was sent last
};

TEST_P(UploadsTest, ADocumentInPartsGoesOutAsItCame) {
  const std::string document = LongPdf();
  const cli::Response sent = Send(document);
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ(TextOf(sent.body, "state"), "READY");
  EXPECT_EQ(TextOf(sent.body, "mediaType"), "application/pdf");
  const auto got = Download(name_);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.headers.at("content-type"), "application/pdf");
  EXPECT_EQ(got.headers.at("x-content-type-options"), "nosniff");
  EXPECT_TRUE(got.body == document) << got.body.size() << " bytes of " << document.size();
}

TEST_P(UploadsTest, WhatIsNoSoundPdfIsRefusedAndGone) {
  const std::string document = LongPdf();
  const std::pair<const char*, std::string> kCases[] = {
      {"a picture", "GIF89a" + std::string(100, 'x')},
      {"a program", "MZ" + std::string(100, '\0')},
      {"a page with a script", events::SmallPdf("/OpenAction << /S /JavaScript /JS (x) >>")},
      {"a document that was cut off", document.substr(0, document.size() / 2)},
      {"a document with a broken table",
       absl::StrCat(document.substr(0, document.size() - 30), "startxref\n7\n%%EOF\n")},
  };
  for (const auto& [what, bytes] : kCases) {
    const cli::Response answer = Send(bytes);
    EXPECT_EQ(answer.status, 400) << what << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("INVALID_FIELD")) << what;
    EXPECT_EQ(Download(name_).status, 404) << what;
    EXPECT_EQ(Append(name_, 0, bytes.substr(0, kPartBytes)).status, 404) << what;
  }
  EXPECT_EQ(Send(document, std::string(64, '0')).status, 400) << "another digest";
}

TEST_P(UploadsTest, SizesAndNamesAreChecked) {
  EXPECT_EQ(Announce(std::string(3'000'001, 'x')).status, 400);
  EXPECT_EQ(Announce(LongPdf(), "programm.exe").status, 400);
  const std::string document = LongPdf();
  const std::string name = TextOf(Announce(document).body, "name");
  EXPECT_EQ(Append(name, 0, document.substr(0, 1000)).status, 400) << "too small a part";
  EXPECT_EQ(Append(name, kPartBytes, document.substr(kPartBytes, kPartBytes)).status, 409) << "out of turn";
  EXPECT_EQ(Append(name, 0, document.substr(0, kPartBytes)).status, 200);
  EXPECT_EQ(Append(name, 0, document.substr(0, kPartBytes)).status, 200) << "sent again";
  EXPECT_EQ(Download(name).status, 404) << "not whole yet";
  const cli::Response much = Append(name, kPartBytes, document.substr(kPartBytes) + std::string(10, 'x'));
  EXPECT_EQ(much.status, 400) << much.body;
}

TEST_P(UploadsTest, OnlyEditorsSend) {
  const cli::Response answer = installation_.Http(kNobody).Call(
      "POST", "/v1/publicationFiles", {},
      absl::StrCat(R"({"fileName":"a.pdf","sizeBytes":"10","sha256":")", std::string(64, 'a'), R"("})"));
  EXPECT_EQ(answer.status, 401) << answer.body;
}

TEST_P(UploadsTest, TheCommandAttachesALargeDocument) {
  const std::string document = LongPdf(2'900'000);
  std::string said;
  ASSERT_EQ(installation_.Ctl(
                {"publication", "attach", kGuideline, FileOf(installation_, "gross.pdf", document), "--language", "en"},
                &said),
            cli::kOk)
      << said;
  const size_t at = said.find("publicationFiles/");
  ASSERT_NE(at, std::string::npos) << said;
  const std::string name = said.substr(at, said.find_first_of("\n ", at) - at);
  const auto shown = AskOnce(installation_.gateway_port(), GetRequest(absl::StrCat("/v1/", kGuideline), ""));
  EXPECT_THAT(shown.body, HasSubstr(name));
  EXPECT_TRUE(Download(name).body == document);
  const std::string large = FileOf(installation_, "riesig.pdf", LongPdf(3'000'000));
  EXPECT_NE(installation_.Ctl({"publication", "attach", kGuideline, large}, &said), cli::kOk);
  EXPECT_THAT(said, HasSubstr("sizeBytes"));
  const std::string picture = FileOf(installation_, "bild.pdf", "GIF89a");
  EXPECT_NE(installation_.Ctl({"publication", "attach", kGuideline, picture}, &said), cli::kOk);
  EXPECT_THAT(said, HasSubstr("Is no PDF document"));
}

TEST_P(UploadsTest, CsvIsImportedOnceAndRefusedByLine) {
  const std::string file = FileOf(installation_, "neu.csv",
                                  "sourceId,type,title@de,issued\n"
                                  "eins,REPORT,Erster Musterbericht,2024-05\n"
                                  "zwei,REPORT,\"Zweiter\nMusterbericht\",2024-05\n"
                                  "drei,REPORT,Dritter Musterbericht,2023-02-29\n"
                                  "vier,GEDICHT,Vierter Musterbericht,2024\n");
  EXPECT_THAT(Import({"--dry_run", "--source", "csv.example", file}, cli::kRefused), HasSubstr("Dry run: 2 new"));
  const std::string said = Import({"--source", "csv.example", "--land", "lands/DE-NW", file}, cli::kRefused);
  EXPECT_THAT(said, HasSubstr("2 new, 0 changed, 0 unchanged, 0 deleted, 2 refused"));
  EXPECT_THAT(said, HasSubstr("neu.csv:5: refused: issued"));
  EXPECT_THAT(said, HasSubstr("neu.csv:6: refused: type"));
  EXPECT_THAT(Import({"--source", "csv.example", file}, cli::kRefused), HasSubstr("0 new, 0 changed, 2 unchanged"));
  const std::string gone = FileOf(installation_, "weg.csv", "sourceId,type,title@de,deleted\nzwei,,,true\n");
  EXPECT_THAT(Import({"--source", "csv.example", gone}, cli::kOk), HasSubstr("1 deleted, 0 refused"));
}

TEST_P(UploadsTest, RealAnswersOfARepositoryImport) {
  const auto folder = SharedData() / "oai-pmh/sickle";
  if (!exists(folder)) GTEST_SKIP() << folder << " is absent";
  EXPECT_THAT(Import({(folder / "ListRecords.xml").string()}, cli::kOk), HasSubstr("1 new"));
  EXPECT_THAT(Import({(folder / "ListRecords.xml").string()}, cli::kOk), HasSubstr("0 new, 0 changed, 2 unchanged"));
  int refused = 0, taken = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string said;
    const int exit = installation_.Ctl({"import", "publications", entry.path().string()}, &said);
    ++(exit == cli::kOk ? taken : refused);
    if (exit == cli::kOk) continue;
    EXPECT_EQ(exit, cli::kRefused) << said;
    EXPECT_THAT(said, ::testing::ContainsRegex(entry.path().filename().string() + ":[0-9]+: refused: ")) << said;
  }
  EXPECT_EQ(taken, 5);
  EXPECT_EQ(refused, 14);
}

// Tables of another kind are refused at their heading.
TEST_P(UploadsTest, RealCsvOfAnotherKindIsRefusedAtItsHeading) {
  const auto file = SharedData() / "hsds-1.x-ohana/sample-csv/services.csv";
  if (!exists(file)) GTEST_SKIP() << file << " is absent";
  const std::string said = Import({"--source", "csv.example", file.string()}, cli::kRefused);
  EXPECT_THAT(said, HasSubstr("services.csv:1: refused: "));
  EXPECT_THAT(said, HasSubstr("0 new, 0 changed"));
}

TEST_P(UploadsTest, OtherTypesAreNoImport) {
  const cli::Response answer = staff_.Call("POST", "/v1/publications:import", {}, "{}");
  EXPECT_EQ(answer.status, 415) << answer.body;
  const cli::Response large =
      staff_.Call("POST", "/v1/publications:import", {{"source", "a"}}, std::string(600'000, 'x'), 0, "text/csv");
  EXPECT_EQ(large.status, 413) << large.body;
}

INSTANTIATE_TEST_SUITE_P(Engines, UploadsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
