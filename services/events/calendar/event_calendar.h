// Events as calendar programs read them (RFC 5545, 5546, 7986): one entry per session, under a UID that never changes.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "services/common/mail/mail.h"

namespace schutznetz::events {

// What is told of an event.
struct CalendarEvent {
  const v1::Event* event = nullptr;   // must outlive the call
  std::set<std::string> sessions;     // only these session_ids; empty: all
  bool with_way_in = false;           // tell join links: only to people with a place, and to who arranges the event
  bool cancelled_for_reader = false;  // the event may take place, but not for this person
};

// Who reads it, and when.
struct CalendarReader {
  std::string language = "de";         // texts in this language where there are any
  std::string organizer_address;       // for events without a mailbox of their own
  absl::Time now = absl::UnixEpoch();  // of the writing, where an event tells no time of its last change
};

// The UID of a session's entry: it depends on the names of event and session alone.
std::string SessionUid(const v1::Event& event, const v1::Session& session);

// How many entries an event gives.
int SessionCount(const CalendarEvent& event);

// A calendar to subscribe to (METHOD:PUBLISH). Cancelled events stay in it as such. Events without sessions have no
// entry. `name` is shown as the calendar's. The same arguments give the same bytes.
std::string CalendarFeed(const std::vector<CalendarEvent>& events, std::string_view name, const CalendarReader& reader);

// What a mail to one person carries: one object per session, because an object is about one entry only (RFC
// 5546, 3.2.2). CANCEL where the event or the person's part in it is cancelled, otherwise REQUEST.
std::vector<mail::CalendarPart> Invitations(const CalendarEvent& event, std::string_view address,
                                            std::string_view display_name, const CalendarReader& reader);

// What a calendar may hold as text: control characters become spaces, line ends of any kind line feeds.
std::string CalendarText(std::string_view text);
// The text in `language`, else in German, else the original; empty when there is none.
std::string TextIn(const common::v1::LocalizedText& text, std::string_view language);
// The event's title likewise.
std::string TitleIn(const v1::Event& event, std::string_view language);
// "Bürgerhaus Stollwerck, Saal 1, Dreikönigenstraße 23, 50678 Köln"; empty when nothing is known.
std::string PlaceLine(const v1::Place& place);

}  // namespace schutznetz::events
