#include "services/events/domain/attendees.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/macros.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/events/domain/attending_fixture.h"
#include "services/events/domain/calendar_feeds.h"

namespace schutznetz::events {
namespace {

using access::Caller;
using common::v1::Profession;
using storage::ReadTransaction;
using storage::Transaction;
using testing::HasReason;
using testing::IsOk;
using v1::Admission;
using v1::Registration;

constexpr int64_t kLongAgo = 1'600'000'000;  // 2020

class AttendeesTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  // An event of two sessions, one and three hours long, that is over.
  std::string PastEvent() {
    return attending_.Event(10, Admission::FILL_SEATS, [](v1::Event* e) {
      *e->add_sessions() = e->sessions(0);
      e->mutable_sessions(1)->set_session_id("tag-2");
      const int64_t hours[] = {1, 3};
      for (int i = 0; i < 2; ++i) {
        e->mutable_sessions(i)->mutable_start_time()->set_seconds(kLongAgo + i * 86400);
        e->mutable_sessions(i)->mutable_end_time()->set_seconds(kLongAgo + i * 86400 + hours[i] * 3600);
      }
    });
  }
  Registration Added(const std::string& event, const std::string& who) {
    const auto added = attending_.Write([&](Transaction& tx) {
      return attending_.registrations().AddForOther(tx, {editor_, {}}, event,
                                                    Attending::Person(who, Profession::HEALTH));
    });
    EXPECT_THAT(added, IsOk());
    return added.value_or(Registration());
  }
  absl::StatusOr<Registration> CheckIn(const Registration& who, const std::string& session) {
    return attending_.Write([&](Transaction& tx) {
      return attending_.attendance().CheckIn(tx, {editor_, {}}, who.name(), session);
    });
  }
  absl::StatusOr<v1::EraseRegistrationsResponse> Erase(const Caller& caller,
                                                       const v1::EraseRegistrationsRequest& request) {
    return attending_.Write([&](Transaction& tx) { return attending_.attendees().Erase(tx, {caller, {}}, request); });
  }
  // Rows of all tables that know of people.
  int Traces(const std::string& text) {
    int traces = 0;
    const auto look = [&](ReadTransaction& tx) -> absl::StatusOr<int> {
      for (const storage::Sql& sql : {storage::Sql("SELECT id, person, mail, code FROM registration"),
                                      storage::Sql("SELECT id, key_id, sealed, kind FROM sealed_part"),
                                      storage::Sql("SELECT id, wrapped, id, id FROM data_key")}) {
        RETURN_IF_ERROR(tx.Query(sql, {}, [&](const storage::Row& row) {
          for (int i = 0; i < 4; ++i) traces += row.Text(i).find(text) != std::string_view::npos ? 1 : 0;
          return absl::OkStatus();
        }));
      }
      return 0;
    };
    EXPECT_THAT(attending_.Look(look), IsOk());
    return traces;
  }

  Attending attending_{GetParam()};
  const Caller editor_ = Attending::Editor();
  const Caller nobody_;
};

TEST_P(AttendeesTest, PeopleAreCheckedInFromTheListAndByCode) {
  const std::string event = PastEvent();
  const Registration anna = Added(event, "anna");
  EXPECT_THAT(CheckIn(anna, ""), HasReason("INVALID_FIELD")) << "there are two sessions";
  auto there = CheckIn(anna, "tag-1");
  ASSERT_THAT(there, IsOk());
  EXPECT_EQ(there->state(), Registration::ATTENDED);
  EXPECT_EQ(there->attended_percent(), 25);
  EXPECT_THAT(CheckIn(anna, "tag-1"), IsOk());
  EXPECT_EQ(attending_.Now(anna.name()).attended_size(), 1);
  const auto by_code = [&](const std::string& code) {
    return attending_.Write([&](Transaction& tx) {
      return attending_.attendance().CheckInByCode(tx, {editor_, {}}, event, code, "tag-2");
    });
  };
  EXPECT_THAT(by_code("AAAAAAAA"), HasReason("INVALID_FIELD"));
  std::string small = anna.check_in_code();
  for (char& c : small) c = static_cast<char>(std::tolower(c));
  ASSERT_THAT(by_code(small), IsOk());
  EXPECT_EQ(attending_.Now(anna.name()).attended_percent(), 100);
  const Caller member = Attending::Member("anna");
  EXPECT_THAT(attending_.Write([&](Transaction& tx) {
    return attending_.attendance().CheckIn(tx, {member, {}}, anna.name(), "tag-1");
  }),
              HasReason("ACCESS_DENIED"));
}

TEST_P(AttendeesTest, WhoWasMissedIsMarkedAndACheckInIsTakenBack) {
  const std::string event = PastEvent();
  const Registration anna = Added(event, "anna");
  const Registration bert = Added(event, "bert");
  ASSERT_THAT(CheckIn(anna, "tag-1"), IsOk());
  const auto mark = [&] {
    return attending_.Write([&](Transaction& tx) {
      return attending_.attendance().MarkNoShows(tx, {editor_, {}}, event);
    });
  };
  EXPECT_EQ(mark()->marked(), 1);
  EXPECT_EQ(mark()->marked(), 0);
  EXPECT_EQ(attending_.Now(bert.name()).state(), Registration::NO_SHOW);
  const auto undone = attending_.Write([&](Transaction& tx) {
    return attending_.attendance().Undo(tx, {editor_, {}}, anna.name(), "tag-1");
  });
  ASSERT_THAT(undone, IsOk());
  EXPECT_EQ(undone->state(), Registration::CONFIRMED);
  EXPECT_EQ(attending_.Seats(event).taken(), 2);
}

TEST_P(AttendeesTest, APersonGetsEverythingAndIsErased) {
  const std::string event = attending_.Event(1, Admission::STRICT_ORDER);
  const std::string other = attending_.Event(5, Admission::STRICT_ORDER);
  const auto anna = attending_.Register(event, "anna");
  const auto bert = attending_.Register(event, "bert");
  ASSERT_THAT(attending_.Register(other, "anna"), IsOk());
  const Caller caller = Attending::Member("anna");
  const CalendarFeeds feeds(attending_.parts(), "https://schutznetz.example.org");
  const auto feed = attending_.Write([&](Transaction& tx) { return feeds.Create(tx, {caller, {}}, {}); });
  ASSERT_THAT(feed, IsOk());
  const std::string token =
      feed->url().substr(feed->url().find("snc_"), feed->url().rfind('/') - feed->url().find("snc_"));
  EXPECT_EQ(attending_.Look([&](ReadTransaction& tx) { return feeds.Dates(tx, token); })->dates.size(), 2u);
  const auto archive =
      attending_.Look([&](ReadTransaction& tx) { return attending_.attendees().Export(tx, caller, "", absl::Now()); });
  ASSERT_THAT(archive, IsOk());
  ASSERT_EQ(archive->registrations_size(), 2);
  EXPECT_EQ(archive->registrations(0).email(), "anna@example.org");
  ASSERT_EQ(archive->calendar_feeds_size(), 1);
  EXPECT_EQ(archive->calendar_feeds(0).url(), "");

  v1::EraseRegistrationsRequest by_name;
  by_name.set_member("members/anna");
  EXPECT_THAT(Erase(Attending::Member("bert"), by_name), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Erase(nobody_, {}), HasReason("INVALID_FIELD"));  // names manageToken: the method is open to all
  const std::string id = anna->name().substr(anna->name().rfind('/') + 1);
  EXPECT_GT(Traces(id), 0);
  const auto erased = Erase(caller, {});
  ASSERT_THAT(erased, IsOk());
  EXPECT_EQ(erased->registrations_erased(), 2);
  EXPECT_EQ(erased->ledger_ids_size(), 3);
  EXPECT_THAT(attending_.Look([&](ReadTransaction& tx) { return feeds.Dates(tx, token); }),
              HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Traces(id), 0);
  EXPECT_EQ(Traces("members/anna"), 0);
  EXPECT_EQ(attending_.Now(bert->name()).state(), Registration::OFFERED) << "the place is free";
  EXPECT_EQ(Erase(caller, {})->registrations_erased(), 0);
}

TEST_P(AttendeesTest, AnAddressIsErasedByItsLinkAndByAnOperator) {
  const std::string event = attending_.Event(5, Admission::STRICT_ORDER);
  Added(event, "eva");
  const Registration fritz = Added(event, "fritz");
  v1::EraseRegistrationsRequest request;
  request.set_manage_token(attending_.LinkOf(fritz.name()));
  EXPECT_EQ(Erase(nobody_, request)->registrations_erased(), 1);
  EXPECT_THAT(Erase(nobody_, request), HasReason("RESOURCE_NOT_FOUND"));
  v1::EraseRegistrationsRequest by_mail;
  by_mail.set_email(" EVA@example.org");
  const Caller operators = Caller::Granted("members/op", {.roles = {access::Role::kOperator}});
  EXPECT_EQ(Erase(operators, by_mail)->registrations_erased(), 1);
  EXPECT_EQ(attending_.Seats(event).taken(), 0);
}

TEST_P(AttendeesTest, WhatABackupBringsBackIsErasedByTheLedger) {
  const std::string event = attending_.Event(5, Admission::STRICT_ORDER);
  const Registration anna = Added(event, "anna");
  const std::string id = anna.name().substr(anna.name().rfind('/') + 1);
  const personal::Erasure entry = {"raaaaaaaaaaaaaaaaaaaaaaaaaa", id, 1};
  const auto replay = [&] {
    return attending_.Write([&](Transaction& tx) { return attending_.attendees().Replay(tx, entry); });
  };
  EXPECT_EQ(*replay(), true);
  EXPECT_EQ(*replay(), false);
  EXPECT_EQ(Traces(id), 0);
  EXPECT_EQ(attending_.Seats(event).taken(), 0);
}

TEST_P(AttendeesTest, NinetyDaysAfterAnEventItsPeopleAreForgottenAndNumbersStay) {
  const std::string event = PastEvent();
  const std::string ahead = attending_.Event(5, Admission::STRICT_ORDER);
  const Registration anna = Added(event, "anna");
  const Registration bert = Added(event, "bert");
  const Registration cora = Added(ahead, "cora");
  ASSERT_THAT(CheckIn(anna, "tag-1"), IsOk());
  const auto due = attending_.Look([&](ReadTransaction& tx) {
    return attending_.parts().store.EventsToForget(tx, absl::ToUnixMicros(absl::Now() - kAttendeesKept), 10);
  });
  EXPECT_THAT(*due, ::testing::ElementsAre(EventIdIn(event)));
  const auto forget = [&](const std::string& name) {
    return attending_.Write([&](Transaction& tx) {
      return attending_.attendees().Forget(tx, {nobody_, {}}, EventIdIn(name));
    });
  };
  EXPECT_EQ(forget(ahead)->count, 0);
  EXPECT_THAT(attending_.Get(editor_, cora.name()), IsOk());
  const auto counts = [&] {
    const auto list =
        attending_.Look([&](ReadTransaction& tx) { return attending_.attendees().Counts(tx, EventIdIn(event)); });
    std::string text;
    for (const v1::AttendanceCount& count : *list) text += count.ShortDebugString() + "\n";
    return text;
  };
  const std::string numbers = counts();
  const auto forgotten = forget(event);
  ASSERT_THAT(forgotten, IsOk());
  EXPECT_EQ(forgotten->count, 2);
  EXPECT_TRUE(forgotten->done);
  for (const Registration& who : {anna, bert}) {
    EXPECT_THAT(attending_.Get(editor_, who.name()), HasReason("RESOURCE_NOT_FOUND"));
    EXPECT_EQ(Traces(who.name().substr(who.name().rfind('/') + 1)), 0);
  }
  const auto proof =
      attending_.Look([&](ReadTransaction& tx) { return attending_.attendees().Proof(tx, editor_, event); });
  ASSERT_THAT(proof, IsOk());
  EXPECT_EQ(proof->registrations_erased(), 2);
  EXPECT_EQ(proof->remaining(), 0);
  EXPECT_EQ(counts(), numbers);
  EXPECT_EQ(proof->ids_digest().size(), 64u);
  ASSERT_EQ(proof->counts_size(), 2);
  EXPECT_EQ(proof->counts(0).state(), Registration::ATTENDED);
  EXPECT_EQ(proof->counts(1).state(), Registration::CONFIRMED);
  EXPECT_THAT(attending_.Look(
                  [&](ReadTransaction& tx) { return attending_.attendees().Proof(tx, Attending::Member("x"), event); }),
              HasReason("ACCESS_DENIED"));
  EXPECT_THAT(*attending_.Look([&](ReadTransaction& tx) {
    return attending_.parts().store.EventsToForget(tx, absl::ToUnixMicros(absl::Now() - kAttendeesKept), 10);
  }),
              ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, AttendeesTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::events
