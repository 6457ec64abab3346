#include "services/events/catalogue/localized.h"

#include "absl/strings/match.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kEnglish = "en";

bool Same(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase({a.data(), a.size()}, {b.data(), b.size()});
}

const common::v1::Translation* Find(const common::v1::LocalizedText& text, std::string_view language) {
  for (const common::v1::Translation& translation : text.translations()) {
    if (Same(translation.language_code(), language)) return &translation;
  }
  return nullptr;
}

}  // namespace

const common::v1::Translation* Pick(const common::v1::LocalizedText& text, std::string_view language) {
  if (text.translations().empty()) return nullptr;
  // "de-AT", then "de": RFC 4647 look-up.
  for (std::string_view wished = language; !wished.empty();) {
    if (const auto* found = Find(text, wished)) return found;
    const size_t hyphen = wished.rfind('-');
    wished = hyphen == std::string_view::npos ? std::string_view() : wished.substr(0, hyphen);
  }
  if (const auto* found = Find(text, kEnglish)) return found;
  return &text.translations(0);
}

std::string_view TextIn(const common::v1::LocalizedText& text, std::string_view language) {
  const common::v1::Translation* translation = Pick(text, language);
  return translation == nullptr ? std::string_view() : std::string_view(translation->text());
}

}  // namespace schutznetz::events
