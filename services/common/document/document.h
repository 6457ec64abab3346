// A document of text: headings, paragraphs, lists, tables and QR codes, without saying how it looks.
//
//   document::Document letter{.title = "Teilnahmebescheinigung", .language = "de"};
//   letter.Add(document::Heading{1, "Teilnahmebescheinigung"});
//   letter.Add(document::Paragraph{{{"Nr. "}, {"SN-7K2M", document::Span::kStrong}}});
//   const std::string page = document::RenderHtml(letter);                      // html.h
//   ASSIGN_OR_RETURN(const std::string file, document::RenderPdf(letter));      // pdf.h
//
// Both renderings say the same in the same order, and carry what screen readers need: language, title, levels of
// headings, headers of tables, texts instead of pictures. Plain data; all text is UTF-8.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace schutznetz::document {

// A run of text within a line.
struct Span {
  enum Style { kPlain, kStrong };

  std::string text;
  Style style = kPlain;
  std::string link = {};  // an https or mailto address; empty: none
};
using Spans = std::vector<Span>;

// Levels run from 1 to 4. A document starts with its only heading of level 1 and leaves no level out.
struct Heading {
  int level = 1;
  std::string text;
};

struct Paragraph {
  Spans spans;
};

struct List {
  bool ordered = false;
  std::vector<Spans> items;
};

// A table with a row of headers. The cells of the first column are headers of their rows.
struct Table {
  std::string caption;  // what it shows; also what screen readers announce
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
  std::vector<int> widths = {};                // shares of the line, one per column; empty: equal
};

// A QR code (error correction M) of up to kQrContentMax bytes.
struct QrCode {
  std::string content;
  std::string alternative;  // what it says, for those who do not see it
  int size_mm = 30;
};

using Block = std::variant<Heading, Paragraph, List, Table, QrCode>;

struct Document {
  std::string title;
  std::string language;  // BCP 47
  std::string author = {};
  std::string subject = {};
  absl::Time create_time = absl::UnixEpoch();  // told in the metadata of a PDF
  std::vector<Block> blocks = {};

  void Add(Block block) { blocks.push_back(std::move(block)); }
};

inline constexpr int kBlocksMax = 5'000;
inline constexpr int kTextBytesMax = 2 << 20;  // of all texts together
inline constexpr int kColumnsMax = 12;
inline constexpr int kQrContentMax = 500;

// Whether the document keeps the rules stated above and the limits. INTERNAL otherwise, naming the block: what is wrong
// here was made by a program, not by a caller.
absl::Status Check(const Document& document);

}  // namespace schutznetz::document
