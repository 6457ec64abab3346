#include "services/exchange/domain/memberships.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/exchange/domain/exchange_fixture.h"

namespace schutznetz::exchange {
namespace {

using access::Caller;
using storage::ReadTransaction;
using storage::Transaction;
using testing::HasReason;
using testing::IsOk;
using v1::Membership;

class MembershipsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  absl::StatusOr<Membership> Create(const Caller& caller, const std::string& network, const std::string& member,
                                    Membership::Role role = Membership::ROLE_UNSPECIFIED) {
    Membership membership;
    membership.set_member(member);
    membership.set_role(role);
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.memberships().Create(tx, {caller, {}}, network, membership);
    });
  }
  absl::StatusOr<Membership> Approve(const Caller& caller, const Membership& membership) {
    return exchange_.Write([&](Transaction& tx) -> absl::StatusOr<Membership> {
      ASSIGN_OR_RETURN(const Membership now, exchange_.memberships().Get(tx, caller, membership.name(), tx.now()));
      return exchange_.memberships().Approve(tx, {caller, {}}, membership.name(), now.etag());
    });
  }
  absl::StatusOr<Membership> End(const Caller& caller, const std::string& name) {
    return exchange_.Write([&](Transaction& tx) { return exchange_.memberships().End(tx, {caller, {}}, name); });
  }
  absl::StatusOr<Membership> Get(const Caller& caller, const std::string& name) {
    return exchange_.Read(
        [&](ReadTransaction& tx) { return exchange_.memberships().Get(tx, caller, name, absl::Now()); });
  }

  Exchange exchange_{GetParam()};
  const std::string anna_ = exchange_.MadeMember("anna");
  const Caller anna_caller_ = Exchange::Professional(anna_);
  const Caller coordinator_ = Exchange::CoordinatorOf("members/coordinator", kKoeln);
};

TEST_P(MembershipsTest, AnInvitationNeedsTheMember) {
  const auto invited = Create(coordinator_, kKoeln, anna_);
  ASSERT_THAT(invited, IsOk());
  EXPECT_EQ(invited->state(), Membership::INVITED);
  EXPECT_EQ(invited->role(), Membership::MEMBER);
  EXPECT_EQ(invited->display_name(), "Musterfrau anna");
  EXPECT_THAT(Approve(coordinator_, *invited), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Approve(Exchange::MemberOf("members/bert", {kKoeln}), *invited), HasReason("RESOURCE_NOT_FOUND"));
  const auto active = Approve(anna_caller_, *invited);
  ASSERT_THAT(active, IsOk());
  EXPECT_EQ(active->state(), Membership::ACTIVE);
  EXPECT_EQ(active->approved_by(), anna_);
  EXPECT_THAT(Approve(anna_caller_, *invited), HasReason("WRONG_STATE"));
}

TEST_P(MembershipsTest, ARequestNeedsACoordinator) {
  const auto asked = Create(anna_caller_, kKoeln, anna_);
  ASSERT_THAT(asked, IsOk());
  EXPECT_EQ(asked->state(), Membership::REQUESTED);
  EXPECT_THAT(Approve(anna_caller_, *asked), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Approve(Exchange::CoordinatorOf("members/c", kBonn), *asked), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Approve(coordinator_, *asked), IsOk());
}

TEST_P(MembershipsTest, NobodyJoinsAlone) {
  const Caller anna_coordinates = Exchange::CoordinatorOf(anna_, kKoeln);
  const auto asked = Create(anna_coordinates, kKoeln, anna_);
  ASSERT_THAT(asked, IsOk());
  EXPECT_THAT(Approve(anna_coordinates, *asked), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Create(anna_caller_, kBonn, anna_, Membership::COORDINATOR), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Create(anna_caller_, kKoeln, exchange_.MadeMember("bert")), HasReason("ACCESS_DENIED"));
}

TEST_P(MembershipsTest, MembersWhoAreNotThereAreNotInvited) {
  EXPECT_THAT(Create(coordinator_, kKoeln, "members/nobody"), HasReason("REFERENCE_NOT_FOUND"));
}

TEST_P(MembershipsTest, OtherNetworksSeeNothing) {
  exchange_.MadeMembership(kKoeln, anna_);
  const std::string name = std::string(kKoeln) + "/memberships/" + MemberIdOf(anna_);
  EXPECT_THAT(Get(Exchange::MemberOf("members/bert", {kKoeln}), name), IsOk());
  EXPECT_THAT(Get(Exchange::MemberOf("members/bert", {kBonn}), name), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Get(Exchange::Operator(), name), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(MembershipsTest, EndingWorksForBothSidesOnceAndTheNextInvitationStartsAnew) {
  exchange_.MadeMembership(kKoeln, anna_);
  const std::string name = std::string(kKoeln) + "/memberships/" + MemberIdOf(anna_);
  EXPECT_THAT(Create(coordinator_, kKoeln, anna_), HasReason("RESOURCE_EXISTS"));
  EXPECT_THAT(End(Exchange::MemberOf("members/bert", {kKoeln}), name), HasReason("ACCESS_DENIED"));
  const int64_t before = exchange_.RightsVersion();
  EXPECT_THAT(End(anna_caller_, name), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1);
  EXPECT_THAT(End(coordinator_, name), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1);
  const auto again = Create(coordinator_, kKoeln, anna_);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->state(), Membership::INVITED);
  EXPECT_EQ(again->approved_by(), "");
}

TEST_P(MembershipsTest, CoordinatorsChangeRolesButNotTheirOwn) {
  exchange_.MadeMembership(kKoeln, anna_);
  const std::string name = std::string(kKoeln) + "/memberships/" + MemberIdOf(anna_);
  Membership membership = *Get(coordinator_, name);
  membership.set_role(Membership::COORDINATOR);
  google::protobuf::FieldMask mask;
  mask.add_paths("role");
  const auto update = [&](const Caller& caller) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.memberships().Update(tx, {caller, {}}, membership, mask);
    });
  };
  EXPECT_THAT(update(Exchange::CoordinatorOf(anna_, kKoeln)), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(update(Exchange::MemberOf("members/bert", {kKoeln})), HasReason("ACCESS_DENIED"));
  const auto changed = update(coordinator_);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->role(), Membership::COORDINATOR);
}

TEST_P(MembershipsTest, ListsHoldOneNetworkAndWhatTheCallerMayKnow) {
  exchange_.MadeMembership(kKoeln, anna_);
  exchange_.MadeMembership("networks/kooperation-koeln-2", anna_);
  const std::string bert = exchange_.MadeMember("bert");
  ASSERT_THAT(Create(coordinator_, kKoeln, bert), IsOk());
  const auto list = [&](const Caller& caller, int count) {
    std::string last;
    return exchange_.Read([&](ReadTransaction& tx) {
      return exchange_.memberships().List(tx, caller, kKoeln, "", count, absl::Now(), &last);
    });
  };
  EXPECT_EQ(list(coordinator_, 50)->size(), 2u);
  EXPECT_EQ(list(Exchange::MemberOf("members/x", {kKoeln}), 50)->size(), 1u) << "an invitation is not for everybody";
  EXPECT_THAT(list(Exchange::MemberOf("members/x", {kBonn}), 50), HasReason("RESOURCE_NOT_FOUND"));
}

INSTANTIATE_TEST_SUITE_P(Engines, MembershipsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
