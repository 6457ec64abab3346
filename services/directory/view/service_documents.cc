// The documents of a service: the part of ListingMaker that writes words and facets.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/directory/places/land_codes.h"
#include "services/directory/view/listing_maker.h"
#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

using search::Document;

void AddText(TextField field, const std::string& text, Document& document) {
  if (!text.empty()) document.fields.push_back({IdOf(field), text});
}

void AddTexts(TextField field, const common::v1::LocalizedText& texts, Document& document) {
  for (const auto& translation : texts.translations()) AddText(field, translation.text(), document);
}

void AddFacet(FacetField facet, std::string value, Document& document) {
  document.facets.push_back({IdOf(facet), std::move(value)});
}

// A service that names no form takes all of them, so it counts under each.
void AddForms(const v1::Service& service, Document& document) {
  for (int form = v1::Exploitation::Form_MIN + 1; form <= v1::Exploitation::Form_MAX; ++form) {
    const bool named = std::find(service.forms().begin(), service.forms().end(), form) != service.forms().end();
    if (!named && !service.forms().empty()) continue;
    AddFacet(FacetField::kForm, v1::Exploitation::Form_Name(static_cast<v1::Exploitation::Form>(form)), document);
  }
}

void AddProfessions(const v1::Service& service, Document& document) {
  const auto& named = service.professions();
  for (int profession = v1::Service::Profession_MIN + 1; profession <= v1::Service::Profession_MAX; ++profession) {
    if (!named.empty() && std::find(named.begin(), named.end(), profession) == named.end()) continue;
    AddFacet(FacetField::kProfession, v1::Service::Profession_Name(static_cast<v1::Service::Profession>(profession)),
             document);
  }
}

void AddProperties(const v1::Service& service, LandNumber land, Document& document) {
  AddFacet(FacetField::kKind, v1::Service::Kind_Name(service.kind()), document);
  AddFacet(FacetField::kLand, std::string(land == 0 ? kNationwide : kLandIsoCodes[land - 1]), document);
  for (const std::string& language : service.languages()) AddFacet(FacetField::kLanguage, language, document);
  for (const std::string& language : service.interpreted_languages()) {
    AddFacet(FacetField::kLanguage, language, document);
  }
  for (const int channel : service.channels()) {
    AddFacet(FacetField::kChannel, v1::Service::Channel_Name(static_cast<v1::Service::Channel>(channel)), document);
  }
  for (const std::string& topic : service.topics()) AddFacet(FacetField::kTopic, topic, document);
  const auto minors = service.advises_minors() == v1::Service::ADVISES_MINORS_UNSPECIFIED ? v1::Service::UNKNOWN
                                                                                          : service.advises_minors();
  AddFacet(FacetField::kAdvisesMinors, v1::Service::AdvisesMinors_Name(minors), document);
  AddFacet(FacetField::kMinimumAge, absl::StrCat(service.minimum_age()), document);
  AddFacet(FacetField::kMaximumAge, absl::StrCat(service.maximum_age()), document);
  AddForms(service, document);
  AddProfessions(service, document);
}

}  // namespace

const std::vector<std::string>& ListingMaker::ChainKeys(const std::string& key) const {
  std::unique_ptr<std::vector<std::string>>& keys = chains_[key];
  if (keys) return *keys;
  keys = std::make_unique<std::vector<std::string>>();
  if (version_.places == nullptr) return *keys;
  for (const v1::Area* area : version_.places->ChainOf(key, today_).areas) {
    if (area->key() != kNationKey) keys->push_back(area->key());
  }
  return *keys;
}

void ListingMaker::AddAreas(const Draft& draft, Document& document) const {
  std::set<std::string> values;
  for (const v1::ServiceArea& area : draft.service.service_areas()) {
    values.insert(CompetentFor(area.area_key()));
    for (const std::string& above : ChainKeys(area.area_key())) {
      if (above != area.area_key()) values.insert(Inside(above));
    }
    // Names of what is smaller than a Land are words people look for.
    const v1::Area* known = version_.places == nullptr ? nullptr : version_.places->Find(area.area_key());
    if (known != nullptr && area.area_key().size() > 3) AddText(TextField::kPlace, known->display_name(), document);
  }
  for (size_t i = 0; i < draft.listing->places.size(); ++i) {
    for (const std::string& key : ChainKeys(draft.place_texts[i].area_key)) values.insert(Inside(key));
  }
  for (const std::string& value : values) AddFacet(FacetField::kArea, value, document);
}

Document ListingMaker::DocumentOf(const Draft& draft) const {
  const v1::Service& service = draft.service;
  Document document;
  AddText(TextField::kName, service.display_name(), document);
  AddText(TextField::kName, service.alternate_name(), document);
  AddText(TextField::kOrganization, draft.organization->display_name, document);
  AddText(TextField::kOrganization, draft.organization->alternate_name, document);
  for (const PlaceTexts& place : draft.place_texts) {
    AddText(TextField::kPlace, place.display_name, document);
    AddText(TextField::kPlace, place.city, document);
  }
  for (const std::string& topic : service.topics()) AddText(TextField::kTopic, topic, document);
  AddTexts(TextField::kDescription, service.description(), document);
  AddProperties(service, draft.listing->land, document);
  AddAreas(draft, document);
  document.sort_name = service.display_name();
  return document;
}

std::vector<Document> ListingMaker::DocumentsOf(const Draft& draft) const {
  const Listing& listing = *draft.listing;
  std::vector<Document> documents;
  documents.push_back(DocumentOf(draft));
  for (size_t i = 1; i < listing.places.size(); ++i) documents.push_back(documents.front());
  for (size_t i = 0; i < documents.size(); ++i) {
    documents[i].slot = i == 0 ? listing.slot : listing.places[i].placement;
    documents[i].key = i == 0 ? listing.key : HashOfName(version_.entry(listing.places[i].placement)->name);
    if (i >= listing.places.size()) continue;
    documents[i].point = listing.places[i].point;
    AddFacet(FacetField::kKreis, listing.places[i].kreis_key, documents[i]);
  }
  return documents;
}

}  // namespace schutznetz::directory
