#include "services/common/document/html.h"

#include "absl/strings/str_cat.h"
#include "services/common/document/qr.h"
#include "services/common/errors/macros.h"

namespace schutznetz::document {
namespace {

// Writes one block after the other.
class HtmlWriter {
 public:
  absl::Status operator()(const Heading& heading) {
    absl::StrAppend(&out_, "<h", heading.level, ">", EscapeHtml(heading.text), "</h", heading.level, ">\n");
    return absl::OkStatus();
  }

  absl::Status operator()(const Paragraph& paragraph) {
    out_ += "<p>";
    AppendSpans(paragraph.spans);
    out_ += "</p>\n";
    return absl::OkStatus();
  }

  absl::Status operator()(const List& list) {
    const char* const tag = list.ordered ? "ol" : "ul";
    absl::StrAppend(&out_, "<", tag, ">\n");
    for (const Spans& item : list.items) {
      out_ += "<li>";
      AppendSpans(item);
      out_ += "</li>\n";
    }
    absl::StrAppend(&out_, "</", tag, ">\n");
    return absl::OkStatus();
  }

  absl::Status operator()(const Table& table) {
    absl::StrAppend(&out_, "<table>\n<caption>", EscapeHtml(table.caption), "</caption>\n<thead>\n<tr>");
    for (const std::string& cell : table.header) {
      absl::StrAppend(&out_, "<th scope=\"col\">", EscapeHtml(cell), "</th>");
    }
    out_ += "</tr>\n</thead>\n<tbody>\n";
    for (const auto& row : table.rows) AppendRow(row);
    out_ += "</tbody>\n</table>\n";
    return absl::OkStatus();
  }

  // Modules of a row that follow each other are one rectangle.
  absl::Status operator()(const QrCode& code) {
    ASSIGN_OR_RETURN(const QrModules modules, EncodeQr(code.content));
    const int side = modules.width + 2 * kQuietZone;
    absl::StrAppend(&out_, "<p><svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"",
                    EscapeHtml(code.alternative), "\" width=\"", code.size_mm, "mm\" height=\"", code.size_mm,
                    "mm\" viewBox=\"0 0 ", side, " ", side, "\" shape-rendering=\"crispEdges\"><rect width=\"", side,
                    "\" height=\"", side, "\" fill=\"#fff\"/><path fill=\"#000\" d=\"");
    for (int row = 0; row < modules.width; ++row) AppendModules(modules, row);
    out_ += "\"/></svg></p>\n";
    return absl::OkStatus();
  }

  std::string Take() { return std::move(out_); }

 private:
  void AppendSpans(const Spans& spans) {
    for (const Span& span : spans) {
      if (!span.link.empty()) absl::StrAppend(&out_, "<a href=\"", EscapeHtml(span.link), "\">");
      if (span.style == Span::kStrong) out_ += "<strong>";
      out_ += EscapeHtml(span.text);
      if (span.style == Span::kStrong) out_ += "</strong>";
      if (!span.link.empty()) out_ += "</a>";
    }
  }

  void AppendRow(const std::vector<std::string>& row) {
    out_ += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      const char* const open = i == 0 ? "<th scope=\"row\">" : "<td>";
      absl::StrAppend(&out_, open, EscapeHtml(row[i]), i == 0 ? "</th>" : "</td>");
    }
    out_ += "</tr>\n";
  }

  void AppendModules(const QrModules& modules, int row) {
    for (int from = 0; from < modules.width;) {
      int to = from;
      while (to < modules.width && modules.IsDark(row, to)) ++to;
      if (to > from)
        absl::StrAppend(&out_, "M", from + kQuietZone, " ", row + kQuietZone, "h", to - from, "v1H", from + kQuietZone,
                        "z");
      from = to + 1;
    }
  }

  std::string out_;
};

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

absl::StatusOr<std::string> RenderHtml(const Document& document) {
  RETURN_IF_ERROR(Check(document));
  HtmlWriter writer;
  for (const Block& block : document.blocks) RETURN_IF_ERROR(std::visit(writer, block));
  std::string author;
  if (!document.author.empty()) {
    author = absl::StrCat("<meta name=\"author\" content=\"", EscapeHtml(document.author), "\">\n");
  }
  return absl::StrCat("<!DOCTYPE html>\n<html lang=\"", EscapeHtml(document.language),
                      "\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
                      EscapeHtml(document.title), "</title>\n", author, "</head>\n<body>\n<main>\n", writer.Take(),
                      "</main>\n</body>\n</html>\n");
}

}  // namespace schutznetz::document
