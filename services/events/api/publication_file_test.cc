// Files of publications from the first part to the download, on both engines.
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/rpc/digest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/must.h"
#include "services/events/api/catalogue_fixture.h"
#include "services/events/catalogue/sample_publication.h"
#include "services/events/documents/test_pdf.h"

namespace schutznetz::events {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::Must;
using v1::PublicationFile;

class PublicationFileTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  // A document of several parts.
  static std::string LongPdf() {
    const std::string text(100'000, 'x');
    return SmallPdf("", "", {absl::StrCat("<< /Length ", text.size(), " >>\nstream\n", text, "\nendstream")});
  }
  static PublicationFile Announced(const std::string& document) {
    PublicationFile file;
    file.set_file_name("leitfaden.pdf");
    file.set_size_bytes(static_cast<int64_t>(document.size()));
    file.set_sha256(absl::BytesToHexString(rpc::Sha256(document)));
    file.set_land("lands/DE-NW");
    return file;
  }
  absl::StatusOr<PublicationFile> Append(const std::string& name, int64_t offset, const std::string& data,
                                         const access::Caller& caller = Catalogue::Nationwide()) const {
    v1::AppendPublicationFileRequest request;
    request.set_name(name);
    request.set_offset(offset);
    request.set_data(data);
    return catalogue_.Ask<PublicationFile>("AppendPublicationFile", request, caller);
  }
  absl::StatusOr<PublicationFile> Send(const std::string& document) {
    const PublicationFile file = Must(catalogue_.CreateFile(Announced(document)));
    return Append(file.name(), 0, document);
  }
  absl::StatusOr<std::string> Download(const std::string& name) const {
    v1::DownloadPublicationFileRequest request;
    request.set_name(name);
    const auto body = catalogue_.Ask<common::v1::HttpBody>("DownloadPublicationFile", request);
    if (!body.ok()) return body.status();
    EXPECT_EQ(body->content_type(), "application/pdf");
    return body->data();
  }

  Catalogue catalogue_{GetParam()};
};

TEST_P(PublicationFileTest, ADocumentComesInPartsAndGoesOutAsItCame) {
  const std::string document = LongPdf();
  PublicationFile file = Must(catalogue_.CreateFile(Announced(document)));
  EXPECT_EQ(file.state(), PublicationFile::RECEIVING);
  file = Must(Append(file.name(), 0, document.substr(0, 40'000)));
  EXPECT_EQ(file.received_bytes(), 40'000);
  EXPECT_THAT(Download(file.name()), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Must(Append(file.name(), 0, document.substr(0, 40'000))).received_bytes(), 40'000);  // sent again
  EXPECT_THAT(Append(file.name(), 80'000, document.substr(80'000)), HasReason("IMPORT_OFFSET_MISMATCH"));
  file = Must(Append(file.name(), 40'000, document.substr(40'000)));
  EXPECT_EQ(file.state(), PublicationFile::READY);
  EXPECT_EQ(file.page_count(), 1);
  EXPECT_EQ(Must(Download(file.name())), document);
  EXPECT_EQ(Must(Append(file.name(), 40'000, document.substr(40'000))).state(), PublicationFile::READY);
}

TEST_P(PublicationFileTest, APublicationNamesFilesThatAreReady) {
  v1::Publication publication = SamplePublication();
  const PublicationFile unfinished = Must(catalogue_.CreateFile(Announced(LongPdf())));
  publication.add_files(unfinished.name());
  EXPECT_THAT(catalogue_.Create(publication, "leitfaden"), HasReason("REFERENCE_NOT_FOUND"));
  publication.set_files(0, Must(Send(SmallPdf())).name());
  EXPECT_THAT(catalogue_.Create(publication, "leitfaden"), IsOk());
}

TEST_P(PublicationFileTest, WhatIsRefusedIsThrownAway) {
  const std::string script = SmallPdf("/OpenAction << /S /JavaScript /JS (x) >>");
  const PublicationFile file = Must(catalogue_.CreateFile(Announced(script)));
  EXPECT_THAT(Append(file.name(), 0, script), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Append(file.name(), 0, script), HasReason("RESOURCE_NOT_FOUND"));
  for (const char* other : {"GIF89a", "\x89PNG\r\n\x1a\n", "PK\x03\x04", "plain"}) {
    EXPECT_THAT(Send(other), HasReason("INVALID_FIELD")) << other;
  }
  PublicationFile wrong = Announced(SmallPdf());
  wrong.set_sha256(std::string(64, '0'));
  EXPECT_THAT(Append(Must(catalogue_.CreateFile(wrong)).name(), 0, SmallPdf()), HasReason("INVALID_FIELD"));
}

TEST_P(PublicationFileTest, SizesAndNamesAreChecked) {
  const std::string document = LongPdf();
  const PublicationFile file = Must(catalogue_.CreateFile(Announced(document)));
  EXPECT_THAT(Append(file.name(), 0, document.substr(0, 1000)), HasReason("INVALID_FIELD"));  // too small a part
  EXPECT_THAT(Append(file.name(), 0, document + "x"), HasReason("INVALID_FIELD"));
  for (const char* name : {"../a.pdf", "a.exe", ".pdf", "a\nb.pdf", "x.pdf.zip"}) {
    PublicationFile bad = Announced(document);
    bad.set_file_name(name);
    EXPECT_THAT(catalogue_.CreateFile(bad), HasReason("INVALID_FIELD")) << name;
  }
  PublicationFile bad = Announced(document);
  bad.set_sha256("ABC");
  EXPECT_THAT(catalogue_.CreateFile(bad), HasReason("INVALID_FIELD"));
}

TEST_P(PublicationFileTest, OnlyEditorsOfItsLandSend) {
  EXPECT_THAT(catalogue_.CreateFile(Announced(SmallPdf()), Catalogue::EditorOf("lands/DE-BY")),
              HasReason("ACCESS_DENIED"));
  const PublicationFile file = Must(catalogue_.CreateFile(Announced(SmallPdf())));
  EXPECT_THAT(Append(file.name(), 0, SmallPdf(), Catalogue::EditorOf("lands/DE-BY")), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Append(file.name(), 0, SmallPdf(), Catalogue::EditorOf("lands/DE-NW")), IsOk());
}

TEST_P(PublicationFileTest, WhatIsNeverFinishedGoesAfterADay) {
  const PublicationFile ready = Must(Send(SmallPdf()));
  const PublicationFile file = Must(catalogue_.CreateFile(Announced(LongPdf())));
  EXPECT_EQ(Must(catalogue_.ForgetUnfinished(absl::Hours(23))), 0);
  EXPECT_EQ(Must(catalogue_.ForgetUnfinished(absl::Hours(25))), 1);
  EXPECT_THAT(Append(file.name(), 0, LongPdf()), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Download(ready.name()), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Engines, PublicationFileTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::events
