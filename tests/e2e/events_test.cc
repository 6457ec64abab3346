// Events through all programs: what an event names must be in the directory, and a page read back is the page written.
#include <signal.h>

#include "gmock/gmock.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/event_search.pb.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using events::v1::Event;
using testing::HasReason;
using testing::IsOk;

events::v1::CreateEventRequest Workshop() {
  events::v1::CreateEventRequest create;
  Event& event = *create.mutable_event();
  event.set_display_name("Musterworkshop");
  event.set_type(Event::WORKSHOP);
  event.set_organizer("organizations/jugendamt-koeln");
  event.set_land("lands/DE-NW");
  auto* session = event.add_sessions();
  session->mutable_start_time()->set_seconds(1'803'800'000);
  session->mutable_end_time()->set_seconds(1'803'810'000);
  session->mutable_place()->set_city("Köln");
  return create;
}

class EventsTest : public EveryWay {
 protected:
  absl::StatusOr<Event> Create(const events::v1::CreateEventRequest& request) {
    return MakeCaller(kStaff)->Do<Event>("CreateEvent", request, EventsService());
  }
};

TEST_P(EventsTest, WhatAnEventNamesMustBeKnownToEverybody) {
  ASSERT_THAT(Create(Workshop()), IsOk());
  events::v1::CreateEventRequest unknown = Workshop();
  unknown.mutable_event()->set_organizer("organizations/gibt-es-nicht");
  EXPECT_THAT(Create(unknown), HasReason("REFERENCE_NOT_FOUND"));
  EXPECT_THAT(Create(unknown).status().ToString(), ::testing::HasSubstr("event.organizer"));
  events::v1::CreateEventRequest network = Workshop();
  network.mutable_event()->set_network("networks/gibt-es-nicht");
  EXPECT_THAT(Create(network), HasReason("REFERENCE_NOT_FOUND"));
  events::v1::CreateEventRequest place = Workshop();
  place.mutable_event()->mutable_sessions(0)->mutable_place()->set_location("locations/jugendamt-koeln");
  EXPECT_THAT(Create(place), IsOk());
  // A centre whose address is withheld: the event would tell it.
  place.mutable_event()->mutable_sessions(0)->mutable_place()->set_location("locations/fachberatung-hamburg-mitte");
  EXPECT_THAT(Create(place), HasReason("REFERENCE_NOT_FOUND"));
}

TEST_P(EventsTest, TheSampleIsFoundByLandAndWayToAttend) {
  events::v1::SearchEventsRequest search;
  search.set_land("DE-NW");
  search.mutable_start_before()->set_seconds(4'000'000'000);
  search.set_q("Musterhaus Aachen");
  const auto found = MakeCaller()->Do<events::v1::SearchEventsResponse>("SearchEvents", search, EventsService());
  ASSERT_THAT(found, IsOk());
  ASSERT_GE(found->total_size(), 1);
  EXPECT_EQ(found->hits(0).event().land(), "lands/DE-NW");
  EXPECT_EQ(found->hits(0).event().sessions(0).place().city(), "Aachen");
  EXPECT_EQ(found->hits(0).seats().state(), events::v1::Seats::PLACES_FREE);
  search.clear_q();
  search.clear_land();
  search.set_page_size(500);
  const auto all = MakeCaller()->Do<events::v1::SearchEventsResponse>("SearchEvents", search, EventsService());
  ASSERT_THAT(all, IsOk());
  const auto staff = MakeCaller(kStaff)->Do<events::v1::SearchEventsResponse>("SearchEvents", search, EventsService());
  ASSERT_THAT(staff, IsOk());
  EXPECT_GE(staff->total_size(), 60);
  EXPECT_LT(all->total_size(), staff->total_size()) << "events of networks are not for everybody";
}

INSTANTIATE_TEST_SUITE_P(Ways, EventsTest, AllWays(), WayName);

TEST(EventsWithoutDirectoryTest, NothingIsGuessed) {
  Installation installation(storage::Engine::kSqlite);
  ASSERT_EQ(installation.LoadSample(), 0);
  const auto editor = MakeGrpcCaller(installation, kStaff);
  const auto made = editor->Do<Event>("CreateEvent", Workshop(), EventsService());
  ASSERT_THAT(made, IsOk());
  installation.directory().Stop(SIGKILL);
  const auto refused = editor->Do<Event>("CreateEvent", Workshop(), EventsService());
  EXPECT_THAT(refused, testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(errors::RetryAfterOf(refused.status()), absl::ZeroDuration());
  events::v1::UpdateEventRequest update;
  *update.mutable_event() = *made;
  update.mutable_event()->set_display_name("Musterworkshop, neuer Titel");
  update.mutable_update_mask()->add_paths("display_name");
  EXPECT_THAT(editor->Do<Event>("UpdateEvent", update, EventsService()), IsOk()) << "it names nothing new";
  installation.StartDirectory();
  EXPECT_TRUE(testing::Eventually([&] { return editor->Do<Event>("CreateEvent", Workshop(), EventsService()).ok(); }))
      << "the connection is found again";
}

}  // namespace
}  // namespace schutznetz::e2e
