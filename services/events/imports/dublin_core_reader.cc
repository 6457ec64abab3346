#include "services/events/imports/dublin_core_reader.h"

#include <unicode/uloc.h>

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace schutznetz::events {
namespace {

using common::v1::LocalizedText;
using common::v1::Translation;
using v1::Publication;

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kUnknownLanguage = "und";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// ISO 639-2/B codes that differ from 639-2/T, which ICU knows.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kBibliographic = {
    {{"alb", "sq"}, {"arm", "hy"}, {"baq", "eu"}, {"bur", "my"}, {"chi", "zh"}, {"cze", "cs"}, {"dut", "nl"},
     {"fre", "fr"}, {"geo", "ka"}, {"ger", "de"}, {"gre", "el"}, {"ice", "is"}, {"mac", "mk"}, {"mao", "mi"},
     {"may", "ms"}, {"per", "fa"}, {"rum", "ro"}, {"slo", "sk"}, {"tib", "bo"}, {"wel", "cy"}}};

struct TypeWord {
  std::string_view word;
  Publication::Type type;
};

// Words of common vocabularies, the most telling first: DCMI types, info:eu-repo/semantics, doc-type.
constexpr std::array<TypeWord, 24> kTypeWords = {{{"guideline", Publication::GUIDELINE},
                                                  {"brochure", Publication::BROCHURE},
                                                  {"leaflet", Publication::LEAFLET},
                                                  {"flyer", Publication::LEAFLET},
                                                  {"article", Publication::ARTICLE},
                                                  {"bookpart", Publication::ARTICLE},
                                                  {"training", Publication::TRAINING_MATERIAL},
                                                  {"lecture", Publication::TRAINING_MATERIAL},
                                                  {"learning", Publication::TRAINING_MATERIAL},
                                                  {"thesis", Publication::STUDY},
                                                  {"study", Publication::STUDY},
                                                  {"report", Publication::REPORT},
                                                  {"workingpaper", Publication::REPORT},
                                                  {"book", Publication::BOOK},
                                                  {"legal", Publication::LEGAL_TEXT},
                                                  {"legislation", Publication::LEGAL_TEXT},
                                                  {"poster", Publication::POSTER},
                                                  {"stillimage", Publication::POSTER},
                                                  {"movingimage", Publication::VIDEO},
                                                  {"video", Publication::VIDEO},
                                                  {"sound", Publication::AUDIO},
                                                  {"audio", Publication::AUDIO},
                                                  {"dataset", Publication::DATASET},
                                                  {"interactiveresource", Publication::WEBSITE}}};

// The rank of the most telling word in a type; kTypeWords.size() for none.
size_t RankOfType(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(c)))
      letters += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  for (size_t rank = 0; rank < kTypeWords.size(); ++rank) {
    if (absl::StrContains(letters, View(kTypeWords[rank].word))) return rank;
  }
  // What this catalogue itself tells: TRAINING_MATERIAL and the like, and WEBSITE, which no word above is part of.
  return letters == "website" ? kTypeWords.size() - 1 : kTypeWords.size();
}

bool AllDigitsAt(std::string_view text, std::initializer_list<size_t> places) {
  for (const size_t at : places) {
    if (at >= text.size() || !absl::ascii_isdigit(static_cast<unsigned char>(text[at]))) return false;
  }
  return true;
}

// "2011", "2011-07", "2011-07-18", and the day of a time; empty for anything else.
std::string DayOf(std::string_view text) {
  if (!AllDigitsAt(text, {0, 1, 2, 3})) return "";
  if (text.size() == 4) return std::string(text);
  if (text[4] != '-' || !AllDigitsAt(text, {5, 6})) return "";
  if (text.size() == 7) return std::string(text);
  if (text[7] != '-' || !AllDigitsAt(text, {8, 9})) return "";
  return text.size() == 10 || text[10] == 'T' ? std::string(text.substr(0, 10)) : "";
}

class Taking {
 public:
  explicit Taking(ImportedRecord* record) : record_(*record), publication_(record->publication) {}

  std::optional<v1::ImportedRefusal> Take(const std::vector<DublinCoreValue>& values);

 private:
  // The reason why the value does not fit; empty when it does.
  std::string TakeOne(const DublinCoreValue& value);
  std::string TakeDate(const DublinCoreValue& value);
  void TakeType(const DublinCoreValue& value);
  void TakeIdentifier(const DublinCoreValue& value);
  void TakeRights(const DublinCoreValue& value);
  void AddText(std::string_view field, std::string_view joint, const DublinCoreValue& value, LocalizedText* text);
  void Note(std::string_view field, int64_t line) { record_.lines[std::string(field)].push_back(line); }
  void Add(std::string_view field, const DublinCoreValue& value,
           google::protobuf::RepeatedPtrField<std::string>* values) {
    for (const std::string& known : *values) {
      if (known == value.text) return;
    }
    *values->Add() = value.text;
    Note(field, value.line);
  }
  std::string LanguageOf(const DublinCoreValue& value) const {
    return value.language.empty() ? language_ : LanguageTagOf(value.language);
  }

  ImportedRecord& record_;
  Publication& publication_;
  std::string language_ = std::string(kUnknownLanguage);  // of texts that do not say theirs
  size_t type_rank_ = kTypeWords.size() + 1;
};

void Taking::AddText(std::string_view field, std::string_view joint, const DublinCoreValue& value,
                     LocalizedText* text) {
  const std::string language = LanguageOf(value);
  for (Translation& translation : *text->mutable_translations()) {
    if (translation.language_code() != language) continue;
    if (translation.text() != value.text) absl::StrAppend(translation.mutable_text(), View(joint), value.text);
    return;
  }
  Translation* translation = text->add_translations();
  translation->set_language_code(language);
  translation->set_text(value.text);
  Note(field, value.line);
}

std::string Taking::TakeDate(const DublinCoreValue& value) {
  if (!publication_.issued().empty()) return "";
  publication_.set_issued(DayOf(value.text));
  Note("issued", value.line);
  return publication_.issued().empty() ? "Must be a year, month or day: 2024, 2024-05 or 2024-05-31." : "";
}

void Taking::TakeType(const DublinCoreValue& value) {
  const size_t rank = RankOfType(value.text);
  if (rank >= type_rank_) return;
  type_rank_ = rank;
  publication_.set_type(rank < kTypeWords.size() ? kTypeWords[rank].type : Publication::OTHER);
  record_.lines["type"] = {value.line};
}

void Taking::TakeIdentifier(const DublinCoreValue& value) {
  if (!value.text.starts_with(kHttps)) return Add("identifiers", value, publication_.mutable_identifiers());
  publication_.add_links()->set_url(value.text);
  Note("links", value.line);
}

void Taking::TakeRights(const DublinCoreValue& value) {
  if (!value.text.starts_with(kHttps) || !publication_.license().empty()) {
    return AddText("rights", "\n", value, publication_.mutable_rights());
  }
  publication_.set_license(value.text);
  Note("license", value.line);
}

std::string Taking::TakeOne(const DublinCoreValue& value) {
  const std::string_view element = value.element;
  if (element == "date") return TakeDate(value);
  if (element == "title") {
    AddText("title", " : ", value, publication_.mutable_title());
  } else if (element == "creator") {
    Add("creators", value, publication_.mutable_creators());
  } else if (element == "subject") {
    Translation* subject = publication_.add_subjects()->add_translations();
    subject->set_language_code(LanguageOf(value));
    subject->set_text(value.text);
    Note("subjects", value.line);
  } else if (element == "description") {
    AddText("description", "\n\n", value, publication_.mutable_description());
  } else if (element == "publisher") {
    Add("publishers", value, publication_.mutable_publishers());
  } else if (element == "contributor") {
    Add("contributors", value, publication_.mutable_contributors());
  } else if (element == "type") {
    TakeType(value);
  } else if (element == "format") {
    Add("formats", value, publication_.mutable_formats());
  } else if (element == "identifier") {
    TakeIdentifier(value);
  } else if (element == "source") {
    Add("sources", value, publication_.mutable_sources());
  } else if (element == "language") {
    Add("languages", {value.element, LanguageTagOf(value.text), "", value.line}, publication_.mutable_languages());
  } else if (element == "relation") {
    Add("relations", value, publication_.mutable_relations());
  } else if (element == "coverage") {
    Add("coverages", value, publication_.mutable_coverages());
  } else if (element == "rights") {
    TakeRights(value);
  } else {
    return "Dublin Core has no such element.";
  }
  return "";
}

std::optional<v1::ImportedRefusal> Taking::Take(const std::vector<DublinCoreValue>& values) {
  publication_.set_type(Publication::OTHER);
  for (const DublinCoreValue& value : values) {
    if (value.element != "language" || value.text.empty()) continue;
    language_ = LanguageTagOf(value.text);
    break;
  }
  for (const DublinCoreValue& value : values) {
    if (value.text.empty()) continue;  // <dc:creator/> says nothing
    std::string reason = TakeOne(value);
    if (reason.empty()) continue;
    v1::ImportedRefusal refusal;
    refusal.set_line(value.line);
    refusal.set_field("dc:" + value.element);
    refusal.set_reason(std::move(reason));
    return refusal;
  }
  return std::nullopt;
}

}  // namespace

std::string LanguageTagOf(std::string_view code) {
  const std::string lower = absl::AsciiStrToLower(View(code));
  for (const auto& [bibliographic, tag] : kBibliographic) {
    if (lower == bibliographic) return std::string(tag);
  }
  if (lower.size() != 3) return std::string(code);
  char language[ULOC_LANG_CAPACITY];
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size = uloc_getLanguage(lower.c_str(), language, ULOC_LANG_CAPACITY, &error);
  return U_SUCCESS(error) && size == 2 ? std::string(language, 2) : std::string(code);
}

std::string FoldSpace(std::string_view text) {
  std::string folded(text);
  absl::RemoveExtraAsciiWhitespace(&folded);  // keeps the first of a run, which may be a line feed
  for (char& c : folded) {
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) c = ' ';
  }
  return folded;
}

std::optional<v1::ImportedRefusal> TakeDublinCore(const std::vector<DublinCoreValue>& values, ImportedRecord* record) {
  return Taking(record).Take(values);
}

}  // namespace schutznetz::events
