// Reading and finding events over a real store and view, without a network.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "schutznetz/common/v1/http_body.pb.h"
#include "schutznetz/events/v1/calendar.pb.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/catch_up.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"
#include "services/events/api/calendar_api.h"
#include "services/events/api/event_api.h"
#include "services/events/domain/arranging_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using v1::Event;

constexpr int64_t kMarch = 1'803'888'000;  // 2027-03-01 08:00 UTC
constexpr int64_t kDay = 24 * 3600;

class EventReadsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  void StartView() {
    EventsViewOptions options;
    options.all_seats = [this](storage::Database&, EventsViewOptions::SeatTaker take) {
      for (const auto& [id, seats] : seats_) take(id, seats);
      return absl::OkStatus();
    };
    options.seats_of = [this](storage::ReadTransaction&, std::string_view id) -> absl::StatusOr<SeatNumbers> {
      return seats_[std::string(id)];
    };
    auto view = EventsView::Start(arranging_.database(), arranging_.rules(), clock_, nullptr, std::move(options));
    ASSERT_THAT(view, IsOk());
    registry_.reset();
    view_ = *std::move(view);
    registry_ = std::make_unique<rpc::Registry>("schutznetz.events.v1.EventsService");
    RegisterEventReads(*registry_, *view_, tokens_);
    RegisterCalendarApi(*registry_, *view_);
  }
  void SetUp() override {
    clock_.Set(absl::FromUnixSeconds(kMarch - 30 * kDay));
    StartView();
  }

  void CatchUp() { testing::CatchUp(*view_, arranging_.database()); }

  // The example, published on a day of March, changed by text format.
  Event Make(const std::string& id, int day, const std::string& changes = "") {
    Event event = Arranging::Example();
    event.set_state(Event::PUBLISHED);
    event.mutable_sessions(0)->mutable_start_time()->set_seconds(kMarch + day * kDay);
    event.mutable_sessions(0)->mutable_end_time()->set_seconds(kMarch + day * kDay + 3600);
    Event more;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(changes, &more)) << changes;
    if (!more.audience().empty()) event.clear_audience();
    event.MergeFrom(more);
    auto made = arranging_.Create(event, id);
    EXPECT_THAT(made, IsOk());
    CatchUp();
    return made.ok() ? *std::move(made) : Event();
  }

  template <typename Response>
  absl::StatusOr<Response> Ask(const std::string& method, const google::protobuf::Message& request,
                               const access::Caller& caller = {}) {
    rpc::CallContext call;
    call.service = registry_->service();
    call.method = method;
    call.caller = caller;
    reply_ = rpc::WireReply();
    for (const rpc::MethodHandler& handler : registry_->handlers()) {
      if (handler.method != method) continue;
      const absl::Status status = handler.answer(call, request, &reply_);
      if (!status.ok()) return status;
      Response response;
      if (!response.ParseFromString(reply_.Flatten())) return absl::DataLossError("no message");
      return response;
    }
    return absl::UnimplementedError(method);
  }
  absl::StatusOr<Event> Get(const std::string& name, const access::Caller& caller = {}) {
    v1::GetEventRequest request;
    request.set_name(name);
    return Ask<Event>("GetEvent", request, caller);
  }
  v1::SearchEventsResponse Search(const std::string& text, const access::Caller& caller = {}) {
    v1::SearchEventsRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    auto found = Ask<v1::SearchEventsResponse>("SearchEvents", request, caller);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? *std::move(found) : v1::SearchEventsResponse();
  }
  std::vector<std::string> Found(const std::string& text, const access::Caller& caller = {}) {
    std::vector<std::string> names;
    const v1::SearchEventsResponse found = Search(text, caller);
    for (const auto& hit : found.hits()) names.push_back(hit.event().name());
    return names;
  }

  Arranging arranging_{GetParam()};
  testing::FakeClock clock_;
  const rpc::Sealer sealer_ = rpc::Sealer::WithRandomKey();
  const rpc::PageTokens tokens_{sealer_, clock_};
  std::map<std::string, SeatNumbers> seats_;
  std::unique_ptr<EventsView> view_;
  std::unique_ptr<rpc::Registry> registry_;
  rpc::WireReply reply_;
};
INSTANTIATE_TEST_SUITE_P(Engines, EventReadsTest, testing::AllEngines(), testing::EngineName);

TEST_P(EventReadsTest, TheJoinLinkIsToldToWhoArrangesItOnly) {
  const Event event = Make("fachtag", 0);
  const access::Caller coordinator = Arranging::CoordinatorOf("networks/koeln");
  const access::Caller member = access::Caller::Granted("m", {{access::Role::kMember}, {}, {"networks/koeln"}, {}});
  for (const access::Caller& caller : {access::Caller(), member, Arranging::EditorOf("lands/DE-BB")}) {
    const auto seen = Get(event.name(), caller);
    ASSERT_THAT(seen, IsOk());
    EXPECT_EQ(seen->sessions(0).online_room().platform(), "Muster");
    EXPECT_THAT(reply_.Flatten(), Not(HasSubstr("raum.example.org")));
    EXPECT_THAT(seen->withheld(), IsEmpty()) << "not even that there is one";
  }
  const auto own = Get(event.name(), coordinator);
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(own->sessions(0).online_room().join_url(), "https://raum.example.org/1");
  EXPECT_THAT(reply_.disclosed, ::testing::SizeIs(1)) << "goes into the audit log";
}

TEST_P(EventReadsTest, DraftsAreListedToThoseWhoMayChangeThem) {
  Make("fachtag", 0);
  Event draft = Arranging::Example();
  const auto made = arranging_.Create(draft);
  ASSERT_THAT(made, IsOk());
  CatchUp();
  const auto names = [&](const access::Caller& caller) {
    std::vector<std::string> list;
    const auto page = Ask<v1::ListEventsResponse>("ListEvents", v1::ListEventsRequest(), caller);
    EXPECT_THAT(page, IsOk());
    for (const Event& event : page->events()) list.push_back(event.name());
    return list;
  };
  EXPECT_THAT(names({}), ElementsAre("events/fachtag"));
  EXPECT_THAT(names(Arranging::EditorOf("lands/DE-BB")), ElementsAre("events/fachtag"));
  EXPECT_THAT(names(Arranging::EditorOf("lands/DE-NW")), UnorderedElementsAre("events/fachtag", made->name()));
  EXPECT_THAT(names(Arranging::CoordinatorOf("networks/koeln")), UnorderedElementsAre("events/fachtag", made->name()));
  EXPECT_THAT(Get(made->name()), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(EventReadsTest, PagesOfAListHoldEachEventOnce) {
  for (int i = 0; i < 7; ++i) Make(absl::StrCat("fachtag-", i), i);
  v1::ListEventsRequest request;
  request.set_page_size(3);
  std::vector<std::string> names;
  for (int page = 0; page < 5; ++page) {
    const auto answer = Ask<v1::ListEventsResponse>("ListEvents", request);
    ASSERT_THAT(answer, IsOk());
    for (const Event& event : answer->events()) names.push_back(event.name());
    request.set_page_token(answer->next_page_token());
    if (answer->next_page_token().empty()) break;
  }
  EXPECT_THAT(names, ElementsAre("events/fachtag-0", "events/fachtag-1", "events/fachtag-2", "events/fachtag-3",
                                 "events/fachtag-4", "events/fachtag-5", "events/fachtag-6"));
}

TEST_P(EventReadsTest, FindsByWordsPlaceTimeAndAudience) {
  Make("koeln", 2, R"(audience: POLICE topics: "Bettelei" languages: "de" series: "Fachtage")");
  Make("berlin", 1, R"(display_name: "Digitale Anbahnung" land: "lands/DE-BE" network: "networks/berlin"
                       audience: HEALTH languages: "en" certificate { attendance_percent: 80 })");
  Make("bund", 3, R"(display_name: "Bundesfachtag" type: SPECIALIST_CONFERENCE)");
  EXPECT_THAT(Found(""), ElementsAre("events/berlin", "events/koeln", "events/bund")) << "by date";
  EXPECT_THAT(Found("q: 'anbahnung'"), ElementsAre("events/berlin"));
  EXPECT_THAT(Found("q: 'bettelei'"), ElementsAre("events/koeln"));
  EXPECT_THAT(Found("land: 'DE-BE'"), ElementsAre("events/berlin"));
  EXPECT_THAT(Found("type: SPECIALIST_CONFERENCE"), ElementsAre("events/bund"));
  EXPECT_THAT(Found("profession: POLICE"), ElementsAre("events/koeln", "events/bund")) << "for all is for each";
  EXPECT_THAT(Found("language: 'EN'"), ElementsAre("events/berlin"));
  EXPECT_THAT(Found("network: 'networks/berlin'"), ElementsAre("events/berlin"));
  EXPECT_THAT(Found("certificate: true"), ElementsAre("events/berlin"));
  EXPECT_THAT(Found("series: 'Fachtage'"), ElementsAre("events/koeln"));
  EXPECT_THAT(Found("attendance: ONLINE").size(), 3U) << "hybrid can be attended online";
  EXPECT_THAT(Found(absl::StrCat("start_before { seconds: ", kMarch + 2 * kDay, " }")), ElementsAre("events/berlin"));
  EXPECT_THAT(Found(absl::StrCat("end_after { seconds: ", kMarch + 2 * kDay + 3600, " }")), ElementsAre("events/bund"));
}

TEST_P(EventReadsTest, FacetsCountWhatIsFound) {
  Make("koeln", 2);
  Make("berlin", 1, R"(land: "lands/DE-BE" type: SEMINAR)");
  const v1::SearchEventsResponse found = Search("type: SEMINAR");
  EXPECT_EQ(found.total_size(), 1);
  for (const v1::EventFacet& facet : found.facets()) {
    if (facet.field() == "type") {
      EXPECT_EQ(facet.values_size(), 2) << "without its own condition";
    }
    if (facet.field() == "land") {
      ASSERT_EQ(facet.values_size(), 1);
      EXPECT_EQ(facet.values(0).value(), "DE-BE");
      EXPECT_EQ(facet.values(0).count(), 1);
    }
  }
  EXPECT_EQ(found.facets_size(), 7);
}

TEST_P(EventReadsTest, WhatIsOverIsNotFoundUnlessAskedFor) {
  Make("fachtag", 0);
  EXPECT_EQ(Found("").size(), 1U);
  ASSERT_TRUE(reply_.valid_until.has_value());
  EXPECT_LE(*reply_.valid_until, absl::FromUnixSeconds(kMarch + 3600));
  clock_.Set(absl::FromUnixSeconds(kMarch + 3600));
  EXPECT_THAT(Found(""), IsEmpty());
  EXPECT_EQ(Found(absl::StrCat("start_before { seconds: ", kMarch + kDay, " }")).size(), 1U);
}

TEST_P(EventReadsTest, CancelledOnesStayAndDeletedOnesGo) {
  const Event event = Make("fachtag", 0);
  const auto cancelled = arranging_.Step(&Events::Cancel, event);
  ASSERT_THAT(cancelled, IsOk());
  CatchUp();
  EXPECT_THAT(Found(""), ElementsAre("events/fachtag"));
  EXPECT_THAT(Found("state: PUBLISHED"), IsEmpty());
  EXPECT_EQ(Search("").hits(0).seats().state(), v1::Seats::CLOSED);
  const auto deleted = arranging_.Step(&Events::Delete, *cancelled);
  ASSERT_THAT(deleted, IsOk());
  CatchUp();
  EXPECT_THAT(Found(""), IsEmpty());
  EXPECT_THAT(Get("events/fachtag"), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Get("events/fachtag", testing::Staff()), IsOk());
}

TEST_P(EventReadsTest, HiddenOnesAreFoundByWhoMayKnowThemAndPagedWithTheOthers) {
  for (int i = 0; i < 6; ++i) Make(absl::StrCat("offen-", i), 2 * i);
  std::vector<std::string> drafts;
  for (int i = 0; i < 4; ++i) {
    Event draft = Arranging::Example();
    draft.mutable_sessions(0)->mutable_start_time()->set_seconds(kMarch + (2 * i + 1) * kDay);
    draft.mutable_sessions(0)->mutable_end_time()->set_seconds(kMarch + (2 * i + 1) * kDay + 60);
    drafts.push_back(arranging_.Create(draft)->name());
  }
  CatchUp();
  const access::Caller editor = Arranging::EditorOf("lands/DE-NW");
  EXPECT_EQ(Search("q: 'kinderhandel'").total_size(), 6);
  EXPECT_THAT(Found("state: DRAFT"), IsEmpty());
  EXPECT_THAT(Found("state: DRAFT", editor), ElementsAre(drafts[0], drafts[1], drafts[2], drafts[3]));
  v1::SearchEventsRequest request;
  request.add_state(Event::DRAFT);
  request.add_state(Event::PUBLISHED);
  request.set_page_size(3);
  std::vector<std::string> names;
  for (int page = 0; page < 6; ++page) {
    const auto answer = Ask<v1::SearchEventsResponse>("SearchEvents", request, editor);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->total_size(), 10);
    for (const auto& hit : answer->hits()) names.push_back(hit.event().name());
    request.set_page_token(answer->next_page_token());
    if (answer->next_page_token().empty()) break;
  }
  EXPECT_THAT(names, ElementsAre("events/offen-0", drafts[0], "events/offen-1", drafts[1], "events/offen-2", drafts[2],
                                 "events/offen-3", drafts[3], "events/offen-4", "events/offen-5"));
  const auto published = arranging_.Step(&Events::Publish, *Get(drafts[0], editor));
  ASSERT_THAT(published, IsOk());
  CatchUp();
  EXPECT_EQ(Search("q: 'kinderhandel'").total_size(), 7);
  EXPECT_THAT(Found("state: DRAFT", editor).size(), 3U);
}

TEST_P(EventReadsTest, PlacesFreeFollowTheRegistrations) {
  Make("fachtag", 0);
  Make("seminar", 1);
  EXPECT_EQ(Found("places_free: true").size(), 2U);
  seats_["fachtag"] = {30, 0};
  const auto write = [](storage::Transaction& tx) {
    tx.AppendChange({.kind = "registration",
                     .name = "events/fachtag/registrations/x",
                     .operation = storage::ChangeOperation::kCreated,
                     .tags = {"events/fachtag#seats"}});
    return absl::OkStatus();
  };
  ASSERT_THAT(arranging_.database().WriteAndWait(write), IsOk());
  CatchUp();
  EXPECT_THAT(Found("places_free: true"), ElementsAre("events/seminar"));
  EXPECT_EQ(Search("").hits(0).seats().state(), v1::Seats::WAITING_LIST);
  StartView();
  EXPECT_THAT(Found("places_free: true"), ElementsAre("events/seminar")) << "after a restart, too";
}

TEST_P(EventReadsTest, ARestartedViewAnswersTheSameBytes) {
  for (int i = 0; i < 5; ++i) Make(absl::StrCat("fachtag-", i), i);
  const auto all = [&] {
    auto page = *Ask<v1::ListEventsResponse>("ListEvents", v1::ListEventsRequest());
    return page.SerializeAsString();
  };
  const std::string before = all();
  StartView();
  EXPECT_EQ(all(), before);
}

class EventCalendarsTest : public EventReadsTest {
 protected:
  std::string Calendar(const std::string& text = "", const access::Caller& caller = {}) {
    v1::GetEventsCalendarRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    const auto body = Ask<common::v1::HttpBody>("GetEventsCalendar", request, caller);
    EXPECT_THAT(body, IsOk());
    EXPECT_EQ(body->content_type(), "text/calendar; charset=utf-8");
    return body->data();
  }
  absl::StatusOr<common::v1::HttpBody> CalendarOf(const std::string& name, const access::Caller& caller = {}) {
    v1::GetEventCalendarRequest request;
    request.set_name(name);
    return Ask<common::v1::HttpBody>("GetEventCalendar", request, caller);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, EventCalendarsTest, testing::AllEngines(), testing::EngineName);

TEST_P(EventCalendarsTest, HoldWhatEverybodySeesWhoeverAsks) {
  const Event event = Make("fachtag", 0);
  auto draft = arranging_.Create(Arranging::Example());
  ASSERT_THAT(draft, IsOk());
  CatchUp();
  const access::Caller coordinator = Arranging::CoordinatorOf("networks/koeln");
  for (const access::Caller& caller : {access::Caller(), coordinator}) {
    const std::string calendar = Calendar("", caller);
    EXPECT_THAT(calendar, HasSubstr(".fachtag@events.schutznetz\r\n"));
    EXPECT_THAT(calendar, Not(HasSubstr("raum.example.org")));
    EXPECT_THAT(calendar, Not(HasSubstr(draft->name().substr(7))));
    EXPECT_THAT(reply_.disclosed, IsEmpty());
    EXPECT_THAT(reply_.tags, ElementsAre("event"));
    EXPECT_THAT(CalendarOf(draft->name(), caller), HasReason("RESOURCE_NOT_FOUND"));
  }
  const auto own = CalendarOf(event.name(), coordinator);
  ASSERT_THAT(own, IsOk());
  EXPECT_THAT(own->data(), Not(HasSubstr("raum.example.org")));
  EXPECT_THAT(reply_.tags, ElementsAre("events/fachtag"));
}

TEST_P(EventCalendarsTest, KeepCancelledEventsWithALaterSequence) {
  const Event event = Make("fachtag", 0);
  EXPECT_THAT(Calendar(), HasSubstr("SEQUENCE:0\r\n"));
  ASSERT_THAT(arranging_.Step(&Events::Cancel, event, Arranging::EditorOf("lands/DE-NW")), IsOk());
  CatchUp();
  EXPECT_THAT(Calendar(), HasSubstr("STATUS:CANCELLED\r\n"));
  EXPECT_THAT(Calendar(), HasSubstr("SEQUENCE:1\r\n"));
}

TEST_P(EventCalendarsTest, FollowTheFilter) {
  Make("fachtag", 0);
  Make("seminar", 1, "type: SEMINAR audience: POLICE series: \"Reihe\"");
  const auto holds = [&](const std::string& filter) {
    const std::string calendar = Calendar(filter);
    return std::string(calendar.find(".fachtag@") != calendar.npos ? "f" : "") +
           (calendar.find(".seminar@") != calendar.npos ? "s" : "");
  };
  EXPECT_EQ(holds(""), "fs");
  EXPECT_EQ(holds("type: SEMINAR"), "s");
  EXPECT_EQ(holds("series: 'Reihe'"), "s");
  EXPECT_EQ(holds("land: 'lands/DE-NW'"), "fs");
  EXPECT_EQ(holds("land: 'lands/DE-BB'"), "");
  clock_.Advance(absl::Hours(24 * 400));
  EXPECT_EQ(holds(""), "") << "what is long over drops out";
  EXPECT_THAT(CalendarOf("events/seminar"), IsOk()) << "but can still be had alone";
}

}  // namespace
}  // namespace schutznetz::events
