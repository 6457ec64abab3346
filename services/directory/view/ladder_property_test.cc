// What holds for every ladder, whatever the candidates, the place and the instant.
#include <algorithm>
#include <random>
#include <set>

#include "gtest/gtest.h"
#include "services/directory/view/ladder_test_kit.h"

namespace schutznetz::directory {
namespace {

using v1::Reachability;
using v1::ReachServicesResponse;
using v1::ReachStep;
using v1::Service;

class RandomLadders {
 public:
  explicit RandomLadders(uint32_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  template <typename T>
  T OneOf(std::initializer_list<T> values) {
    return *(values.begin() + Below(static_cast<int>(values.size())));
  }

  void Fill(LadderKit& kit) {
    for (int i = Below(30); i > 0; --i) {
      std::string text = std::string("kind: ") + Service::Kind_Name(1 + Below(12)) +
                         OneOf({" advises_minors: YES", " advises_minors: YES", " advises_minors: NO",
                                " advises_minors: UNKNOWN", ""});
      for (int n = Below(3); n > 0; --n) {
        text += std::string(" service_areas { area_key: '") +
                OneOf({"00", "05", "055", "05515", "05515000", "11", "11000000-08", "12", "12051", "05558"}) + "'" +
                OneOf({"", "", " valid_from: '2026-11-22'", " valid_to: '2026-11-21'"}) + " }";
      }
      std::vector<std::string> hours;
      for (int n = Below(3); n > 0; --n) hours.push_back(OneOf({kAlways, kOffice, kNights, kWeekendDays}));
      LadderCandidate& candidate = kit.Add("s" + std::to_string(i), text, hours, OneOf({"00", "05515", "09761"}));
      if (Below(2) == 0) candidate.distance_m = Below(100000);
      if (Below(8) == 0) candidate.lines.clear();
    }
  }

 private:
  std::mt19937 random_;
};

void Check(const ReachServicesResponse& ladder, absl::Time at) {
  ASSERT_GE(ladder.steps_size(), 1);
  ASSERT_LE(ladder.steps_size(), static_cast<int>(kLadderStepsMax) + 1);
  ASSERT_LE(ladder.later_size(), static_cast<int>(kLadderLaterMax));
  EXPECT_EQ(ladder.steps().rbegin()->reason(), ReachStep::EMERGENCY_CALL);
  EXPECT_EQ(ladder.steps().rbegin()->if_unanswered(), ReachStep::STAY_ON_LINE);
  EXPECT_GT(TimeOf(ladder.valid_until()), at);
  EXPECT_LE(TimeOf(ladder.valid_until()), at + absl::Hours(25));
  std::set<std::string> seen;
  for (const auto* list : {&ladder.steps(), &ladder.later()}) {
    for (int i = 0; i < list->size(); ++i) {
      const ReachStep& step = list->Get(i);
      EXPECT_EQ(step.rank(), i + 1);
      EXPECT_NE(step.reason(), ReachStep::REASON_UNSPECIFIED);
      EXPECT_NE(step.if_unanswered(), ReachStep::FALLBACK_UNSPECIFIED);
      EXPECT_FALSE(step.reason_text().empty());
      EXPECT_FALSE(step.area().key().empty());
      EXPECT_TRUE(seen.insert(step.service()).second);
      EXPECT_EQ(step.reachability().state() == Reachability::REACHABLE, list == &ladder.steps());
      EXPECT_TRUE(list == &ladder.later() || !step.phones().empty());
      if (step.reason() == ReachStep::NEAREST) {
        EXPECT_EQ(step.kind(), Service::COUNSELLING);
      } else if (step.reason() != ReachStep::EMERGENCY_CALL) {
        EXPECT_FALSE(step.matched_key().empty());
      }
    }
  }
}

TEST(LadderPropertyTest, RulesThatHoldForEveryLadder) {
  RandomLadders random(7);
  for (int round = 0; round < 300; ++round) {
    LadderKit kit;
    random.Fill(kit);
    const absl::Time at = kit.At("2026-11-20 00:00") + absl::Minutes(random.Below(5 * 1440));
    kit.Ask(kit.places().Resolve(random.OneOf({"12051", "48143", "14476", "Münster", "05"})), at);
    Check(kit.Build(), at);
  }
}

TEST(LadderPropertyTest, AnAnswerHoldsUntilItSays) {
  RandomLadders random(11);
  for (int round = 0; round < 200; ++round) {
    LadderKit kit;
    random.Fill(kit);
    const std::vector<PlaceMatch> matches = kit.places().Resolve("12051");
    const absl::Time at = kit.At("2026-11-20 00:00") + absl::Minutes(random.Below(5 * 1440));
    kit.Ask(matches, at);
    ReachServicesResponse first = kit.Build();
    const absl::Duration validity = TimeOf(first.valid_until()) - at;
    kit.Ask(matches, at + validity * (random.Below(1000) / 1000.0));
    ReachServicesResponse second = kit.Build();
    EXPECT_EQ(first.valid_until().seconds(), second.valid_until().seconds());
    first.clear_at();
    second.clear_at();
    EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  }
}

}  // namespace
}  // namespace schutznetz::directory
