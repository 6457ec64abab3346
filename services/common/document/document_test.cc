// What both renderings say, read back by programs of others (pdfinfo and pdftotext of poppler-utils).
#include "services/common/document/document.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/document/html.h"
#include "services/common/document/pdf.h"
#include "services/common/document/qr.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::document {
namespace {

using ::schutznetz::testing::IsOk;
using ::schutznetz::testing::StatusIs;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

Table LongTable(int rows) {
  Table table{.caption = "Maßnahmen", .header = {"Nr.", "Maßnahme", "Stand"}, .widths = {1, 5, 2}};
  for (int i = 1; i <= rows; ++i) {
    table.rows.push_back(
        {absl::StrCat("Nr", i), "Eine Maßnahme, deren Text so lang ist, dass er umbrochen wird", "läuft"});
  }
  return table;
}

Document Example(int rows = 60) {
  Document document{.title = "Bericht für 2021", .language = "de", .author = "Musterstelle"};
  document.Add(Heading{1, "Umsetzungsbericht"});
  document.Add(Paragraph{{{"Text & <b>\"mit\"</b> "},
                          {"Gewicht", Span::kStrong},
                          {" und "},
                          {"Verweis", Span::kPlain, "https://example.org/a'b\\c"},
                          {"."}}});
  document.Add(Heading{2, "Liste"});
  document.Add(List{true, {{{"Erstens"}}, {{"Zweitens"}}}});
  document.Add(LongTable(rows));
  document.Add(QrCode{"https://example.org/zertifikat/ABC", "QR-Code: führt zur Prüfung"});
  return document;
}

// What a command says of a file with this content; "$1" in it is the file. Ends the test process when it cannot be run.
std::string OutputOf(const std::string& command, const std::string& content) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/document_test_", getpid(), ".pdf");
  std::ofstream(path, std::ios::binary) << content;
  FILE* const pipe = popen(absl::StrCat("set -- '", path, "'; ", command, " 2>&1").c_str(), "r");
  if (pipe == nullptr) abort();
  std::string out;
  std::array<char, 4096> buffer;
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), got);
  pclose(pipe);
  std::remove(path.c_str());
  return out;
}

std::string TextOfPdf(const std::string& pdf) { return OutputOf("pdftotext \"$1\" -", pdf); }

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

TEST(HtmlTest, EverythingIsEscapedAndNothingIsLoaded) {
  const auto html = RenderHtml(Example());
  ASSERT_THAT(html, IsOk());
  EXPECT_THAT(*html, HasSubstr("<html lang=\"de\">"));
  EXPECT_THAT(*html, HasSubstr("<p>Text &amp; &lt;b&gt;&quot;mit&quot;&lt;/b&gt; <strong>Gewicht</strong> und "
                               "<a href=\"https://example.org/a&#39;b\\c\">Verweis</a>.</p>"));
  EXPECT_THAT(*html, HasSubstr("<th scope=\"col\">Maßnahme</th>"));
  EXPECT_THAT(*html, HasSubstr("<th scope=\"row\">Nr60</th>"));
  EXPECT_THAT(*html, HasSubstr("role=\"img\" aria-label=\"QR-Code: führt zur Prüfung\""));
  for (const char* forbidden : {"<script", "<style", " style=", "src=", "<link"}) {
    EXPECT_THAT(*html, Not(HasSubstr(forbidden)));
  }
}

TEST(PdfTest, TextTitleAndPagesAreRead) {
  const auto pdf = RenderPdf(Example());
  ASSERT_THAT(pdf, IsOk());
  const std::string text = TextOfPdf(*pdf);
  EXPECT_THAT(text, HasSubstr("Umsetzungsbericht"));
  EXPECT_THAT(text, HasSubstr("Text & <b>\"mit\"</b> Gewicht und Verweis."));
  for (int i = 1; i <= 60; ++i) EXPECT_THAT(text, HasSubstr(absl::StrCat("Nr", i, "\n")));
  EXPECT_THAT(text, ContainsRegex("1 ?/ ?3\n"));
  EXPECT_THAT(text, ContainsRegex("3 ?/ ?3\n"));
  const std::string info = OutputOf("pdfinfo \"$1\"", *pdf);
  EXPECT_THAT(info, HasSubstr("Bericht für 2021"));
  EXPECT_THAT(info, ContainsRegex("Tagged: +yes"));
  EXPECT_THAT(info, ContainsRegex("Pages: +3\n"));
  EXPECT_THAT(info, Not(HasSubstr("Error")));
}

// The structure as a screen reader walks it.
TEST(PdfTest, StructureSaysWhatTheDocumentIs) {
  const auto pdf = RenderPdf(Example(/*rows=*/2));
  ASSERT_THAT(pdf, IsOk());
  EXPECT_THAT(*pdf, HasSubstr("/Lang <FEFF00640065>"));
  EXPECT_THAT(*pdf, HasSubstr("/DisplayDocTitle true"));
  const std::string structure = OutputOf("pdfinfo -struct-text \"$1\"", *pdf);
  EXPECT_THAT(structure, Not(HasSubstr("Error")));
  for (const char* part : {"Document\n", "  H1 (block)\n    Span (inline)\n      \"Umsetzungsbericht\"", "  H2 (block)",
                           "Text & <b>", "Link (inline)", "  L (block)", "LI (block)", "Lbl (block)", "LBody (block)",
                           "  Table (block)", "Caption", "  Figure"}) {
    EXPECT_THAT(structure, HasSubstr(part)) << structure;
  }
  EXPECT_THAT(*pdf, HasSubstr("/S /Figure\n"));
  EXPECT_THAT(*pdf,
              HasSubstr("/Alt <FEFF00510052002D0043006F00640065003A0020006600FC006800720074"));  // "QR-Code: führt"
  EXPECT_EQ(CountOf(*pdf, "/Scope /Column"), 3U);
  EXPECT_EQ(CountOf(*pdf, "/Scope /Row"), 2U);
}

TEST(PdfTest, TheSameDocumentGivesTheSameBytes) {
  const auto first = RenderPdf(Example());
  const auto second = RenderPdf(Example());
  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(*first == *second);
}

TEST(PdfTest, ARowHigherThanAPageContinuesOnTheNext) {
  Document document{.title = "T", .language = "de"};
  document.Add(Heading{1, "T"});
  Table table{.caption = "Lang", .header = {"A", "B"}};
  std::string cell;
  for (int i = 1; i <= 400; ++i) absl::StrAppend(&cell, "Wort", i, " und noch viel mehr Text. ");
  table.rows = {{"lang", cell}, {"kurz", "danach"}};
  document.Add(std::move(table));
  const auto pdf = RenderPdf(document);
  ASSERT_THAT(pdf, IsOk());
  const std::string text = TextOfPdf(*pdf);
  for (const int i : {1, 200, 400}) EXPECT_THAT(text, HasSubstr(absl::StrCat("Wort", i)));
  EXPECT_THAT(text, HasSubstr("danach"));
}

TEST(DocumentTest, RulesAreChecked) {
  Document document{.title = "T", .language = "de"};
  EXPECT_THAT(RenderHtml(document), StatusIs(absl::StatusCode::kInternal));
  document.Add(Heading{1, "T"});
  EXPECT_THAT(RenderHtml(document), IsOk());
  const std::vector<Block> wrong = {Heading{3, "Ebene fehlt"},
                                    Heading{1, "Zweiter Titel"},
                                    List{},
                                    Table{.caption = "T", .header = {"A"}, .rows = {{"1", "2"}}},
                                    Paragraph{{{"x", Span::kPlain, "javascript:alert(1)"}}},
                                    QrCode{"x", ""}};
  for (size_t i = 0; i < wrong.size(); ++i) {
    Document with = document;
    with.Add(wrong[i]);
    EXPECT_THAT(RenderHtml(with), StatusIs(absl::StatusCode::kInternal)) << i;
    EXPECT_THAT(RenderPdf(with), StatusIs(absl::StatusCode::kInternal)) << i;
  }
}

// The three finder patterns of ISO/IEC 18004, and a size that holds the content.
TEST(QrTest, AModuleSquareHasItsFinders) {
  const auto modules = EncodeQr("https://example.org/zertifikat/ABC");
  ASSERT_THAT(modules, IsOk());
  ASSERT_GE(modules->width, 21);
  const int last = modules->width - 7;
  for (const auto& [row, column] : std::vector<std::pair<int, int>>{{0, 0}, {0, last}, {last, 0}}) {
    for (int i = 0; i < 7; ++i) {
      EXPECT_TRUE(modules->IsDark(row, column + i) && modules->IsDark(row + 6, column + i));
      EXPECT_TRUE(modules->IsDark(row + i, column) && modules->IsDark(row + i, column + 6));
    }
    EXPECT_FALSE(modules->IsDark(row + 1, column + 1));
  }
  EXPECT_THAT(EncodeQr(std::string(kQrContentMax + 1, 'x')), StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace schutznetz::document
