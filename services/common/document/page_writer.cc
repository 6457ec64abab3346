#include "services/common/document/page_writer.h"

#include <cairo-pdf.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "services/common/document/pdf.h"
#include "services/common/document/qr.h"
#include "services/common/document/structure_tag.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::document {
namespace {

constexpr double kMargin = 56.7;  // 20 mm
constexpr double kLastLine = kPageHeight - kMargin;
constexpr double kLineWidth = kPageWidth - 2 * kMargin;
constexpr double kPointsPerMm = 72 / 25.4;
constexpr double kTablePoints = 9;
constexpr double kBlockGap = 7;
constexpr double kCellPadding = 3;
constexpr double kListIndent = 18;
constexpr double kFollowing = 40;  // what must fit below a heading, so that none stands alone at the end of a page
constexpr std::array<double, 4> kHeadingPoints = {20, 14.5, 12, 10.5};

}  // namespace

PageWriter::PageWriter(cairo_t* cr, const Document& document, int pages)
    : cr_(cr), document_(document), pages_(pages), y_(kMargin) {
  structure_.language = document.language;
}

absl::Status PageWriter::Write() {
  {
    const StructureTag tag(cr_, "Document");
    for (const Block& block : document_.blocks) {
      if (const auto* heading = std::get_if<Heading>(&block)) WriteHeading(*heading);
      if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
        DrawLines(Set(paragraph->spans, {.width = kLineWidth}).get(), paragraph->spans, "P", 0);
      }
      if (const auto* list = std::get_if<List>(&block)) WriteList(*list);
      if (const auto* table = std::get_if<Table>(&block)) WriteTable(*table);
      if (const auto* code = std::get_if<QrCode>(&block)) RETURN_IF_ERROR(WriteQrCode(*code));
      if (page_ > kPagesMax) return errors::Internal("document: too many pages");
      y_ += kBlockGap;
    }
  }
  DrawPageNumber();
  cairo_show_page(cr_);
  return absl::OkStatus();
}

double PageWriter::Room() const { return kLastLine - y_; }

void PageWriter::NeedSpace(double height) {
  if (height > Room() && y_ > kMargin) NextPage();
}

void PageWriter::NextPage() {
  DrawPageNumber();
  cairo_show_page(cr_);
  y_ = kMargin;
  ++page_;
}

void PageWriter::DrawPageNumber() {
  const Layout layout = Set({{pages_ == 0 ? "0" : absl::StrCat(page_, " / ", pages_)}}, {8, false, kLineWidth});
  pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT);
  cairo_move_to(cr_, kMargin, kPageHeight - kMargin / 2 - 8);
  pango_cairo_show_layout(cr_, layout.get());
}

void PageWriter::DrawLine(const Lines& line, double left, double top) {
  cairo_move_to(cr_, left, top + line.baseline());
  pango_cairo_show_layout_line(cr_, line.line());
}

void PageWriter::DrawLines(PangoLayout* layout, const Spans& spans, const char* tag, double indent) {
  const double left = kMargin + indent;
  Lines lines(layout);
  while (!lines.done() && page_ <= kPagesMax) {
    NeedSpace(lines.height());
    const StructureTag element(cr_, tag);
    std::vector<std::string> links;
    {
      // cairo 1.16 keeps the text of an element only if no other stands in it: links follow their text.
      const StructureTag text(cr_, "Span");
      do {
        DrawLine(lines, left, y_);
        FindLinks(lines, spans, left, y_, &links);
        y_ += lines.height();
        lines.Next();
      } while (!lines.done() && lines.height() <= Room());
    }
    for (const std::string& link : links) const StructureTag annotation(cr_, CAIRO_TAG_LINK, link);
  }
}

void PageWriter::FindLinks(const Lines& line, const Spans& spans, double left, double top,
                           std::vector<std::string>* links) {
  const int start = line.line()->start_index;
  int at = 0;
  for (const Span& span : spans) {
    const int from = std::max(at, start);
    at += static_cast<int>(span.text.size());
    const int to = std::min(at, start + line.line()->length);
    if (span.link.empty() || from >= to) continue;
    int* ranges = nullptr;
    int count = 0;
    pango_layout_line_get_x_ranges(line.line(), from, to, &ranges, &count);
    for (int i = 0; i < count; ++i) {
      links->push_back(absl::StrFormat("rect=[%.2f %.2f %.2f %.2f] uri='%s'", left + Points(ranges[2 * i]), top,
                                       Points(ranges[2 * i + 1] - ranges[2 * i]), line.height(),
                                       absl::StrReplaceAll(span.link, {{"\\", "\\\\"}, {"'", "\\'"}})));
    }
    g_free(ranges);
  }
}

void PageWriter::WriteHeading(const Heading& heading) {
  const Look look = {kHeadingPoints[static_cast<size_t>(heading.level - 1)], true, kLineWidth};
  const Spans spans = {{heading.text}};
  const Layout layout = Set(spans, look);
  if (y_ > kMargin) y_ += look.points / 2;
  NeedSpace(HeightOf(layout.get()) + kFollowing);

  outline_.resize(static_cast<size_t>(heading.level - 1));
  const int parent = outline_.empty() ? CAIRO_PDF_OUTLINE_ROOT : outline_.back();
  const std::string place = absl::StrFormat("page=%d pos=[%.2f %.2f]", page_, kMargin, y_);
  outline_.push_back(cairo_pdf_surface_add_outline(cairo_get_target(cr_), parent, heading.text.c_str(), place.c_str(),
                                                   CAIRO_PDF_OUTLINE_FLAG_OPEN));
  constexpr std::array<const char*, 4> kTags = {"H1", "H2", "H3", "H4"};
  DrawLines(layout.get(), spans, kTags[static_cast<size_t>(heading.level - 1)], 0);
}

void PageWriter::WriteList(const List& list) {
  const StructureTag whole(cr_, "L");
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Layout layout = Set(list.items[i], {.width = kLineWidth - kListIndent});
    const Layout label = Set({{list.ordered ? absl::StrCat(i + 1, ".") : "•"}}, {.width = kListIndent});
    NeedSpace(Lines(layout.get()).height());
    const StructureTag item(cr_, "LI");
    {
      const StructureTag mark(cr_, "Lbl");
      DrawLine(Lines(label.get()), kMargin, y_);
    }
    DrawLines(layout.get(), list.items[i], "LBody", kListIndent);
    y_ += kBlockGap / 3;
  }
}

absl::Status PageWriter::WriteQrCode(const QrCode& code) {
  ASSIGN_OR_RETURN(const QrModules modules, EncodeQr(code.content));
  const double side = code.size_mm * kPointsPerMm;
  NeedSpace(side);
  structure_.figures.push_back(code.alternative);
  const StructureTag figure(cr_, "Figure");
  const double module = side / (modules.width + 2 * kQuietZone);
  // One path for the whole code: separate squares would show hair lines between them.
  for (int row = 0; row < modules.width; ++row) {
    for (int column = 0; column < modules.width; ++column) {
      if (!modules.IsDark(row, column)) continue;
      cairo_rectangle(cr_, kMargin + (column + kQuietZone) * module, y_ + (row + kQuietZone) * module, module, module);
    }
  }
  cairo_fill(cr_);
  y_ += side;
  return absl::OkStatus();
}

// The cells of a row, each with the line that is drawn next.
struct PageWriter::Row {
  struct Cell {
    Layout layout;
    double left;
    bool header;
    int next_line = 0;
    bool done = false;
  };
  std::vector<Cell> cells;
  double height = 0;
  bool header = false;

  bool done() const {
    return std::all_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.done; });
  }
};

PageWriter::Row PageWriter::MakeRow(const Table& table, const std::vector<std::string>& cells, bool header) const {
  int shares = 0;
  for (const int width : table.widths) shares += width;
  Row row;
  row.header = header;
  double left = kMargin;
  for (size_t i = 0; i < cells.size(); ++i) {
    const double share =
        table.widths.empty() ? 1.0 / static_cast<double>(cells.size()) : static_cast<double>(table.widths[i]) / shares;
    Layout layout = Set({{cells[i]}}, {kTablePoints, header, kLineWidth * share - 2 * kCellPadding});
    row.height = std::max(row.height, HeightOf(layout.get()) + 2 * kCellPadding);
    row.cells.push_back({std::move(layout), left, header || i == 0});
    left += kLineWidth * share;
  }
  return row;
}

void PageWriter::DrawCell(Row& row, size_t index, double room) {
  Row::Cell& cell = row.cells[index];
  if (cell.done) return;
  if (cell.header) structure_.column_headers.push_back(row.header);
  const StructureTag tag(cr_, cell.header ? "TH" : "TD");
  double top = y_ + kCellPadding;
  Lines lines(cell.layout.get(), cell.next_line);
  // The first line is drawn even where nothing fits: a line is never higher than an empty page.
  for (bool first = true; !lines.done() && (first || top + lines.height() <= y_ + room); first = false) {
    DrawLine(lines, cell.left + kCellPadding, top);
    top += lines.height();
    ++cell.next_line;
    lines.Next();
  }
  cell.done = lines.done();
}

void PageWriter::DrawRow(Row& row) {
  const double height = std::min(row.height, Room());
  {
    const StructureTag tag(cr_, "TR");
    for (size_t i = 0; i < row.cells.size(); ++i) DrawCell(row, i, height);
  }
  y_ += height;
  cairo_set_line_width(cr_, row.header ? 1 : 0.4);
  cairo_move_to(cr_, kMargin, y_);
  cairo_line_to(cr_, kMargin + kLineWidth, y_);
  cairo_stroke(cr_);
  row.height -= height;
}

void PageWriter::WriteTable(const Table& table) {
  const StructureTag whole(cr_, "Table");
  const Spans caption = {{table.caption, Span::kStrong}};
  const Layout layout = Set(caption, {.width = kLineWidth});
  NeedSpace(HeightOf(layout.get()) + kFollowing);
  DrawLines(layout.get(), caption, "Caption", 0);
  Row header = MakeRow(table, table.header, true);
  const double header_height = header.height;
  NeedSpace(header_height + kFollowing);
  DrawRow(header);
  for (const auto& cells : table.rows) {
    Row row = MakeRow(table, cells, false);
    // A row stays together if a page can hold it.
    if (row.height > Room() && row.height + header_height < kLastLine - kMargin) NextPage();
    while (!row.done() && page_ <= kPagesMax) {
      if (Room() < kTablePoints * 2) NextPage();
      if (y_ == kMargin) {
        Row again = MakeRow(table, table.header, true);
        DrawRow(again);
      }
      DrawRow(row);
    }
  }
}

}  // namespace schutznetz::document
