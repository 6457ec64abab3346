#include "services/common/document/document.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"

namespace schutznetz::document {
namespace {

constexpr int kDeepestHeading = 4;

absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }

bool IsLink(std::string_view link) {
  return link.empty() || absl::StartsWith(Abseil(link), "https://") || absl::StartsWith(Abseil(link), "mailto:");
}

// Looks at one block after the other; empty answers mean that nothing is wrong.
class Checker {
 public:
  const char* operator()(const Heading& heading) {
    Count(heading.text);
    if ((heading.level == 1) != (level_ == 0)) return "only the first heading has level 1";
    if (heading.level < 1 || heading.level > std::min(level_ + 1, kDeepestHeading)) return "a level is left out";
    level_ = heading.level;
    return heading.text.empty() ? "an empty heading" : "";
  }

  const char* operator()(const Paragraph& paragraph) { return CheckSpans(paragraph.spans); }

  const char* operator()(const List& list) {
    for (const Spans& item : list.items) {
      const char* const wrong = CheckSpans(item);
      if (*wrong != '\0') return wrong;
    }
    return list.items.empty() ? "an empty list" : "";
  }

  const char* operator()(const Table& table) {
    const size_t columns = table.header.size();
    if (columns == 0 || columns > kColumnsMax) return "too few or too many columns";
    if (table.caption.empty()) return "a table without a caption";
    if (!table.widths.empty() && table.widths.size() != columns) return "not one width per column";
    if (std::any_of(table.widths.begin(), table.widths.end(), [](int width) { return width <= 0; })) {
      return "a column without width";
    }
    Count(table.caption);
    for (const std::string& cell : table.header) Count(cell);
    for (const auto& row : table.rows) {
      if (row.size() != columns) return "a row of another length than the header";
      for (const std::string& cell : row) Count(cell);
    }
    return "";
  }

  const char* operator()(const QrCode& code) {
    if (code.content.empty() || code.content.size() > kQrContentMax) return "the content of a QR code";
    if (code.size_mm < 10 || code.size_mm > 100) return "the size of a QR code";
    return code.alternative.empty() ? "a picture without a text" : "";
  }

  size_t text_bytes() const { return text_bytes_; }

 private:
  void Count(const std::string& text) { text_bytes_ += text.size(); }

  const char* CheckSpans(const Spans& spans) {
    for (const Span& span : spans) {
      Count(span.text);
      if (!IsLink(span.link)) return "a link to something else than https or mail";
    }
    return "";
  }

  int level_ = 0;
  size_t text_bytes_ = 0;
};

}  // namespace

absl::Status Check(const Document& document) {
  if (document.title.empty() || document.language.empty()) return errors::Internal("document: no title or language");
  if (document.blocks.empty() || !std::holds_alternative<Heading>(document.blocks.front())) {
    return errors::Internal("document: it does not start with a heading");
  }
  if (document.blocks.size() > kBlocksMax) return errors::Internal("document: too many blocks");
  Checker checker;
  for (size_t i = 0; i < document.blocks.size(); ++i) {
    const char* const wrong = std::visit(checker, document.blocks[i]);
    if (*wrong != '\0') return errors::Internal(absl::StrCat("document: block ", i, ": ", wrong));
  }
  if (checker.text_bytes() > kTextBytesMax) return errors::Internal("document: too much text");
  return absl::OkStatus();
}

}  // namespace schutznetz::document
