#include "services/events/view/event_documents.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/common/time/timestamp.h"

namespace schutznetz::events {
namespace {

using common::v1::LocalizedText;
using common::v1::Profession;
using search::Document;
using v1::Event;

constexpr std::string_view kLandsPrefix = "lands/";
constexpr char kNoDate[] = "9999";  // sorts behind every date

void AddWords(EventText field, const std::string& text, Document* document) {
  if (!text.empty()) document->fields.push_back({static_cast<search::FieldId>(field), text});
}

void AddWords(EventText field, const LocalizedText& text, Document* document) {
  for (const auto& translation : text.translations()) AddWords(field, translation.text(), document);
}

void AddFacet(EventFacetField facet, std::string value, Document* document) {
  document->facets.push_back({IdOf(facet), std::move(value)});
}

void AddTexts(const Event& event, Document* document) {
  AddWords(EventText::kTitle, event.display_name(), document);
  AddWords(EventText::kTitle, event.title(), document);
  AddWords(EventText::kSeries, event.series(), document);
  for (const std::string& topic : event.topics()) AddWords(EventText::kTopic, topic, document);
  AddWords(EventText::kDescription, event.description(), document);
  for (const v1::Session& session : event.sessions()) {
    AddWords(EventText::kDescription, session.title(), document);
    AddWords(EventText::kPlace, session.place().display_name(), document);
    AddWords(EventText::kPlace, session.place().city(), document);
  }
}

// Whoever looks for one way to attend finds events that can be attended this way.
void AddAttendance(const Event& event, Document* document) {
  const auto add = [&](Event::Attendance way) {
    AddFacet(EventFacetField::kAttendance, Event::Attendance_Name(way), document);
  };
  if (event.attendance() == Event::ATTENDANCE_UNSPECIFIED) return;
  add(event.attendance());
  if (event.attendance() != Event::HYBRID) return;
  add(Event::ON_SITE);
  add(Event::ONLINE);
}

// An event for nobody in particular is for everybody.
void AddProfessions(const Event& event, Document* document) {
  const auto add = [&](int code) {
    AddFacet(EventFacetField::kProfession, Profession::Code_Name(static_cast<Profession::Code>(code)), document);
  };
  for (const int code : event.audience()) add(code);
  if (!event.audience().empty()) return;
  for (int code = Profession::Code_MIN + 1; code <= Profession::Code_MAX; ++code) add(code);
}

void AddFacets(const Event& event, Document* document) {
  AddFacet(EventFacetField::kType, Event::Type_Name(event.type()), document);
  AddFacet(EventFacetField::kState, Event::State_Name(event.state()), document);
  AddAttendance(event, document);
  AddProfessions(event, document);
  std::string land(kNationwideValue);
  if (!event.land().empty()) land = event.land().substr(kLandsPrefix.size());
  AddFacet(EventFacetField::kLand, std::move(land), document);
  for (const std::string& language : event.languages()) {
    AddFacet(EventFacetField::kLanguage, absl::AsciiStrToLower(language), document);
  }
  for (const std::string& topic : event.topics()) AddFacet(EventFacetField::kTopic, topic, document);
  if (!event.series().empty()) AddFacet(EventFacetField::kSeries, event.series(), document);
  if (!event.network().empty()) AddFacet(EventFacetField::kNetwork, event.network(), document);
  AddFacet(EventFacetField::kOrganizer, event.organizer(), document);
  for (const std::string& other : event.co_organizers()) AddFacet(EventFacetField::kOrganizer, other, document);
  if (event.has_certificate()) AddFacet(EventFacetField::kCertificate, std::string(kHasCertificate), document);
}

// The same in every process, so that page tokens stay good over restarts.
uint64_t KeyOfName(std::string_view name) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

search::IndexOptions EventIndexOptions() {
  search::IndexOptions options;
  options.field_weights = {8, 4, 4, 3, 1};
  return options;
}

Document DocumentOf(uint32_t slot, const Event& shown) {
  Document document;
  document.slot = slot;
  document.key = KeyOfName(shown.name());
  AddTexts(shown, &document);
  AddFacets(shown, &document);
  // The order by name is the order by date.
  document.sort_name = shown.has_start_time()
                           ? absl::FormatTime("%Y%m%d%H%M%S", TimeOf(shown.start_time()), absl::UTCTimeZone())
                           : kNoDate;
  return document;
}

}  // namespace schutznetz::events
