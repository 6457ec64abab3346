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
  EXPECT_EQ(granted({Role::kCoordinator}, "", "networks/koeln"), (LevelSet{PUBLIC, RESTRICTED, NETWORK}));
  EXPECT_EQ(granted({Role::kModerator}, "lands/DE-NW", "networks/koeln"), professional);
}

TEST(RightsTest, CoordinatorsEditWhereTheRecordSaysSo) {
  RecordScope arranged = kHere;
  arranged.coordinators_edit = true;
  const Caller coordinator = Caller::Granted(
      "p", {.roles = {Role::kCoordinator}, .networks = {"networks/koeln"}, .coordinated_networks = {"networks/koeln"}});
  EXPECT_TRUE(MayEdit(coordinator, arranged));
  EXPECT_EQ(LevelsFor(coordinator, arranged), LevelSet::All());
  EXPECT_FALSE(MayEdit(coordinator, kHere)) << "elsewhere they are members";
  const Caller member = Caller::Granted("m", {.roles = {Role::kMember, Role::kCoordinator},
                                              .networks = {"networks/koeln"},
                                              .coordinated_networks = {"networks/berlin"}});
  EXPECT_FALSE(MayEdit(member, arranged)) << "who coordinates another network is a member here";
  EXPECT_EQ(LevelsFor(member, arranged), (LevelSet{PUBLIC, RESTRICTED, NETWORK}));
  EXPECT_NE(SightOf(coordinator), SightOf(Caller::Granted("q", {{Role::kMember}, {}, {"networks/koeln"}, {}})));
}

TEST(RightsTest, PartnersSeeWhatIsRestrictedWithTheScopeForIt) {
  const auto partner = [](std::string scope) {
    return Caller::Granted("partners/p", {.roles = {Role::kPartner}, .scopes = {std::move(scope)}});
  };
  EXPECT_EQ(LevelsFor(partner("restricted.read"), kHere), (LevelSet{PUBLIC, RESTRICTED}));
  EXPECT_EQ(LevelsFor(partner("changes.read"), kHere), LevelSet());
  const Caller person = Caller::Granted("p", {.roles = {Role::kOperator}, .scopes = {"restricted.read"}});
  EXPECT_EQ(LevelsFor(person, kHere), LevelSet()) << "scopes are of partner systems";
}

Caller EditorOfAll(size_t lands) {
  access::Grants grants = {.roles = {Role::kEditor}};
  for (const char* code :
       {"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"}) {
    if (grants.lands.size() < lands) grants.lands.push_back(std::string("lands/DE-") + code);
  }
  return Caller::Granted("all", std::move(grants));
}

TEST(RightsTest, NationwideRecordsBelongToEditorsOfAllLands) {
  EXPECT_TRUE(MayEdit(EditorOfAll(16), {}));
  EXPECT_EQ(LevelsFor(EditorOfAll(16), {}), LevelSet::All());
  EXPECT_FALSE(MayEdit(EditorOfAll(15), {}));
  EXPECT_EQ(LevelsFor(EditorOfAll(15), {}), (LevelSet{PUBLIC, RESTRICTED}));
  access::Grants twice = EditorOfAll(15).grants();
  twice.lands.push_back(twice.lands.front());
  EXPECT_FALSE(MayEdit(Caller::Granted("twice", twice), {}));
}

TEST(RightsTest, OfSeveralLandsOneIsEnoughToSeeAndAllAreNeededToEdit) {
  const RecordScope border = {{"lands/DE-NW", "lands/DE-RP"}, {}};
  const Caller editor = Caller::Granted("p", {{Role::kEditor}, {"lands/DE-RP"}, {}, {}});
  EXPECT_EQ(LevelsFor(editor, border), LevelSet::All());
  EXPECT_FALSE(MayEdit(editor, border));
}

TEST(RightsTest, SightTellsApartWhoSeesOtherThings) {
  const auto sight = [](access::RoleSet roles, std::vector<std::string> lands, std::vector<std::string> networks) {
    return SightOf(Caller::Granted("p", {roles, std::move(lands), std::move(networks), {}}));
  };
  EXPECT_EQ(sight({Role::kOperator}, {"lands/DE-NW"}, {"networks/koeln"}), "");
  EXPECT_NE(sight({Role::kProfessional}, {}, {}), "");
  EXPECT_EQ(sight({Role::kProfessional}, {"lands/DE-NW"}, {}), sight({Role::kModerator}, {}, {"networks/koeln"}));
  EXPECT_NE(sight({Role::kEditor}, {"lands/DE-NW"}, {}), sight({Role::kEditor}, {"lands/DE-BY"}, {}));
  EXPECT_EQ(sight({Role::kEditor}, {"b", "a"}, {}), sight({Role::kEditor}, {"a", "b", "a"}, {}));
  EXPECT_NE(sight({Role::kMember}, {}, {"networks/koeln"}), sight({Role::kMember}, {}, {"networks/berlin"}));
}

TEST(RightsTest, EditorsEditWhereAllLandsAreTheirs) {
  const Caller editor = Caller::Granted("p", {{Role::kEditor}, {"lands/DE-NW"}, {}, {}});
  EXPECT_TRUE(MayEdit(editor, kHere));
  EXPECT_FALSE(MayEdit(editor, {{"lands/DE-NW", "lands/DE-BY"}, {}}));
  EXPECT_FALSE(MayEdit(editor, {})) << "nationwide";
  EXPECT_FALSE(MayEdit(Caller(), {}));
}

TEST(RandomIdTest, RandomIdsLookRandomAndSpeakingOnesDoNot) {
  EXPECT_TRUE(LooksRandom(NewRandomId()));
  EXPECT_NE(NewRandomId(), NewRandomId());
  EXPECT_FALSE(LooksRandom("zuflucht-fuer-maedchen-in-koeln"));
  EXPECT_FALSE(LooksRandom("abc"));
}

}  // namespace
}  // namespace schutznetz::record
