#include "services/common/record/rights.h"

#include "gtest/gtest.h"
#include "services/common/record/random_id.h"
#include "services/common/testing/callers.h"

namespace schutznetz::record {
namespace {

using access::Caller;
using access::Role;
using common::v1::NETWORK;
using common::v1::PROTECTED;
using common::v1::PUBLIC;
using common::v1::RESTRICTED;
using wire::LevelSet;

const RecordScope kHere = {{"lands/DE-NW"}, {"networks/koeln"}};

TEST(RightsTest, EachCallerSeesTheLevelsOfTheTable) {
  EXPECT_EQ(LevelsFor(Caller(), kHere), LevelSet());
  EXPECT_EQ(LevelsFor(Caller::LocalOperator(), kHere), LevelSet::All());
  const auto granted = [](access::RoleSet roles, std::string land, std::string network) {
    return LevelsFor(Caller::Granted("p", {roles, {std::move(land)}, {std::move(network)}, {}}), kHere);
  };
  const LevelSet professional = {PUBLIC, RESTRICTED};
  EXPECT_EQ(granted({Role::kProfessional}, "lands/DE-NW", "networks/koeln"), professional);
  EXPECT_EQ(granted({Role::kMember}, "", "networks/berlin"), professional) << "one network does not see another";
  EXPECT_EQ(granted({Role::kMember}, "", "networks/koeln"), (LevelSet{PUBLIC, RESTRICTED, NETWORK}));
  EXPECT_EQ(granted({Role::kEditor}, "lands/DE-BY", ""), professional);
  EXPECT_EQ(granted({Role::kEditor}, "lands/DE-NW", ""), LevelSet::All());
  EXPECT_EQ(granted({Role::kOperator}, "lands/DE-NW", "networks/koeln"), LevelSet()) << "operators imply public only";
  EXPECT_EQ(granted({Role::kPartner}, "lands/DE-NW", "networks/koeln"), LevelSet());
}

TEST(RightsTest, EditorsEditWhereAllLandsAreTheirs) {
  const Caller editor = Caller::Granted("p", {{Role::kEditor}, {"lands/DE-NW"}, {}, {}});
  EXPECT_TRUE(MayEdit(editor, kHere));
  EXPECT_FALSE(MayEdit(editor, {{"lands/DE-NW", "lands/DE-BY"}, {}}));
  EXPECT_FALSE(MayEdit(editor, {})) << "nationwide";
  EXPECT_TRUE(MayEdit(Caller::LocalOperator(), {}));
  EXPECT_FALSE(MayEdit(Caller(), {}));
}

TEST(RightsTest, NationwideRecordsAreOfEditorsOfAllLands) {
  const Caller all = Caller::Granted("p", {{Role::kEditor}, testing::AllLands(), {}, {}});
  EXPECT_TRUE(MayEdit(all, {}));
  EXPECT_EQ(LevelsFor(all, {}), LevelSet::All());
  std::vector<std::string> fifteen_twice = testing::AllLands();
  fifteen_twice.back() = fifteen_twice.front();
  const Caller nearly = Caller::Granted("p", {{Role::kEditor}, fifteen_twice, {}, {}});
  EXPECT_FALSE(MayEdit(nearly, {}));
  EXPECT_EQ(LevelsFor(nearly, {}), (LevelSet{PUBLIC, RESTRICTED}));
}

TEST(RandomIdTest, RandomIdsLookRandomAndSpeakingOnesDoNot) {
  EXPECT_TRUE(LooksRandom(NewRandomId()));
  EXPECT_NE(NewRandomId(), NewRandomId());
  EXPECT_FALSE(LooksRandom("zuflucht-fuer-maedchen-in-koeln"));
  EXPECT_FALSE(LooksRandom("abc"));
}

}  // namespace
}  // namespace schutznetz::record
