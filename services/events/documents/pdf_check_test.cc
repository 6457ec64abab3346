#include "services/events/documents/pdf_check.h"

#include <zlib.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"
#include "services/events/documents/test_pdf.h"

namespace schutznetz::events {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

std::string ReasonFor(const std::string& document) {
  const absl::Status status = CheckPdf(document).status();
  const auto violations = errors::ViolationsOf(status);
  return violations.size() == 1 ? violations[0].description : status.ToString();
}

std::string Packed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size(),
            1);
  packed.resize(size);
  return packed;
}

TEST(PdfCheckTest, APlainDocumentIsTaken) {
  const absl::StatusOr<PdfFacts> facts = CheckPdf(SmallPdf());
  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->page_count, 1);
  EXPECT_THAT(CheckPdf(SmallPdf("/Lang (de) /MarkInfo << /Marked true >>",
                                "/Annots [ << /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A << /S /URI /URI "
                                "(https://example.org) >> >> ]")),
              IsOk());
}

TEST(PdfCheckTest, WhatActsOrHidesIsRefused) {
  const std::pair<std::string, const char*> kCases[] = {
      {SmallPdf("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "/OpenAction"},
      {SmallPdf("/OpenAction [3 0 R /Fit]"), "/OpenAction"},
      {SmallPdf("/Names << /JavaScript 4 0 R >>", "", {"<< /Names [] >>"}), "/JavaScript"},
      {SmallPdf("/Names << /EmbeddedFiles 4 0 R >>", "", {"<< /Names [] >>"}), "/EmbeddedFiles"},
      {SmallPdf("", "", {"<< /Type /Filespec /F (a.exe) >>"}), "/Filespec"},
      {SmallPdf("", "", {"<< /S /Launch /F (calc.exe) >>"}), "/Launch"},
      {SmallPdf("", "", {"<< /S /Laun#63h /F (calc.exe) >>"}), "/Launch"},
      {SmallPdf("", "/AA << /O 4 0 R >>", {"<< /S /URI >>"}), "/AA"},
      {SmallPdf("", "/Annots [ << /Type /Annot /Subtype /RichMedia /Rect [0 0 1 1] >> ]"), "/RichMedia"},
      {SmallPdf("", "/Annots [ << /Type /Annot /Subtype /FileAttachment /Rect [0 0 1 1] >> ]"), "/FileAttachment"},
      {SmallPdf("/AcroForm << /XFA 4 0 R >>", "", {"<< >>"}), "/XFA"},
      {SmallPdf("/Collection << >>"), "/Collection"},
      {SmallPdf("", "", {"<< /S /SubmitForm /F (https://example.org) >>"}), "/SubmitForm"},
      {SmallPdf("", "", {"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"}), "/EmbeddedFile"},
      {SmallPdf("", "", {"<< /Deep [[[ << /J#53 (x) >> ]]] >>"}), "/JS"},
  };
  for (const auto& [document, reason] : kCases) EXPECT_THAT(ReasonFor(document), HasSubstr(reason)) << reason;
}

TEST(PdfCheckTest, WhatIsHiddenInPackedObjectsIsFound) {
  const std::string objects = "5 0 << /S /Launch /F (calc.exe) >>";
  const std::string packed = Packed(objects);
  // An object stream needs a cross-reference stream; in a table its object would not be found, so one is written.
  std::string pdf = "%PDF-1.7\n";
  std::vector<size_t> at;
  const auto add = [&](const std::string& object) {
    at.push_back(pdf.size());
    absl::StrAppend(&pdf, at.size(), " 0 obj\n", object, "\nendobj\n");
  };
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> /X 5 0 R >>");
  add(absl::StrCat("<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ", packed.size(), " >>\nstream\n",
                   packed, "\nendstream"));
  const size_t table = pdf.size();
  std::string rows;
  const auto row = [&](int type, size_t second, int third) {
    rows += static_cast<char>(type);
    rows += static_cast<char>(second >> 8);
    rows += static_cast<char>(second);
    rows += static_cast<char>(third);
  };
  row(0, 0, 0);
  for (const size_t offset : at) row(1, offset, 0);
  row(2, 4, 0);
  row(1, table, 0);
  absl::StrAppend(&pdf, "6 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length ", rows.size(), " >>\nstream\n",
                  rows, "\nendstream\nendobj\nstartxref\n", table, "\n%%EOF\n");
  EXPECT_THAT(ReasonFor(pdf), HasSubstr("/Launch"));
}

TEST(PdfCheckTest, WhatIsNoWholeDocumentIsRefused) {
  const std::string good = SmallPdf();
  std::string moved = good;
  moved.insert(moved.find("2 0 obj"), "      ");
  const std::pair<std::string, const char*> kCases[] = {
      {"", "must begin with"},
      {"GIF89a" + good, "must begin with"},
      {"\x89PNG\r\n\x1a\n", "must begin with"},
      {"PK\x03\x04" + good, "must begin with"},
      {"\n" + good, "must begin with"},
      {good + "PK\x03\x04", "behind the end"},
      {good.substr(0, good.size() / 2), "end of the document"},
      {"%PDF-1.7\n%%EOF\n", "damaged"},
      {moved, "damaged"},
      {PdfOf({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"}), "no pages"},
      {PdfOf({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"},
             "/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> /ID [(a)(b)]"),
       ""},
  };
  for (const auto& [document, reason] : kCases) EXPECT_THAT(ReasonFor(document), HasSubstr(reason)) << reason;
}

TEST(PdfCheckTest, WhatUnpacksToTooMuchIsRefusedBeforeItIsRead) {
  const std::string packed = Packed(std::string(kPdfUnpackedBytesMax + 1, ' '));
  EXPECT_LT(packed.size(), 1'000'000u);
  EXPECT_THAT(ReasonFor(SmallPdf("", "",
                                 {absl::StrCat("<< /Filter /FlateDecode /Length ", packed.size(), " >>\nstream\n",
                                               packed, "\nendstream")})),
              HasSubstr("128 MiB"));
}

// Whatever is broken in a document, the answer is a refusal or a taking, never an end of the program.
TEST(PdfCheckTest, BrokenBytesBreakNothing) {
  const std::string good = SmallPdf("/Lang (de)", "", {"<< /Length 3 >>\nstream\nabc\nendstream"});
  for (size_t i = 0; i < good.size(); i += 5) {
    std::string broken = good;
    broken[i] = static_cast<char>(broken[i] ^ 0x15);
    CheckPdf(broken).status().IgnoreError();
    CheckPdf(good.substr(0, i)).status().IgnoreError();
  }
}

}  // namespace
}  // namespace schutznetz::events
