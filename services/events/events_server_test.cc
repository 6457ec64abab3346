// What crosses the parts of the events server.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "services/events/domain/manage_link.h"
#include "services/events/events_server_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using v1::EventsService;

INSTANTIATE_TEST_SUITE_P(Engines, EventsServerTest, testing::AllEngines(), testing::EngineName);

TEST_P(EventsServerTest, AWriteIsReadAtOnceAndRepeatedWithoutEffect) {
  const auto made = Create(Arranging::Example(), "first");
  ASSERT_THAT(made, IsOk());
  const auto again = Create(Arranging::Example(), "first");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), made->name());
  EXPECT_THAT(Get(made->name(), testing::Staff()), IsOk());
  EXPECT_THAT(Get(made->name()), HasReason("RESOURCE_NOT_FOUND"));
  v1::PublishEventRequest publish;
  publish.set_name(made->name());
  publish.set_etag(made->etag());
  ASSERT_THAT(Call(&EventsService::Stub::PublishEvent, publish), IsOk());
  EXPECT_THAT(Get(made->name()), IsOk());
}

TEST_P(EventsServerTest, NamesAreCheckedBeforeAnythingIsWritten) {
  v1::Event event = Arranging::Example();
  event.set_organizer("organizations/unbekannt");
  EXPECT_THAT(Create(event), HasReason("REFERENCE_NOT_FOUND"));
  const auto made = Create(Arranging::Example());
  ASSERT_THAT(made, IsOk());
  names_.away = true;
  EXPECT_THAT(Create(Arranging::Example()), testing::StatusIs(absl::StatusCode::kUnavailable));
  v1::UpdateEventRequest update;
  *update.mutable_event() = *made;
  update.mutable_event()->add_co_organizers("organizations/andere");
  EXPECT_THAT(Call(&EventsService::Stub::UpdateEvent, update), testing::StatusIs(absl::StatusCode::kUnavailable));
  v1::PublishEventRequest publish;
  publish.set_name(made->name());
  publish.set_etag(made->etag());
  EXPECT_THAT(Call(&EventsService::Stub::PublishEvent, publish), testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Call(&EventsService::Stub::PublishEvent, publish, Arranging::EditorOf("lands/DE-BB")),
              HasReason("RESOURCE_NOT_FOUND"))
      << "somebody else's draft asks nothing";
}

TEST_P(EventsServerTest, AMeasureIsReadByEverybodyWithoutItsNotes) {
  v1::CreateMeasureRequest create;
  create.set_measure_id("leitfaden");
  v1::Measure& measure = *create.mutable_measure();
  measure.set_plan("Aktionsplan Musterland");
  measure.set_number("2.4");
  measure.set_display_name("Leitfaden");
  measure.set_department("Musterministerium");
  measure.set_pillar(v1::Measure::COOPERATION);
  measure.set_status(v1::Measure::PLANNED);
  measure.set_internal_note("intern");
  EXPECT_THAT(Call(&EventsService::Stub::CreateMeasure, create, {}), HasReason("CREDENTIALS_REQUIRED"));
  const auto made = Call(&EventsService::Stub::CreateMeasure, create);
  ASSERT_THAT(made, IsOk());
  v1::UpdateMeasureRequest update;
  *update.mutable_measure() = *made;
  update.mutable_measure()->set_status(v1::Measure::ONGOING);
  ASSERT_THAT(Call(&EventsService::Stub::UpdateMeasure, update), IsOk());

  v1::ListMeasuresRequest list;
  list.set_status(v1::Measure::ONGOING);
  const auto listed = Call(&EventsService::Stub::ListMeasures, list, {});
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->measures_size(), 1);
  EXPECT_EQ(listed->measures(0).internal_note(), "");
  EXPECT_EQ(listed->measures(0).version(), 2);
  v1::GetMeasureRequest get;
  get.set_name("measures/leitfaden");
  const auto seen = Call(&EventsService::Stub::GetMeasure, get);
  ASSERT_THAT(seen, IsOk());
  EXPECT_EQ(seen->internal_note(), "intern");

  v1::ListMeasureVersionsRequest versions;
  versions.set_parent("measures/leitfaden");
  versions.set_page_size(1);
  std::vector<v1::Measure::Status> statuses;
  do {
    const auto page = Call(&EventsService::Stub::ListMeasureVersions, versions, {});
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->versions_size(), 1);
    statuses.push_back(page->versions(0).status());
    versions.set_page_token(page->next_page_token());
  } while (!versions.page_token().empty());
  EXPECT_THAT(statuses, ::testing::ElementsAre(v1::Measure::ONGOING, v1::Measure::PLANNED));
}

TEST_P(EventsServerTest, WritesAndWhatIsToldBeyondPublicAreInTheAuditLog) {
  const auto made = Create(Arranging::Example());
  ASSERT_THAT(made, IsOk());
  ASSERT_THAT(Get(made->name(), testing::Staff()), IsOk());
  const auto log = Call(&EventsService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
  ASSERT_THAT(log, IsOk());
  std::string lines;
  for (const std::string& line : log->lines()) lines += line;
  EXPECT_THAT(lines, ::testing::HasSubstr("CreateEvent"));
  EXPECT_THAT(lines, ::testing::HasSubstr("GetEvent"));
  EXPECT_THAT(lines, ::testing::HasSubstr(made->name()));
}

TEST_P(EventsServerTest, RegistrationsHaveOneEffectPerKeyAndSearchShowsWhetherPlacesAreFree) {
  v1::Event event = Arranging::Example();
  event.set_state(v1::Event::PUBLISHED);
  event.mutable_admission()->set_capacity(1);
  event.mutable_sessions(0)->mutable_start_time()->set_seconds(3'786'912'000);
  event.mutable_sessions(0)->mutable_end_time()->set_seconds(3'786'920'000);
  const auto made = Create(event);
  ASSERT_THAT(made, IsOk());
  const auto seats = [&] {
    v1::SearchEventsRequest request;
    const auto found = Call(&EventsService::Stub::SearchEvents, request, access::Caller());
    EXPECT_THAT(found, IsOk());
    return found.ok() && found->hits_size() == 1 ? found->hits(0).seats().state() : v1::Seats::STATE_UNSPECIFIED;
  };
  EXPECT_EQ(seats(), v1::Seats::PLACES_FREE);
  v1::CreateRegistrationRequest request;
  request.set_parent(made->name());
  request.set_request_id("one-key");
  request.mutable_registration()->set_display_name("Musterfrau");
  request.mutable_registration()->set_email("musterfrau@example.org");
  request.mutable_registration()->set_profession(common::v1::Profession::POLICE);
  const access::Caller anna = access::Caller::Granted("members/anna", {.roles = {access::Role::kProfessional}},
                                                      {.id = "anna", .rights_version = 1});
  const auto first = Call(&EventsService::Stub::CreateRegistration, request, anna);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->state(), v1::Registration::CONFIRMED);
  const auto again = Call(&EventsService::Stub::CreateRegistration, request, anna);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(seats(), v1::Seats::WAITING_LIST);
  EXPECT_EQ(Get(made->name(), testing::Staff())->etag(), made->etag()) << "a registration leaves the event alone";

  v1::GetRegistrationRequest get;
  get.set_name(first->name());
  EXPECT_THAT(Call(&EventsService::Stub::GetRegistration, get, anna), IsOk());
  EXPECT_THAT(Call(&EventsService::Stub::GetRegistration, get, Arranging::EditorOf("lands/DE-BB")),
              HasReason("RESOURCE_NOT_FOUND"));
  v1::ListRegistrationsRequest list;
  list.set_parent(made->name());
  const auto listed = Call(&EventsService::Stub::ListRegistrations, list);
  ASSERT_THAT(listed, IsOk());
  EXPECT_EQ(listed->seats().taken(), 1);
  EXPECT_THAT(Call(&EventsService::Stub::ListRegistrations, list, anna), HasReason("ACCESS_DENIED"));
}

TEST_P(EventsServerTest, TheLinkOfAMailShowsAPageAndActsByPost) {
  v1::Event event = Arranging::Example();
  event.set_state(v1::Event::PUBLISHED);
  event.mutable_sessions(0)->mutable_start_time()->set_seconds(3'786'912'000);
  event.mutable_sessions(0)->mutable_end_time()->set_seconds(3'786'920'000);
  const auto made = Create(event);
  ASSERT_THAT(made, IsOk());
  v1::CreateRegistrationRequest request;
  request.set_parent(made->name());
  request.mutable_registration()->set_display_name("Musterfrau");
  request.mutable_registration()->set_email("musterfrau@example.org");
  request.mutable_registration()->set_profession(common::v1::Profession::POLICE);
  const auto pending = Call(&EventsService::Stub::CreateRegistration, request, access::Caller());
  ASSERT_THAT(pending, IsOk());
  EXPECT_EQ(pending->state(), v1::Registration::PENDING);
  const std::string id = pending->name().substr(pending->name().rfind('/') + 1);
  const std::string token = ManageToken(*personal::Pepper::FromText(std::string(32, 'p')), {id, 1});
  v1::GetManagePageRequest get;
  get.set_token(token);
  const auto page = Call(&EventsService::Stub::GetManagePage, get, access::Caller());
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->data(), ::testing::HasSubstr("value=\"confirm\""));
  v1::SubmitManagePageRequest submit;
  submit.mutable_body()->set_content_type("application/x-www-form-urlencoded");
  submit.mutable_body()->set_data("token=" + token + "&action=confirm");
  const auto confirmed = Call(&EventsService::Stub::SubmitManagePage, submit, access::Caller());
  ASSERT_THAT(confirmed, IsOk());
  EXPECT_THAT(confirmed->data(), ::testing::HasSubstr("Sie sind angemeldet"));
  submit.mutable_body()->set_data("token=" + token + "0&action=cancel");
  EXPECT_THAT(Call(&EventsService::Stub::SubmitManagePage, submit, access::Caller()), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(EventsServerTest, APersonalCalendarIsReadByItsAddressUntilItIsDeleted) {
  v1::Event event = Arranging::Example();
  event.set_state(v1::Event::PUBLISHED);
  event.mutable_sessions(0)->mutable_start_time()->set_seconds(3'786'912'000);
  event.mutable_sessions(0)->mutable_end_time()->set_seconds(3'786'920'000);
  const auto made = Create(event);
  ASSERT_THAT(made, IsOk());
  const auto member = [](const std::string& name) {
    return access::Caller::Granted("members/" + name, {.roles = {access::Role::kProfessional}},
                                   {.id = name, .rights_version = 1});
  };
  v1::CreateRegistrationRequest registering;
  registering.set_parent(made->name());
  registering.mutable_registration()->set_display_name("Musterfrau");
  registering.mutable_registration()->set_email("musterfrau@example.org");
  registering.mutable_registration()->set_profession(common::v1::Profession::POLICE);
  const auto registration = Call(&EventsService::Stub::CreateRegistration, registering, member("anna"));
  ASSERT_THAT(registration, IsOk());

  v1::CreateCalendarFeedRequest create;
  create.set_request_id("my-calendar");
  EXPECT_THAT(Call(&EventsService::Stub::CreateCalendarFeed, create, {}), HasReason("CREDENTIALS_REQUIRED"));
  const auto feed = Call(&EventsService::Stub::CreateCalendarFeed, create, member("anna"));
  ASSERT_THAT(feed, IsOk());
  const auto again = Call(&EventsService::Stub::CreateCalendarFeed, create, member("anna"));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->url(), feed->url());
  const std::string start = "http://localhost:8080/v1/calendarFeeds/", end = "/calendar.ics";
  ASSERT_THAT(feed->url(), ::testing::AllOf(::testing::StartsWith(start), ::testing::EndsWith(end)));
  v1::GetPersonalCalendarRequest get;
  get.set_token(feed->url().substr(start.size(), feed->url().size() - start.size() - end.size()));
  const auto listed = Call(&EventsService::Stub::ListCalendarFeeds, v1::ListCalendarFeedsRequest(), member("anna"));
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->calendar_feeds_size(), 1);
  EXPECT_EQ(listed->calendar_feeds(0).url(), "");

  const auto calendar = Call(&EventsService::Stub::GetPersonalCalendar, get, {});
  ASSERT_THAT(calendar, IsOk());
  EXPECT_EQ(calendar->content_type(), "text/calendar; charset=utf-8");
  EXPECT_THAT(calendar->data(), ::testing::HasSubstr("STATUS:CONFIRMED"));
  EXPECT_THAT(calendar->data(), ::testing::HasSubstr("https://raum.example.org/1")) << "to who has a place";
  v1::CancelRegistrationRequest cancel;
  cancel.set_name(registration->name());
  ASSERT_THAT(Call(&EventsService::Stub::CancelRegistration, cancel, member("anna")), IsOk());
  const auto after = Call(&EventsService::Stub::GetPersonalCalendar, get, {});
  ASSERT_THAT(after, IsOk());
  EXPECT_THAT(after->data(), ::testing::HasSubstr("STATUS:CANCELLED"));
  EXPECT_THAT(after->data(), ::testing::Not(::testing::HasSubstr("raum.example.org")));

  v1::DeleteCalendarFeedRequest remove;
  remove.set_name(feed->name());
  EXPECT_THAT(Call(&EventsService::Stub::DeleteCalendarFeed, remove, member("ben")), HasReason("RESOURCE_NOT_FOUND"));
  v1::GetPersonalCalendarRequest forged = get;
  forged.mutable_token()->back() = get.token().back() == '0' ? '1' : '0';
  EXPECT_THAT(Call(&EventsService::Stub::GetPersonalCalendar, forged, {}), HasReason("RESOURCE_NOT_FOUND"));
  ASSERT_THAT(Call(&EventsService::Stub::DeleteCalendarFeed, remove, member("anna")), IsOk());
  EXPECT_THAT(Call(&EventsService::Stub::GetPersonalCalendar, get, {}), HasReason("RESOURCE_NOT_FOUND"));
  const auto audit = Call(&EventsService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
  ASSERT_THAT(audit, IsOk());
  EXPECT_THAT(audit->ShortDebugString(), ::testing::Not(::testing::HasSubstr(get.token())));
}

v1::ImportEventsRequest ImportOf(const std::string& file) {
  v1::ImportEventsRequest request;
  request.mutable_body()->set_content_type("text/calendar; charset=utf-8");
  request.mutable_body()->set_data(file);
  request.set_organizer("organizations/musterstelle");
  request.set_land("lands/DE-NW");
  request.set_type(v1::Event::SEMINAR);
  return request;
}

TEST_P(EventsServerTest, ACalendarFileBecomesDraftsOnce) {
  v1::ImportEventsRequest request = ImportOf(
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
      "BEGIN:VEVENT\r\nUID:eins@example.org\r\nSUMMARY:Seminar\r\nDTSTART:20900310T080000Z\r\n"
      "DTEND:20900310T150000Z\r\nATTENDEE:mailto:bea@example.org\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nUID:zwei@example.org\r\nDTSTART:20900310T080000Z\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nSUMMARY:Ohne UID\r\nDTSTART:20900310T080000Z\r\nDTEND:20900310T090000Z\r\nEND:VEVENT\r\n"
      "END:VCALENDAR\r\n");
  request.set_validate_only(true);
  const auto tried = Call(&EventsService::Stub::ImportEvents, request);
  ASSERT_THAT(tried, IsOk());
  ASSERT_EQ(tried->names_size(), 1);
  EXPECT_THAT(Get(tried->names(0), testing::Staff()), HasReason("RESOURCE_NOT_FOUND")) << "a dry run";
  request.set_validate_only(false);
  const auto imported = Call(&EventsService::Stub::ImportEvents, request);
  ASSERT_THAT(imported, IsOk());
  ASSERT_EQ(imported->refusals_size(), 2);
  EXPECT_EQ(imported->refusals(0).line(), 10);
  EXPECT_EQ(imported->refusals(1).line(), 14);
  EXPECT_EQ(imported->refusals(1).field(), "UID");
  const auto event = Get(imported->names(0), testing::Staff());
  ASSERT_THAT(event, IsOk());
  EXPECT_EQ(event->state(), v1::Event::DRAFT);
  EXPECT_EQ(event->display_name(), "Seminar");
  EXPECT_EQ(event->land(), "lands/DE-NW");
  v1::PublishEventRequest publish;
  publish.set_name(event->name());
  publish.set_etag(event->etag());
  EXPECT_THAT(Call(&EventsService::Stub::PublishEvent, publish), HasReason("INVALID_FIELD")) << "nobody knows where";
  EXPECT_THAT(event->ShortDebugString(), ::testing::Not(::testing::HasSubstr("bea@")));
  const auto again = Call(&EventsService::Stub::ImportEvents, request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->names_size(), 0);
  EXPECT_EQ(again->existing(), 1);

  request.set_land("lands/DE-BB");
  EXPECT_THAT(Call(&EventsService::Stub::ImportEvents, request, Arranging::EditorOf("lands/DE-NW")),
              HasReason("ACCESS_DENIED"));
  request.set_organizer("organizations/unbekannt");
  EXPECT_THAT(Call(&EventsService::Stub::ImportEvents, request), HasReason("REFERENCE_NOT_FOUND"));
  request.mutable_body()->set_content_type("text/plain");
  EXPECT_THAT(Call(&EventsService::Stub::ImportEvents, request), HasReason("MEDIA_TYPE_UNSUPPORTED"));
}

TEST_P(EventsServerTest, RealCalendarFilesAreImportedOrRefusedByLine) {
  const char* const shared = std::getenv("SCHUTZNETZ_SHARED_DATA");
  const std::filesystem::path folder = std::filesystem::path(shared != nullptr ? shared : "../shared/data") / "ics";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the shared data are not here";
  int files = 0, drafts = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".ics") continue;
    ++files;
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const auto imported = Call(&EventsService::Stub::ImportEvents, ImportOf(bytes.str()));
    if (!imported.ok()) {
      EXPECT_THAT(imported, testing::StatusIs(absl::StatusCode::kInvalidArgument)) << entry.path();
      const auto violations = errors::ViolationsOf(imported.status());
      ASSERT_FALSE(violations.empty()) << entry.path();
      EXPECT_THAT(violations[0].description, ::testing::StartsWith("Line ")) << entry.path();
      continue;
    }
    drafts += imported->names_size();
    for (const auto& refusal : imported->refusals()) EXPECT_GT(refusal.line(), 0) << entry.path();
  }
  EXPECT_GT(files, 10);
  EXPECT_GT(drafts, 10) << "most entries are events that anybody could import";
}

}  // namespace
}  // namespace schutznetz::events
