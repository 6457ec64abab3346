#include "services/events/domain/seats.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::events {
namespace {

using common::v1::Profession;
using testing::StatusIs;
using v1::Registration;

Registration Somebody(Profession::Code profession, const std::string& land = "",
                      const std::vector<std::string>& sessions = {}) {
  Registration registration;
  registration.set_profession(profession);
  registration.set_land(land);
  for (const std::string& session : sessions) registration.add_sessions(session);
  return registration;
}

TEST(SeatsTest, ARegistrationIsInThePoolsOfAllThatItIs) {
  EXPECT_EQ(JoinPools(PoolsOf(Somebody(Profession::POLICE, "lands/DE-NW", {"tag-2", "tag-1"}))),
            "all land/DE-NW profession/2 session/tag-1 session/tag-2");
  EXPECT_EQ(JoinPools(PoolsOf(Somebody(Profession::HEALTH))), "all profession/5 session/*");
}

TEST(SeatsTest, CountsAreReadBackAsTheyWereWritten) {
  SeatCounts counts;
  EXPECT_EQ(counts.Text(), "");
  counts.Take(PoolsOf(Somebody(Profession::POLICE)));
  counts.Take(PoolsOf(Somebody(Profession::POLICE, "lands/DE-NW")));
  counts.Give(PoolsOf(Somebody(Profession::POLICE)));
  EXPECT_EQ(counts.Text(), "all=1 land/DE-NW=1 profession/2=1 session/*=1");
  EXPECT_EQ(*SeatCounts::Parse(counts.Text()), counts);
  EXPECT_EQ(*SeatCounts::Parse(""), SeatCounts());
  for (const char* bad : {"all", "all=", "all=x", "all=-1", "all=0"}) {
    EXPECT_THAT(SeatCounts::Parse(bad), StatusIs(absl::StatusCode::kDataLoss)) << bad;
  }
}

TEST(SeatsTest, EveryLimitKeepsItsOwn) {
  v1::Event event;
  event.mutable_admission()->set_capacity(3);
  v1::Quota& police = *event.mutable_admission()->add_quotas();
  police.set_profession(Profession::POLICE);
  police.set_capacity(1);
  v1::Quota& land = *event.mutable_admission()->add_quotas();
  land.set_land("lands/DE-BE");
  land.set_capacity(1);
  v1::Session& session = *event.add_sessions();
  session.set_session_id("tag-1");
  session.set_capacity(2);
  event.add_sessions()->set_session_id("tag-2");

  SeatCounts counts;
  const auto why = [&](const Registration& who) { return WhyFull(event, counts, PoolsOf(who)); };
  EXPECT_EQ(why(Somebody(Profession::POLICE)), std::nullopt);
  counts.Take(PoolsOf(Somebody(Profession::POLICE, "lands/DE-BE")));
  EXPECT_EQ(why(Somebody(Profession::POLICE)), Registration::QUOTA);
  EXPECT_EQ(why(Somebody(Profession::HEALTH, "lands/DE-BE")), Registration::QUOTA);
  EXPECT_EQ(why(Somebody(Profession::HEALTH)), std::nullopt);
  counts.Take(PoolsOf(Somebody(Profession::HEALTH, "", {"tag-1"})));
  EXPECT_EQ(why(Somebody(Profession::HEALTH)), Registration::SESSION_CAPACITY) << "who comes to all comes to it too";
  EXPECT_EQ(why(Somebody(Profession::HEALTH, "", {"tag-1"})), Registration::SESSION_CAPACITY);
  EXPECT_EQ(why(Somebody(Profession::HEALTH, "", {"tag-2"})), std::nullopt);
  counts.Take(PoolsOf(Somebody(Profession::HEALTH, "", {"tag-2"})));
  EXPECT_EQ(why(Somebody(Profession::HEALTH, "", {"tag-2"})), Registration::CAPACITY);
  EXPECT_EQ(LimitBelowTaken(event, counts), std::nullopt);

  session.set_capacity(1);
  EXPECT_EQ(LimitBelowTaken(event, counts), "event.sessions[0].capacity");
  session.set_capacity(0);
  police.set_profession(Profession::HEALTH);
  EXPECT_EQ(LimitBelowTaken(event, counts), "event.admission.quotas[0].capacity");
  police.set_capacity(2);
  event.mutable_admission()->set_capacity(2);
  EXPECT_EQ(LimitBelowTaken(event, counts), "event.admission.capacity");
}

}  // namespace
}  // namespace schutznetz::events
