#include "services/events/domain/registrations.h"

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/events/domain/attending_fixture.h"

namespace schutznetz::events {
namespace {

using access::Caller;
using common::v1::Profession;
using storage::Transaction;
using testing::HasReason;
using testing::IsOk;
using v1::Admission;
using v1::Registration;

class RegistrationsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Registration::State StateOf(const absl::StatusOr<Registration>& registration) {
    EXPECT_THAT(registration, IsOk());
    return registration.ok() ? attending_.Now(registration->name()).state() : Registration::STATE_UNSPECIFIED;
  }
  absl::StatusOr<Registration> CreateWithoutAccount(const std::string& event, const std::string& person) {
    return attending_.Write([&](Transaction& tx) {
      return attending_.registrations().Create(tx, {nobody_, {}}, event,
                                               Attending::Person(person, Profession::COUNSELLING));
    });
  }
  // The etag an editor reads.
  std::string EtagOf(const std::string& event) {
    const auto presented = attending_.Look([&](storage::ReadTransaction& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const auto record, record::Get(tx, {kEventKind, EventIdIn(event)}));
      ASSIGN_OR_RETURN(auto shown, record::Present(*record, attending_.arranging().rules().event().table(),
                                                   wire::LevelSet::All(), {}));
      return shown.etag;
    });
    EXPECT_THAT(presented, IsOk());
    return presented.value_or("");
  }
  void ExpectCountsAreTrue(const std::string& event) {
    EXPECT_EQ(attending_.Counts(event).Text(), attending_.Recount(event).Text());
  }

  Attending attending_{GetParam()};
  const Caller nobody_;
};

TEST_P(RegistrationsTest, AFullEventHasAListAndAFreePlaceIsOfferedToItsFirst) {
  const std::string event = attending_.Event(1, Admission::STRICT_ORDER);
  const auto anna = attending_.Register(event, "anna");
  const auto bert = attending_.Register(event, "bert");
  const auto cora = attending_.Register(event, "cora");
  EXPECT_EQ(StateOf(anna), Registration::CONFIRMED);
  EXPECT_EQ(StateOf(bert), Registration::WAITLISTED);
  EXPECT_EQ(bert->reason(), Registration::CAPACITY);
  EXPECT_EQ(bert->waiting_position(), 1);
  EXPECT_EQ(cora->waiting_position(), 2);
  EXPECT_EQ(attending_.Seats(event).waiting(), 2);

  ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("anna"), anna->name()), IsOk());
  const Registration offered = attending_.Now(bert->name());
  EXPECT_EQ(offered.state(), Registration::OFFERED);
  EXPECT_TRUE(offered.has_offer_expire_time());
  EXPECT_EQ(attending_.Now(cora->name()).waiting_position(), 1);
  EXPECT_EQ(attending_.Seats(event).taken(), 1) << "an offer holds the place";

  EXPECT_THAT(attending_.Do(&Registrations::Accept, Attending::Member("cora"), cora->name()), HasReason("WRONG_STATE"));
  EXPECT_THAT(attending_.Do(&Registrations::Accept, Attending::Member("cora"), bert->name()),
              HasReason("RESOURCE_NOT_FOUND"));
  const auto accepted = attending_.Do(&Registrations::Accept, Attending::Member("bert"), bert->name());
  EXPECT_EQ(StateOf(accepted), Registration::CONFIRMED);
  ExpectCountsAreTrue(event);
}

TEST_P(RegistrationsTest, ADeclinedOrExpiredOfferGoesToTheNext) {
  const std::string event = attending_.Event(1, Admission::FILL_SEATS);
  const auto anna = attending_.Register(event, "anna");
  const auto bert = attending_.Register(event, "bert");
  const auto cora = attending_.Register(event, "cora");
  const auto dora = attending_.Register(event, "dora");
  ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("anna"), anna->name()), IsOk());
  const auto declined = attending_.Do(&Registrations::Decline, Attending::Member("bert"), bert->name());
  ASSERT_THAT(declined, IsOk());
  EXPECT_EQ(declined->reason(), Registration::OFFER_DECLINED);
  EXPECT_EQ(StateOf(cora), Registration::OFFERED);

  attending_.PassDeadlines(event);
  EXPECT_THAT(attending_.Do(&Registrations::Accept, Attending::Member("cora"), cora->name()), HasReason("WRONG_STATE"))
      << "nobody had to look before";
  ASSERT_THAT(attending_.Write([&](Transaction& tx) -> absl::StatusOr<int> {
    RETURN_IF_ERROR(attending_.registrations().Tick(tx, {nobody_, {}}, EventIdIn(event)));
    return 0;
  }),
              IsOk());
  EXPECT_EQ(attending_.Now(cora->name()).reason(), Registration::OFFER_EXPIRED);
  EXPECT_EQ(StateOf(dora), Registration::OFFERED);
  ExpectCountsAreTrue(event);
}

TEST_P(RegistrationsTest, ThePolicySaysWhetherAQuotaKeepsOthersWaiting) {
  const auto quota = [](v1::Event* event) {
    v1::Quota& police = *event->mutable_admission()->add_quotas();
    police.set_profession(Profession::POLICE);
    police.set_capacity(1);
  };
  for (const auto policy : {Admission::STRICT_ORDER, Admission::FILL_SEATS}) {
    const std::string event = attending_.Event(2, policy, quota);
    EXPECT_EQ(StateOf(attending_.Register(event, "anna")), Registration::CONFIRMED);
    const auto bert = attending_.Register(event, "bert");
    EXPECT_EQ(StateOf(bert), Registration::WAITLISTED);
    EXPECT_EQ(bert->reason(), Registration::QUOTA);
    const auto cora = attending_.Register(event, "cora", Profession::HEALTH);
    const bool strict = policy == Admission::STRICT_ORDER;
    EXPECT_EQ(StateOf(cora), strict ? Registration::WAITLISTED : Registration::CONFIRMED);
    if (strict) {
      EXPECT_EQ(cora->reason(), Registration::WAITING_LIST);
    }
    // Who kept the others waiting leaves.
    ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("bert"), bert->name()), IsOk());
    if (strict) {
      EXPECT_EQ(StateOf(cora), Registration::OFFERED);
    }
    ExpectCountsAreTrue(event);
  }
}

TEST_P(RegistrationsTest, WithoutAListTheRestIsRefused) {
  const std::string event = attending_.Event(1, Admission::NO_WAITING_LIST);
  ASSERT_THAT(attending_.Register(event, "anna"), IsOk());
  const auto refused = attending_.Register(event, "bert");
  EXPECT_THAT(refused, HasReason("WRONG_STATE"));
  EXPECT_EQ(errors::MetadataOf(refused.status(), "state"), "FULL");
  const std::string short_list =
      attending_.Event(1, Admission::FILL_SEATS, [](v1::Event* e) { e->mutable_admission()->set_waiting_list_max(1); });
  ASSERT_THAT(attending_.Register(short_list, "anna"), IsOk());
  ASSERT_THAT(attending_.Register(short_list, "bert"), IsOk());
  EXPECT_THAT(attending_.Register(short_list, "cora"), HasReason("WRONG_STATE"));
}

TEST_P(RegistrationsTest, ACapacityBelowWhatIsTakenIsRefusedAndAHigherOneIsOffered) {
  const std::string event = attending_.Event(2, Admission::STRICT_ORDER);
  for (const char* who : {"anna", "bert"}) ASSERT_THAT(attending_.Register(event, who), IsOk());
  const auto cora = attending_.Register(event, "cora");
  const std::string etag = EtagOf(event);
  v1::Event changed = attending_.Read(event);
  changed.set_etag(etag);
  changed.mutable_admission()->set_capacity(1);
  const auto lower = attending_.arranging().Update(changed, {"admission.capacity"});
  EXPECT_EQ(errors::MetadataOf(lower.status(), "state"), "PLACES_TAKEN") << lower.status();
  EXPECT_EQ(attending_.Read(event).admission().capacity(), 2);
  EXPECT_EQ(EtagOf(event), etag) << "registrations leave the event as it is";
  changed.mutable_admission()->set_capacity(3);
  ASSERT_THAT(attending_.arranging().Update(changed, {"admission.capacity"}), IsOk());
  EXPECT_EQ(StateOf(cora), Registration::OFFERED);
  ExpectCountsAreTrue(event);
}

TEST_P(RegistrationsTest, APersonIsRegisteredOnceAndMayComeBack) {
  const std::string event = attending_.Event(5, Admission::STRICT_ORDER);
  const auto anna = attending_.Register(event, "anna");
  EXPECT_THAT(attending_.Register(event, "anna"), HasReason("RESOURCE_EXISTS"));
  ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("anna"), anna->name()), IsOk());
  ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("anna"), anna->name()), IsOk()) << "again";
  const auto again = attending_.Register(event, "anna");
  EXPECT_EQ(StateOf(again), Registration::CONFIRMED);
  EXPECT_NE(again->name(), anna->name());
  EXPECT_EQ(attending_.Seats(event).taken(), 1);
}

TEST_P(RegistrationsTest, WithoutAnAccountThePlaceComesWithTheLink) {
  const std::string event = attending_.Event(1, Admission::STRICT_ORDER);
  const auto eva = CreateWithoutAccount(event, "eva");
  ASSERT_THAT(eva, IsOk());
  EXPECT_EQ(eva->state(), Registration::PENDING);
  EXPECT_EQ(eva->email(), "") << "who asks knows it already, and others should not";
  EXPECT_EQ(attending_.Seats(event).taken(), 0);
  const auto twin = CreateWithoutAccount(event, "Eva");  // the same mailbox
  ASSERT_THAT(twin, IsOk());
  EXPECT_NE(twin->name(), eva->name());
  EXPECT_EQ(twin->state(), Registration::PENDING) << "nobody learns who is registered";
  EXPECT_THAT(attending_.Get(Attending::Editor(), twin->name()), HasReason("RESOURCE_NOT_FOUND"));

  const std::string link = attending_.LinkOf(eva->name());
  EXPECT_THAT(attending_.Get(nobody_, eva->name()), HasReason("RESOURCE_NOT_FOUND"));
  std::string forged = link;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_THAT(attending_.Do(&Registrations::Confirm, nobody_, eva->name(), forged), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(StateOf(attending_.Do(&Registrations::Confirm, nobody_, eva->name(), link)), Registration::CONFIRMED);
  EXPECT_THAT(attending_.Do(&Registrations::Confirm, nobody_, eva->name(), link), IsOk()) << "again: as it is";
  EXPECT_EQ(attending_.Get(nobody_, eva->name(), link)->email(), "eva@example.org");

  // The link of another registration opens nothing here; a renewed one ends the old.
  const auto fritz = CreateWithoutAccount(event, "fritz");
  EXPECT_THAT(attending_.Get(nobody_, eva->name(), attending_.LinkOf(fritz->name())), HasReason("RESOURCE_NOT_FOUND"));
  ASSERT_THAT(attending_.Write([&](Transaction& tx) {
    const Caller editor = Attending::Editor();
    return attending_.registrations().RenewLink(tx, {editor, {}}, eva->name(), false);
  }),
              IsOk());
  EXPECT_THAT(attending_.Get(nobody_, eva->name(), link), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(attending_.Do(&Registrations::Cancel, nobody_, eva->name(), attending_.LinkOf(eva->name())), IsOk());
  EXPECT_EQ(attending_.Seats(event).taken(), 0);
}

TEST_P(RegistrationsTest, AnAddressThatNobodyConfirmedIsForgotten) {
  const std::string event = attending_.Event(1, Admission::STRICT_ORDER);
  const auto eva = CreateWithoutAccount(event, "eva");
  const std::string link = attending_.LinkOf(eva->name());
  attending_.PassDeadlines(event);
  EXPECT_THAT(attending_.Do(&Registrations::Confirm, nobody_, eva->name(), link), HasReason("RESOURCE_NOT_FOUND"));
  ASSERT_THAT(attending_.Write([&](Transaction& tx) -> absl::StatusOr<int> {
    RETURN_IF_ERROR(attending_.registrations().Tick(tx, {nobody_, {}}, EventIdIn(event)));
    return 0;
  }),
              IsOk());
  EXPECT_THAT(attending_.Get(Attending::Editor(), eva->name()), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(CreateWithoutAccount(event, "eva"), IsOk());
}

TEST_P(RegistrationsTest, MovingTakesAndGivesPlacesOfSessions) {
  const std::string event = attending_.Event(0, Admission::FILL_SEATS, [](v1::Event* e) {
    *e->add_sessions() = e->sessions(0);
    e->mutable_sessions(1)->set_session_id("tag-2");
    for (v1::Session& session : *e->mutable_sessions()) session.set_capacity(1);
  });
  const auto to = [](const std::string& session) {
    return [session](Registration* registration) { registration->add_sessions(session); };
  };
  const auto anna = attending_.Register(event, "anna", Profession::POLICE, to("tag-1"));
  const auto bert = attending_.Register(event, "bert", Profession::POLICE, to("tag-2"));
  const auto cora = attending_.Register(event, "cora", Profession::POLICE, to("tag-1"));
  EXPECT_EQ(cora->reason(), Registration::SESSION_CAPACITY);
  EXPECT_THAT(attending_.Register(event, "dora", Profession::POLICE, to("tag-9")), HasReason("INVALID_FIELD"));
  const auto move = [&](const std::string& who, const std::string& name, const std::string& session) {
    google::protobuf::RepeatedPtrField<std::string> sessions;
    sessions.Add()->assign(session);
    const Caller caller = Attending::Member(who);
    return attending_.Write([&](Transaction& tx) {
      return attending_.registrations().Move(tx, {caller, {}}, name, "", sessions);
    });
  };
  EXPECT_THAT(move("anna", anna->name(), "tag-2"), HasReason("WRONG_STATE"));
  ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("bert"), bert->name()), IsOk());
  ASSERT_THAT(move("anna", anna->name(), "tag-2"), IsOk());
  EXPECT_EQ(StateOf(cora), Registration::OFFERED) << "the place that was left";
  ExpectCountsAreTrue(event);
}

TEST_P(RegistrationsTest, RegistrationHasAWindow) {
  const auto closed_by = [&](const std::function<void(v1::Event*)>& change) {
    return errors::MetadataOf(attending_.Register(attending_.Event(5, Admission::FILL_SEATS, change), "anna").status(),
                              "state");
  };
  EXPECT_EQ(closed_by([](v1::Event* e) { e->mutable_admission()->mutable_open_time()->set_seconds(3'786'000'000); }),
            "NOT_OPEN");
  EXPECT_EQ(closed_by([](v1::Event* e) { e->mutable_admission()->mutable_close_time()->set_seconds(1'600'000'000); }),
            "CLOSED");
  EXPECT_EQ(closed_by([](v1::Event* e) { e->mutable_admission()->set_external_url("https://example.org/"); }),
            "EXTERNAL");
  EXPECT_EQ(closed_by([](v1::Event* e) { e->mutable_admission()->set_network_only(true); }), "NETWORK_ONLY");
  EXPECT_EQ(closed_by([](v1::Event* e) { e->add_audience(Profession::HEALTH); }), "AUDIENCE");
  const std::string draft =
      attending_.Event(5, Admission::FILL_SEATS, [](v1::Event* e) { e->set_state(v1::Event::DRAFT); });
  EXPECT_THAT(attending_.Register(draft, "anna"), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(RegistrationsTest, WhoArrangesRegistersOthersAndPlacesHold) {
  const std::string event = attending_.Event(2, Admission::NO_WAITING_LIST);
  v1::ImportRegistrationsRequest request;
  request.set_parent(event);
  for (const char* who : {"anna", "anna", "bert", "cora"}) {
    *request.add_registrations() = Attending::Person(who, Profession::HEALTH);
  }
  const auto import = [&](const Caller& caller) {
    return attending_.Write([&](Transaction& tx) {
      return attending_.registrations().Import(tx, {caller, {}}, request);
    });
  };
  EXPECT_THAT(import(Attending::Member("anna")), HasReason("ACCESS_DENIED"));
  const auto outcomes = import(Attending::Editor());
  ASSERT_THAT(outcomes, IsOk());
  EXPECT_EQ(outcomes->outcomes(0).registration().state(), Registration::CONFIRMED);
  EXPECT_EQ(outcomes->outcomes(1).refusal(), "RESOURCE_EXISTS");
  EXPECT_EQ(outcomes->outcomes(2).registration().state(), Registration::CONFIRMED);
  EXPECT_EQ(outcomes->outcomes(3).refusal(), "WRONG_STATE");
  EXPECT_EQ(attending_.Seats(event).taken(), 2);
  ExpectCountsAreTrue(event);
}

TEST_P(RegistrationsTest, WaysInAreForThoseWithAPlaceAndOthersSeeNothing) {
  const std::string event = attending_.Event(1, Admission::STRICT_ORDER);
  const auto anna = attending_.Register(event, "anna");
  const auto bert = attending_.Register(event, "bert");
  ASSERT_EQ(anna->ways_in_size(), 1);
  EXPECT_EQ(anna->ways_in(0).join_url(), "https://raum.example.org/1");
  EXPECT_EQ(bert->ways_in_size(), 0);
  EXPECT_THAT(attending_.Get(Attending::Member("bert"), anna->name()), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("bert"), anna->name()),
              HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(attending_.Get(Attending::Member("anna"), anna->name())->display_name(), "Musterfrau anna");
}

TEST_P(RegistrationsTest, TheLogSaysThatPlacesChangedAndNoMore) {
  const std::string event = attending_.Event(1, Admission::STRICT_ORDER);
  const size_t before = attending_.Changes().size();
  ASSERT_THAT(attending_.Register(event, "anna"), IsOk());
  ASSERT_THAT(CreateWithoutAccount(event, "eva"), IsOk());
  const auto changes = attending_.Changes();
  ASSERT_EQ(changes.size(), before + 1) << "who has no place changes none";
  EXPECT_EQ(changes.back().record.kind, "registration");
  EXPECT_EQ(changes.back().record.name, event + "#seats");
}

// Many at once, on the engine's own concurrency: what is taken is what was counted, and never too much.
TEST_P(RegistrationsTest, ManyAtOnceNeverPassALimit) {
  constexpr int kPlaces = 5, kThreads = 8, kSteps = 12;
  const std::string event = attending_.Event(kPlaces, Admission::STRICT_ORDER);
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      const std::string who = "p" + std::to_string(t);
      std::string name;
      for (int step = 0; step < kSteps; ++step) {
        if (name.empty()) {
          const auto made = attending_.Register(event, who);
          if (made.ok()) name = made->name();
        } else if (random() % 2 == 0) {
          if (attending_.Do(&Registrations::Cancel, Attending::Member(who), name).ok()) name.clear();
        } else {
          attending_.Do(&Registrations::Accept, Attending::Member(who), name).status().IgnoreError();
        }
        if (attending_.Recount(event).taken() > kPlaces) ++passed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(passed, 0);
  ExpectCountsAreTrue(event);
}

INSTANTIATE_TEST_SUITE_P(Engines, RegistrationsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::events
