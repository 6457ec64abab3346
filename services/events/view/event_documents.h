// How events stand in a search index: the numbers and values that writer and reader share, and the documents.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "schutznetz/events/v1/event.pb.h"
#include "services/common/search/document.h"

namespace schutznetz::events {

// Texts, most telling first.
enum class EventText : uint8_t { kTitle, kSeries, kPlace, kTopic, kDescription };

// Facets. The first seven are shown to callers, in this order.
enum class EventFacetField : uint8_t {
  kType,
  kAttendance,
  kLand,
  kProfession,
  kLanguage,
  kTopic,
  kSeries,
  // Filters only.
  kNetwork,
  kOrganizer,
  kCertificate,
  kState,
};
inline constexpr std::array<std::string_view, 7> kEventFacetNames = {"type",     "attendance", "land",  "profession",
                                                                     "language", "topic",      "series"};

constexpr search::FacetId IdOf(EventFacetField facet) { return static_cast<search::FacetId>(facet); }

// The value of kLand of nationwide events.
inline constexpr std::string_view kNationwideValue = "";
// The value of kCertificate of events that have one.
inline constexpr std::string_view kHasCertificate = "1";

search::IndexOptions EventIndexOptions();

// `shown` is what those see who search this index: nothing else goes in.
search::Document DocumentOf(uint32_t slot, const v1::Event& shown);

}  // namespace schutznetz::events
