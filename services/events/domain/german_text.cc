#include "services/events/domain/german_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace schutznetz::events {

std::string GermanText(const common::v1::LocalizedText& text) {
  for (const common::v1::Translation& translation : text.translations()) {
    if (translation.language_code() == "de") return translation.text();
  }
  return text.translations().empty() ? "" : text.translations(0).text();
}

std::vector<std::string> ParagraphsOf(std::string_view text) {
  std::vector<std::string> paragraphs;
  for (absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), "\n\n")) {
    part = absl::StripAsciiWhitespace(part);
    if (!part.empty()) paragraphs.push_back(absl::StrReplaceAll(part, {{"\n", " "}}));
  }
  return paragraphs;
}

}  // namespace schutznetz::events
