#include "services/events/catalogue/json_ld.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/wire/json.h"
#include "services/events/catalogue/dublin_core.h"

namespace schutznetz::events {
namespace {

using common::v1::LocalizedText;
using v1::Publication;

std::string Quoted(std::string_view text) {
  std::string out;
  if (!wire::AppendJsonString(text, &out)) out = "\"\"";  // stored text is UTF-8: only for the sake of the type
  return out;
}

// Members of an object, in order; what is empty is left out.
class ObjectWriter {
 public:
  ObjectWriter& Text(std::string_view name, std::string_view text) {
    return text.empty() ? *this : Json(name, Quoted(text));
  }
  ObjectWriter& Json(std::string_view name, std::string_view json) {
    if (json.empty()) return *this;
    absl::StrAppend(&out_, out_.empty() ? "" : ",", Quoted(name), ":", absl::string_view(json.data(), json.size()));
    return *this;
  }
  // One value as itself, several as an array.
  ObjectWriter& Each(std::string_view name, const std::vector<std::string>& values) {
    if (values.size() == 1) return Json(name, values[0]);
    return values.empty() ? *this : Json(name, absl::StrCat("[", absl::StrJoin(values, ","), "]"));
  }
  std::string Finish() const { return absl::StrCat("{", out_, "}"); }

 private:
  std::string out_;
};

std::string_view SchemaTypeOf(Publication::Type type) {
  switch (type) {
    case Publication::REPORT:
      return "Report";
    case Publication::STUDY:
    case Publication::ARTICLE:
      return "ScholarlyArticle";
    case Publication::BOOK:
      return "Book";
    case Publication::POSTER:
      return "Poster";
    case Publication::TRAINING_MATERIAL:
      return "LearningResource";
    case Publication::VIDEO:
      return "VideoObject";
    case Publication::AUDIO:
      return "AudioObject";
    case Publication::DATASET:
      return "Dataset";
    case Publication::WEBSITE:
      return "WebSite";
    case Publication::LEGAL_TEXT:
      return "Legislation";
    default:
      return "CreativeWork";
  }
}

void AddTexts(const LocalizedText& text, std::vector<std::string>* values) {
  for (const auto& translation : text.translations()) {
    values->push_back(
        ObjectWriter().Text("@language", translation.language_code()).Text("@value", translation.text()).Finish());
  }
}

std::vector<std::string> Texts(const LocalizedText& text) {
  std::vector<std::string> values;
  AddTexts(text, &values);
  return values;
}

using Strings = google::protobuf::RepeatedPtrField<std::string>;

std::vector<std::string> QuotedEach(const Strings& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) quoted.push_back(Quoted(value));
  return quoted;
}

// "Surname, Given name" is how people are entered; what has no comma may be either and is told as neither.
std::vector<std::string> Agents(const Strings& names, std::string_view other_type) {
  std::vector<std::string> agents;
  for (const std::string& name : names) {
    const bool person = name.find(", ") != std::string::npos;
    agents.push_back(ObjectWriter().Text("@type", person ? "Person" : other_type).Text("name", name).Finish());
  }
  return agents;
}

std::string SeriesOf(const Publication& publication) {
  if (!publication.has_series()) return "";
  ObjectWriter series;
  series.Text("@type", "CreativeWorkSeries").Text("name", publication.series().title());
  return series.Text("issn", publication.series().issn()).Finish();
}

std::vector<std::string> AudiencesOf(const Publication& publication) {
  std::vector<std::string> audiences;
  const auto add = [&](const std::string& type) {
    audiences.push_back(ObjectWriter().Text("@type", "Audience").Text("audienceType", type).Finish());
  };
  for (const int audience : publication.audiences()) add(Publication::Audience_Name(audience));
  for (const int profession : publication.professions()) add(common::v1::Profession::Code_Name(profession));
  return audiences;
}

std::vector<std::string> EncodingsOf(const Publication& publication, const Site& site) {
  std::vector<std::string> encodings;
  const auto add = [&](std::string_view url, std::string_view type, std::string_view language) {
    ObjectWriter media;
    media.Text("@type", "MediaObject").Text("contentUrl", url).Text("encodingFormat", type);
    encodings.push_back(media.Text("inLanguage", language).Finish());
  };
  for (const auto& link : publication.links()) {
    if (!link.media_type().empty()) add(link.url(), link.media_type(), link.language_code());
  }
  for (const std::string& file : publication.files()) add(site.DownloadUrlOf(file), "application/pdf", "");
  return encodings;
}

}  // namespace

std::string JsonLdOf(const Publication& publication, absl::Time updated, const Site& site) {
  std::vector<std::string> keywords, same_as;
  for (const LocalizedText& subject : publication.subjects()) AddTexts(subject, &keywords);
  for (const auto& link : publication.links()) same_as.push_back(Quoted(link.url()));
  ObjectWriter json;
  json.Text("@context", "https://schema.org").Text("@type", SchemaTypeOf(publication.type()));
  json.Text("@id", site.UrlOf(publication.name())).Text("url", site.UrlOf(publication.name()));
  json.Each("name", Texts(publication.title())).Each("description", Texts(publication.description()));
  json.Each("author", Agents(publication.creators(), "Organization"));
  json.Each("contributor", Agents(publication.contributors(), "Organization"));
  json.Each("publisher", Agents(publication.publishers(), "Organization"));
  json.Text("datePublished", publication.issued());
  json.Text("dateModified", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", updated, absl::UTCTimeZone()));
  json.Each("keywords", keywords).Each("inLanguage", QuotedEach(publication.languages()));
  json.Each("identifier", QuotedEach(publication.identifiers())).Each("sameAs", same_as);
  json.Text("license", publication.license()).Each("copyrightNotice", Texts(publication.rights()));
  json.Text("version", publication.edition()).Json("isPartOf", SeriesOf(publication));
  if (publication.has_series()) json.Text("position", publication.series().number());
  json.Each("isBasedOn", QuotedEach(publication.sources())).Each("audience", AudiencesOf(publication));
  json.Each("encoding", EncodingsOf(publication, site)).Text("creditText", CitationOf(publication, "de"));
  return json.Finish();
}

}  // namespace schutznetz::events
