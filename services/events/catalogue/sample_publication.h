// Publications for tests.
#pragma once

#include <string>
#include <string_view>

#include "schutznetz/events/v1/publication.pb.h"

namespace schutznetz::events {

inline void AddTranslation(common::v1::LocalizedText* text, std::string_view language, std::string_view value) {
  common::v1::Translation* translation = text->add_translations();
  translation->set_language_code(std::string(language));
  translation->set_text(std::string(value));
}

// With every field that formats tell.
inline v1::Publication SamplePublication(const std::string& id = "leitfaden") {
  v1::Publication publication;
  publication.set_name("publications/" + id);
  AddTranslation(publication.mutable_title(), "de", "Leitfaden <Kinderhandel> & Ausbeutung");
  AddTranslation(publication.mutable_title(), "en", "Guideline on child trafficking");
  publication.add_creators("Muster, Erika");
  publication.add_creators("Musterstelle Köln");
  AddTranslation(publication.add_subjects(), "de", "Kinderschutz");
  AddTranslation(publication.mutable_description(), "de", "Was Fachkräfte tun können.");
  publication.add_publishers("Musterverlag");
  publication.add_contributors("Beispiel, Max");
  publication.set_issued("2024-05");
  publication.set_type(v1::Publication::GUIDELINE);
  publication.add_formats("64 Seiten");
  publication.add_identifiers("ISBN 978-3-00-000000-0");
  publication.add_languages("de");
  publication.add_coverages("Nordrhein-Westfalen");
  AddTranslation(publication.mutable_rights(), "de", "Weitergabe erlaubt.");
  publication.set_license("https://creativecommons.org/licenses/by/4.0/");
  publication.add_audiences(v1::Publication::PROFESSIONALS);
  publication.mutable_series()->set_title("Materialien");
  publication.mutable_series()->set_number("7");
  publication.mutable_series()->set_issn("1234-5679");
  publication.set_edition("3. Auflage");
  auto* link = publication.add_links();
  link->set_url("https://example.org/leitfaden.pdf");
  link->set_media_type("application/pdf");
  publication.set_land("lands/DE-NW");
  return publication;
}

}  // namespace schutznetz::events
