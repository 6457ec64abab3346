// What becomes of events, on both engines.
#include "services/events/domain/events.h"

#include <fstream>
#include <set>
#include <string>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/events/domain/arranging_fixture.h"
#include "services/events/domain/directory_names.h"
#include "services/events/domain/event_checks.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using ::testing::ElementsAre;
using v1::Event;

class EventsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Arranging arranging_{GetParam()};

  Event Made(Event::State state = Event::PUBLISHED) {
    Event event = Arranging::Example();
    event.set_state(state);
    absl::StatusOr<Event> made = arranging_.Create(event);
    EXPECT_THAT(made, IsOk());
    return made.ok() ? *std::move(made) : Event();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, EventsTest, testing::AllEngines(), testing::EngineName);

TEST_P(EventsTest, ADraftIsPublishedCancelledAndNothingElse) {
  const Event draft = Made(Event::STATE_UNSPECIFIED);
  EXPECT_EQ(draft.state(), Event::DRAFT);
  EXPECT_EQ(draft.attendance(), Event::HYBRID);
  EXPECT_EQ(draft.start_time().seconds(), draft.sessions(0).start_time().seconds());
  EXPECT_THAT(arranging_.Step(&Events::Cancel, draft), HasReason("WRONG_STATE"));
  EXPECT_THAT(arranging_.Step(&Events::Complete, draft), HasReason("WRONG_STATE"));
  const auto published = arranging_.Step(&Events::Publish, draft);
  ASSERT_THAT(published, IsOk());
  EXPECT_EQ(published->state(), Event::PUBLISHED);
  EXPECT_TRUE(published->has_publish_time());
  EXPECT_THAT(arranging_.Step(&Events::Publish, draft), HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(arranging_.Step(&Events::Publish, *published), HasReason("WRONG_STATE"));
  v1::CancelEventRequest cancel;
  cancel.set_name(published->name());
  cancel.set_etag(published->etag());
  auto* reason = cancel.mutable_reason()->add_translations();
  reason->set_language_code("de");
  reason->set_text("Krankheit");
  const auto cancelled = arranging_.Do(&Events::Cancel, cancel);
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state(), Event::CANCELLED);
  EXPECT_EQ(cancelled->cancellation().translations(0).text(), "Krankheit");
  EXPECT_EQ(cancelled->calendar_sequence(), published->calendar_sequence() + 1);
  EXPECT_THAT(arranging_.Step(&Events::Publish, *cancelled), HasReason("WRONG_STATE"));
}

TEST_P(EventsTest, AnEventIsCompletedWhenItIsOver) {
  EXPECT_THAT(arranging_.Step(&Events::Complete, Made()), HasReason("WRONG_STATE"));
  Event past = Arranging::Example();
  past.set_state(Event::PUBLISHED);
  past.mutable_sessions(0)->mutable_start_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 7200);
  past.mutable_sessions(0)->mutable_end_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 3600);
  const auto made = arranging_.Create(past);
  ASSERT_THAT(made, IsOk());
  const auto completed = arranging_.Step(&Events::Complete, *made);
  ASSERT_THAT(completed, IsOk());
  EXPECT_EQ(completed->state(), Event::COMPLETED);
}

TEST_P(EventsTest, TheStateIsChangedByItsMethodsOnly) {
  Event event = Arranging::Example();
  event.set_state(Event::CANCELLED);
  EXPECT_THAT(arranging_.Create(event), HasReason("WRONG_STATE"));
  Event draft = Made(Event::DRAFT);
  draft.set_state(Event::PUBLISHED);
  EXPECT_THAT(arranging_.Update(draft, {"state"}), HasReason("IMMUTABLE_FIELD"));
}

TEST_P(EventsTest, APublishedEventIsNotDeleted) {
  const Event event = Made();
  EXPECT_THAT(arranging_.Step(&Events::Delete, event), HasReason("WRONG_STATE"));
  EXPECT_THAT(arranging_.Step(&Events::Delete, event, access::Caller()), HasReason("ACCESS_DENIED"));
  const auto cancelled = arranging_.Step(&Events::Cancel, event);
  ASSERT_THAT(cancelled, IsOk());
  const auto deleted = arranging_.Step(&Events::Delete, *cancelled);
  ASSERT_THAT(deleted, IsOk());
  EXPECT_TRUE(deleted->has_delete_time());
  EXPECT_THAT(arranging_.Step(&Events::Undelete, *deleted), IsOk());
}

TEST_P(EventsTest, WhoArrangesItMayChangeItAndNobodyElseKnowsADraft) {
  const Event draft = Made(Event::DRAFT);
  EXPECT_THAT(arranging_.Step(&Events::Publish, draft, Arranging::EditorOf("lands/DE-BB")),
              HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(arranging_.Step(&Events::Publish, draft, Arranging::CoordinatorOf("networks/berlin")),
              HasReason("RESOURCE_NOT_FOUND"));
  const auto published = arranging_.Step(&Events::Publish, draft, Arranging::CoordinatorOf("networks/koeln"));
  ASSERT_THAT(published, IsOk());
  EXPECT_EQ(published->sessions(0).online_room().join_url(), "https://raum.example.org/1");
  EXPECT_THAT(arranging_.Step(&Events::Cancel, *published, Arranging::EditorOf("lands/DE-BB")),
              HasReason("ACCESS_DENIED"));
  EXPECT_THAT(arranging_.Step(&Events::Cancel, *published, Arranging::EditorOf("lands/DE-NW")), IsOk());
}

TEST_P(EventsTest, AnIdOfADraftTellsNothing) {
  EXPECT_THAT(arranging_.Create(Arranging::Example(), "fachtag-koeln"), HasReason("INVALID_FIELD"));
  Event event = Arranging::Example();
  event.set_state(Event::PUBLISHED);
  const auto made = arranging_.Create(event, "fachtag-koeln");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->name(), "events/fachtag-koeln");
}

TEST_P(EventsTest, CalendarsHearOfWhatTheyShowOnly) {
  Event event = Made();
  EXPECT_EQ(event.calendar_sequence(), 0);
  event.set_internal_note("Raum bestellt");
  event.mutable_sessions(0)->mutable_online_room()->set_join_url("https://raum.example.org/2");
  auto changed = arranging_.Update(event, {"internal_note", "sessions"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->calendar_sequence(), 0) << "the way in is not for everybody";
  changed->mutable_sessions(0)->mutable_end_time()->set_seconds(event.sessions(0).end_time().seconds() + 3600);
  const auto moved = arranging_.Update(*changed, {"sessions"});
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->calendar_sequence(), 1);
  EXPECT_EQ(moved->end_time().seconds(), event.end_time().seconds() + 3600);
  EXPECT_EQ(moved->sessions(0).session_id(), "tag-1");
}

TEST_P(EventsTest, ACopyIsADraftAtAnotherDate) {
  const Event event = Made();
  v1::CopyEventRequest copy;
  copy.set_name(event.name());
  copy.set_days_later(364);
  EXPECT_THAT(arranging_.Do(&Events::Copy, copy, Arranging::EditorOf("lands/DE-BB")), HasReason("ACCESS_DENIED"));
  const auto later = arranging_.Do(&Events::Copy, copy);
  ASSERT_THAT(later, IsOk());
  EXPECT_EQ(later->state(), Event::DRAFT);
  EXPECT_FALSE(later->has_publish_time());
  EXPECT_NE(later->name(), event.name());
  EXPECT_NE(later->sessions(0).session_id(), "tag-1");
  EXPECT_EQ(later->sessions(0).online_room().join_url(), "");
  EXPECT_EQ(later->start_time().seconds() - event.start_time().seconds(), 364 * 24 * 3600);
  copy.set_days_later(0);
  const auto undated = arranging_.Do(&Events::Copy, copy);
  ASSERT_THAT(undated, IsOk());
  EXPECT_EQ(undated->sessions_size(), 0);
  EXPECT_THAT(arranging_.Step(&Events::Publish, *undated), HasReason("INVALID_FIELD")) << "it has no date yet";
}

TEST_P(EventsTest, AnObserverSeesEachChangeAndMayRefuseIt) {
  struct Observer final : EventObserver {
    absl::Status OnEvent(storage::Transaction&, const EventChange& change) const override {
      seen.push_back(change.before == nullptr ? "new" : Event::State_Name(change.before->state()));
      seen.push_back(Event::State_Name(change.after.state()));
      if (change.deleted) seen.push_back("deleted");
      return refuse ? absl::FailedPreconditionError("no") : absl::OkStatus();
    }
    mutable std::vector<std::string> seen;
    bool refuse = false;
  } observer;
  Arranging arranging(GetParam(), {&observer});
  const auto draft = arranging.Create(Arranging::Example());
  ASSERT_THAT(draft, IsOk());
  observer.refuse = true;
  EXPECT_EQ(arranging.Step(&Events::Publish, *draft).status().message(), "no");
  observer.refuse = false;
  ASSERT_THAT(arranging.Step(&Events::Publish, *draft), IsOk()) << "nothing of the refused step was kept";
  EXPECT_THAT(observer.seen, ElementsAre("new", "DRAFT", "DRAFT", "PUBLISHED", "DRAFT", "PUBLISHED"));
}

TEST(SampleTest, EveryEventIsAccepted) {
  Arranging arranging;
  std::ifstream in(std::string(SCHUTZNETZ_SOURCE_DIR) + "/deploy/sample/events.ndjson");
  std::set<std::string> lands;
  std::set<int> types;
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    Event event;
    const auto parsed = google::protobuf::util::JsonStringToMessage(line, &event);
    ASSERT_TRUE(parsed.ok()) << count + 1 << ": " << parsed.ToString();
    const auto made = arranging.Create(event, event.name().substr(event.name().find('/') + 1));
    ASSERT_THAT(made, IsOk()) << count + 1 << ": " << line;
    EXPECT_EQ(made->name(), event.name());
    lands.insert(made->land());
    types.insert(made->type());
  }
  EXPECT_EQ(count, 60);
  EXPECT_EQ(lands.size(), 16U);
  EXPECT_EQ(types.size(), 7U);
}

// --- Checks ---

std::vector<std::string> WrongFields(const Event& event) {
  record::Violations violations;
  CheckEvent(event, &violations);
  std::vector<std::string> fields;
  for (const errors::FieldViolation& violation : violations) fields.push_back(violation.field);
  return fields;
}

TEST(EventChecksTest, AGoodEventPasses) { EXPECT_THAT(WrongFields(Arranging::Example()), ElementsAre()); }

TEST(EventChecksTest, EachWrongFieldIsNamed) {
  Event event = Arranging::Example();
  event.set_land("lands/DE-XX");
  v1::Session& session = *event.mutable_sessions(0);
  session.set_time_zone("Europe/Koeln");
  session.mutable_end_time()->set_seconds(session.start_time().seconds());
  session.set_capacity(31);
  event.add_sessions()->set_session_id("tag-1");
  event.mutable_admission()->add_quotas()->set_capacity(31);
  event.set_self_paced(true);
  EXPECT_THAT(WrongFields(event),
              ElementsAre("land", "sessions[0].endTime", "sessions[0].timeZone", "sessions[0].capacity",
                          "sessions[1].startTime", "sessions[1].endTime", "sessions[1].endTime", "sessions[1]",
                          "sessions[1].sessionId", "selfPaced", "sessions", "admission.quotas[0]",
                          "admission.quotas[0].capacity"));
}

TEST(EventChecksTest, TimeZonesAreThoseOfTheDatabase) {
  for (const char* good : {"Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+1"}) {
    EXPECT_TRUE(IsTimeZone(good)) << good;
  }
  for (const char* bad :
       {"", "/etc/passwd", "../Berlin", "Europe/Koeln", "Fixed/UTC+01:00:00", "Europe", "localtime "}) {
    EXPECT_FALSE(IsTimeZone(bad)) << bad;
  }
}

TEST(DirectoryNamesTest, OnlyNewNamesAreAskedForEachOnce) {
  const Event known = Arranging::Example();
  Event event = known;
  event.add_co_organizers("organizations/zweite");
  event.add_co_organizers("organizations/zweite");
  event.mutable_sessions(0)->mutable_place()->set_location("locations/haus");
  std::vector<std::string> asked;
  for (const DirectoryName& name : NamesToCheck(event, &known)) asked.push_back(name.field + " " + name.name);
  EXPECT_THAT(asked, ElementsAre("event.coOrganizers[0] organizations/zweite",
                                 "event.sessions[0].place.location locations/haus"));
  EXPECT_EQ(NamesToCheck(event, nullptr).size(), 4U);
}

}  // namespace
}  // namespace schutznetz::events
