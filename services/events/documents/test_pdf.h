// Makes small PDF documents for tests, with right cross references.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace schutznetz::events {

// `objects` are numbered from 1, the first is the catalogue; `trailer` goes into the trailer's dictionary.
inline std::string PdfOf(const std::vector<std::string>& objects, const std::string& trailer = "") {
  std::string pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
  std::vector<size_t> offsets;
  for (size_t i = 0; i < objects.size(); ++i) {
    offsets.push_back(pdf.size());
    absl::StrAppend(&pdf, i + 1, " 0 obj\n", objects[i], "\nendobj\n");
  }
  const size_t table = pdf.size();
  absl::StrAppend(&pdf, "xref\n0 ", objects.size() + 1, "\n0000000000 65535 f \n");
  for (const size_t offset : offsets) absl::StrAppend(&pdf, absl::Dec(offset, absl::kZeroPad10), " 00000 n \n");
  absl::StrAppend(&pdf, "trailer\n<< /Size ", objects.size() + 1, " /Root 1 0 R ", trailer, " >>\nstartxref\n", table,
                  "\n%%EOF\n");
  return pdf;
}

// One empty page; `catalogue` and `page` go into their dictionaries, `more` are further objects (from number 4).
inline std::string SmallPdf(const std::string& catalogue = "", const std::string& page = "",
                            const std::vector<std::string>& more = {}) {
  std::vector<std::string> objects = {
      absl::StrCat("<< /Type /Catalog /Pages 2 0 R ", catalogue, " >>"), "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      absl::StrCat("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> ", page, " >>")};
  objects.insert(objects.end(), more.begin(), more.end());
  return PdfOf(objects);
}

}  // namespace schutznetz::events
