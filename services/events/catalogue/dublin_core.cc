#include "services/events/catalogue/dublin_core.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/events/catalogue/localized.h"

namespace schutznetz::events {
namespace {

using common::v1::LocalizedText;
using v1::Publication;
using Strings = google::protobuf::RepeatedPtrField<std::string>;

class Elements {
 public:
  void Add(std::string_view name, std::string text, std::string language = "") {
    if (text.empty()) return;
    list_.push_back({name, std::move(text), std::move(language)});
  }
  void AddText(std::string_view name, const LocalizedText& text) {
    for (const common::v1::Translation& translation : text.translations()) {
      Add(name, translation.text(), translation.language_code());
    }
  }
  void AddEach(std::string_view name, const Strings& values) {
    for (const std::string& value : values) Add(name, value);
  }
  // Unless it says so already.
  void AddOnce(std::string_view name, const std::string& text) {
    const bool known = std::any_of(list_.begin(), list_.end(), [&](const DublinCoreElement& element) {
      return element.name == name && element.text == text;
    });
    if (!known) Add(name, text);
  }
  std::vector<DublinCoreElement> Take() && { return std::move(list_); }

 private:
  std::vector<DublinCoreElement> list_;
};

std::string SeriesText(const Publication::Series& series) {
  return series.number().empty() ? series.title() : absl::StrCat(series.title(), " ; ", series.number());
}

void AddIdentifiers(const Publication& publication, const Site& site, Elements* elements) {
  elements->Add("identifier", site.UrlOf(publication.name()));
  elements->AddEach("identifier", publication.identifiers());
  for (const Publication::Link& link : publication.links()) elements->AddOnce("identifier", link.url());
  for (const std::string& file : publication.files()) elements->Add("identifier", site.DownloadUrlOf(file));
}

void AddFormats(const Publication& publication, Elements* elements) {
  elements->AddEach("format", publication.formats());
  for (const Publication::Link& link : publication.links()) elements->AddOnce("format", link.media_type());
  if (!publication.files().empty()) elements->AddOnce("format", "application/pdf");
}

void AddRelations(const Publication& publication, const Site& site, Elements* elements) {
  elements->AddEach("relation", publication.relations());
  if (publication.has_series()) elements->Add("relation", SeriesText(publication.series()));
  if (publication.has_series()) {
    elements->Add("relation", publication.series().issn().empty() ? "" : "ISSN " + publication.series().issn());
  }
  if (!publication.replaces().empty()) elements->Add("relation", site.UrlOf(publication.replaces()));
}

}  // namespace

std::string_view DcmiTypeOf(Publication::Type type) {
  switch (type) {
    case Publication::POSTER:
      return "StillImage";
    case Publication::VIDEO:
      return "MovingImage";
    case Publication::AUDIO:
      return "Sound";
    case Publication::DATASET:
      return "Dataset";
    case Publication::WEBSITE:
      return "InteractiveResource";
    default:
      return "Text";
  }
}

std::vector<DublinCoreElement> DublinCoreOf(const Publication& publication, const Site& site) {
  Elements elements;
  elements.AddText("title", publication.title());
  elements.AddEach("creator", publication.creators());
  for (const LocalizedText& subject : publication.subjects()) elements.AddText("subject", subject);
  elements.AddText("description", publication.description());
  elements.AddEach("publisher", publication.publishers());
  elements.AddEach("contributor", publication.contributors());
  elements.Add("date", publication.issued());
  elements.Add("type", std::string(DcmiTypeOf(publication.type())));
  elements.AddOnce("type", Publication::Type_Name(publication.type()));
  AddFormats(publication, &elements);
  AddIdentifiers(publication, site, &elements);
  elements.AddEach("source", publication.sources());
  elements.AddEach("language", publication.languages());
  AddRelations(publication, site, &elements);
  elements.AddEach("coverage", publication.coverages());
  if (!publication.land().empty())
    elements.Add("coverage", publication.land().substr(publication.land().find('/') + 1));
  elements.AddText("rights", publication.rights());
  elements.Add("rights", publication.license());
  return std::move(elements).Take();
}

std::string CitationOf(const Publication& publication, std::string_view language) {
  if (!publication.citation().empty()) return publication.citation();
  std::string text = absl::StrJoin(publication.creators(), "; ");
  if (!publication.issued().empty()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", "(", publication.issued().substr(0, 4), ")");
  }
  const std::string_view title = TextIn(publication.title(), language);
  absl::StrAppend(&text, text.empty() ? "" : ": ", absl::string_view(title.data(), title.size()), ".");
  if (!publication.edition().empty()) absl::StrAppend(&text, " ", publication.edition(), ".");
  if (publication.has_series()) {
    absl::StrAppend(&text, " ", publication.series().title(), publication.series().number().empty() ? "" : ", ",
                    publication.series().number(), ".");
  }
  if (!publication.publishers().empty())
    absl::StrAppend(&text, " ", absl::StrJoin(publication.publishers(), "; "), ".");
  return text;
}

}  // namespace schutznetz::events
