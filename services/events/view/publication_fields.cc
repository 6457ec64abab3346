#include "services/events/view/publication_fields.h"

#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace schutznetz::events {
namespace {

using common::v1::LocalizedText;
using v1::Publication;

class DocumentMaker {
 public:
  explicit DocumentMaker(search::Document* document) : document_(*document) {}

  void Text(PublicationText field, std::string_view text) {
    if (!text.empty()) document_.fields.push_back({IdOf(field), std::string(text)});
  }
  void Texts(PublicationText field, const LocalizedText& text) {
    for (const auto& translation : text.translations()) Text(field, translation.text());
  }
  template <typename Strings>
  void Each(PublicationText field, const Strings& values) {
    for (const std::string& value : values) Text(field, value);
  }
  void Facet(PublicationFacetField facet, std::string_view value) {
    document_.facets.push_back({IdOf(facet), std::string(value)});
  }

 private:
  search::Document& document_;
};

// For kName upwards: the latest first, those without a date last. A year counts as before its months.
std::string NewestFirst(const std::string& issued) {
  constexpr int kLast = 99'999'999;
  std::string digits;
  for (const char c : issued) {
    if (c != '-') digits += c;
  }
  digits.resize(8, '0');
  int date = 0;
  if (issued.empty() || !absl::SimpleAtoi(digits, &date)) return absl::StrCat(kLast);
  return absl::StrCat(absl::Dec(kLast - 1 - date, absl::kZeroPad8));
}

void AddFacets(const Publication& publication, DocumentMaker* maker) {
  maker->Facet(PublicationFacetField::kType, Publication::Type_Name(publication.type()));
  for (const std::string& language : publication.languages()) maker->Facet(PublicationFacetField::kLanguage, language);
  for (const int audience : publication.audiences()) {
    maker->Facet(PublicationFacetField::kAudience, Publication::Audience_Name(audience));
  }
  for (const int code : publication.professions()) {
    maker->Facet(PublicationFacetField::kProfession, common::v1::Profession::Code_Name(code));
  }
  if (publication.professions().empty()) maker->Facet(PublicationFacetField::kProfession, kAllProfessions);
  for (const LocalizedText& subject : publication.subjects()) {
    if (subject.translations().empty()) continue;
    maker->Facet(PublicationFacetField::kSubject, subject.translations(0).text());
  }
  if (!publication.land().empty()) maker->Facet(PublicationFacetField::kLand, publication.land());
  std::set<std::string> types;
  for (const auto& link : publication.links()) {
    if (!link.media_type().empty()) types.insert(link.media_type());
  }
  if (!publication.files().empty()) types.insert("application/pdf");
  for (const std::string& type : types) maker->Facet(PublicationFacetField::kMediaType, type);
  if (!publication.issued().empty()) maker->Facet(PublicationFacetField::kYear, publication.issued().substr(0, 4));
}

}  // namespace

search::IndexOptions PublicationIndexOptions() {
  search::IndexOptions options;
  options.field_weights = {8, 4, 4, 2, 1};
  options.typical_words = 80;
  return options;
}

search::Document DocumentOf(const Publication& publication, uint32_t slot, uint64_t key) {
  search::Document document;
  document.slot = slot;
  document.key = key;
  DocumentMaker maker(&document);
  maker.Texts(PublicationText::kTitle, publication.title());
  for (const LocalizedText& subject : publication.subjects()) maker.Texts(PublicationText::kSubject, subject);
  maker.Each(PublicationText::kAgent, publication.creators());
  maker.Each(PublicationText::kAgent, publication.contributors());
  maker.Each(PublicationText::kAgent, publication.publishers());
  maker.Text(PublicationText::kAgent, publication.series().title());
  maker.Each(PublicationText::kIdentifier, publication.identifiers());
  maker.Texts(PublicationText::kDescription, publication.description());
  AddFacets(publication, &maker);
  document.sort_name = NewestFirst(publication.issued());
  return document;
}

}  // namespace schutznetz::events
