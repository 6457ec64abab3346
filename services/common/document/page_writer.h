// Lays the blocks of a document out on pages of a cairo surface. Internal to document/.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/common/document/document.h"
#include "services/common/document/pdf_structure.h"
#include "services/common/document/text_layout.h"

namespace schutznetz::document {

inline constexpr double kPageWidth = 595.276;  // A4, in points
inline constexpr double kPageHeight = 841.890;

// For one document and one thread. `cr` draws on a PDF surface and outlives it.
class PageWriter {
 public:
  // `pages`: how many there will be, for "2 / 3"; 0 while they are counted.
  PageWriter(cairo_t* cr, const Document& document, int pages);

  // Draws everything. INTERNAL: more than kPagesMax pages, or a QR code cannot be made.
  absl::Status Write();
  int pages() const { return page_; }
  // What was drawn that cairo does not write down itself.
  const PdfStructure& structure() const { return structure_; }

 private:
  struct Row;

  void WriteHeading(const Heading& heading);
  void WriteList(const List& list);
  void WriteTable(const Table& table);
  absl::Status WriteQrCode(const QrCode& code);

  Layout Set(const Spans& spans, const Look& look) const { return SetText(cr_, document_.language, spans, look); }
  // Draws the lines of a layout from the current place on, over as many pages as needed. What stands on one page is one
  // element of the structure with this tag.
  void DrawLines(PangoLayout* layout, const Spans& spans, const char* tag, double indent);
  void DrawLine(const Lines& line, double left, double top);
  // Attributes of the links in a line.
  static void FindLinks(const Lines& line, const Spans& spans, double left, double top,
                        std::vector<std::string>* links);

  Row MakeRow(const Table& table, const std::vector<std::string>& cells, bool header) const;
  // Draws what fits of a row.
  void DrawRow(Row& row);
  void DrawCell(Row& row, size_t cell, double room);

  // Starts the next page unless `height` still fits here.
  void NeedSpace(double height);
  void NextPage();
  void DrawPageNumber();
  double Room() const;

  cairo_t* const cr_;
  const Document& document_;
  const int pages_;
  int page_ = 1;
  double y_ = 0;
  PdfStructure structure_;
  std::vector<int> outline_;  // the entries above the next heading, from level 1 on
};

}  // namespace schutznetz::document
