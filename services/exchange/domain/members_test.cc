#include "services/exchange/domain/members.h"

#include <algorithm>
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

class MembersTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  absl::StatusOr<v1::Member> Create(const v1::Member& member) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.members().Create(tx, {Exchange::Operator(), {}}, member);
    });
  }
  absl::StatusOr<v1::Member> Get(const Caller& caller, const std::string& name) {
    return exchange_.Read([&](ReadTransaction& tx) { return exchange_.members().Get(tx, caller, name, absl::Now()); });
  }
  absl::StatusOr<v1::Member> Update(const Caller& caller, const v1::Member& member,
                                    const std::vector<std::string>& paths) {
    google::protobuf::FieldMask mask;
    for (const std::string& path : paths) mask.add_paths(path);
    return exchange_.Write([&](Transaction& tx) { return exchange_.members().Update(tx, {caller, {}}, member, mask); });
  }
  absl::StatusOr<v1::Member> Verify(const Caller& caller, const std::string& name,
                                    const v1::Member::Verification& verification) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.members().Verify(tx, {caller, {}}, name, verification);
    });
  }

  Exchange exchange_{GetParam()};
};

TEST_P(MembersTest, TheMemberSeesEverythingAndOperatorsLittle) {
  const auto made = Create(Exchange::FullMember("anna"));
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->display_name(), "Musterfrau anna");
  EXPECT_EQ(made->email(), "");
  EXPECT_EQ(made->subject(), "");
  EXPECT_EQ(made->expertise_size(), 0);

  const auto own = Get(Exchange::Professional(made->name()), "members/me");
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(own->email(), "anna@example.org");
  EXPECT_EQ(own->subject(), "anna");
  EXPECT_EQ(own->state(), v1::Member::ACTIVE);
  EXPECT_FALSE(own->etag().empty());
}

TEST_P(MembersTest, ColleaguesSeeTheProfileAndStrangersNothing) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  const auto seen = Get(Exchange::MemberOf("members/bert", {kKoeln}), anna);
  ASSERT_THAT(seen, IsOk());
  EXPECT_EQ(seen->expertise_size(), 1);
  EXPECT_EQ(seen->email(), "");
  EXPECT_EQ(seen->memberships_size(), 0);
  const auto hidden = Get(Exchange::MemberOf("members/bert", {kBonn}), anna);
  const auto missing = Get(Exchange::MemberOf("members/bert", {kBonn}), "members/nobody");
  EXPECT_THAT(hidden, HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(hidden.status().code(), missing.status().code());
  EXPECT_THAT(Get(Caller(), anna), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(MembersTest, OneMemberForEachTokenSubject) {
  ASSERT_THAT(Create(Exchange::FullMember("anna")), IsOk());
  EXPECT_THAT(Create(Exchange::FullMember("anna")), HasReason("RESOURCE_EXISTS"));
  v1::Member elsewhere = Exchange::FullMember("anna");
  elsewhere.set_issuer("https://other.example.org");
  EXPECT_THAT(Create(elsewhere), IsOk());
}

TEST_P(MembersTest, OnlyTheMemberChangesTheProfile) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  v1::Member own = *Get(Exchange::Professional(anna), anna);
  own.set_display_name("Anders");
  const auto changed = Update(Exchange::Professional(anna), own, {"display_name"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->display_name(), "Anders");
  EXPECT_EQ(changed->email(), "anna@example.org");
  EXPECT_THAT(Update(Exchange::Professional(anna), own, {"display_name"}), HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(Update(Exchange::MemberOf("members/bert", {kKoeln}), *changed, {}), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Update(Exchange::Operator(), *changed, {}), HasReason("ACCESS_DENIED"));
  own = *changed;
  own.set_subject("somebody-else");
  EXPECT_THAT(Update(Exchange::Professional(anna), own, {"subject"}), HasReason("IMMUTABLE_FIELD"));
  own = *changed;
  own.mutable_verification()->mutable_expire_time()->set_seconds(9'999'999'999);
  EXPECT_THAT(Update(Exchange::Professional(anna), own, {"*"}), HasReason("IMMUTABLE_FIELD"));
}

TEST_P(MembersTest, AnotherOrganizationEndsTheVerification) {
  const std::string anna = exchange_.MadeMember("anna");
  v1::Member own = *Get(Exchange::Professional(anna), anna);
  ASSERT_TRUE(IsVerified(own, absl::Now()));
  own.set_organization("Anderes Amt");
  const int64_t before = exchange_.RightsVersion();
  const auto changed = Update(Exchange::Professional(anna), own, {"organization"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_FALSE(IsVerified(*changed, absl::Now()));
  EXPECT_GT(exchange_.RightsVersion(), before);
}

TEST_P(MembersTest, CoordinatorsVerifyTheirOwnNetworksMembersAndNobodyThemselves) {
  const std::string anna = exchange_.MadeMember("anna", /*verified=*/false);
  exchange_.MadeMembership(kKoeln, anna);
  v1::Member::Verification verification;
  verification.set_method(v1::Member::Verification::CALL_BACK);
  EXPECT_THAT(Verify(Exchange::CoordinatorOf("members/c", kBonn), anna, verification), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Verify(Exchange::CoordinatorOf(anna, kKoeln), anna, verification), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Verify(Exchange::MemberOf("members/b", {kKoeln}), anna, verification), HasReason("ACCESS_DENIED"));
  const auto verified = Verify(Exchange::CoordinatorOf("members/c", kKoeln), anna, verification);
  ASSERT_THAT(verified, IsOk());
  EXPECT_EQ(verified->verification().verifier(), "members/c");
  EXPECT_TRUE(IsVerified(*verified, absl::Now() + absl::Hours(24 * 364)));
  EXPECT_FALSE(IsVerified(*verified, absl::Now() + absl::Hours(24 * 366)));
  *verification.mutable_expire_time() = TimestampOf(absl::Now() + absl::Hours(24 * 1000));
  EXPECT_THAT(Verify(Exchange::CoordinatorOf("members/c", kKoeln), anna, verification), HasReason("INVALID_FIELD"));
}

TEST_P(MembersTest, EveryChangeOfStandingRaisesTheRightsVersion) {
  const std::string anna = exchange_.MadeMember("anna");
  const int64_t before = exchange_.RightsVersion();
  const auto set = [&](v1::Member::State state) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.members().SetState(tx, {Exchange::Operator(), {}}, anna, state);
    });
  };
  ASSERT_THAT(set(v1::Member::SUSPENDED), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1);
  ASSERT_THAT(set(v1::Member::SUSPENDED), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1) << "nothing changed";
  ASSERT_THAT(set(v1::Member::ACTIVE), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 2);
}

TEST_P(MembersTest, ListsGoOnAfterAnId) {
  for (int i = 0; i < 5; ++i) exchange_.MadeMember("m" + std::to_string(i));
  const auto list = [&](std::string_view after, int count) {
    return *exchange_.Read([&](ReadTransaction& tx) {
      return exchange_.members().List(tx, Exchange::Operator(), after, count, absl::Now());
    });
  };
  const auto all = list("", 10);
  ASSERT_EQ(all.size(), 5u);
  const auto rest = list(MemberIdOf(all[1].name()), 10);
  ASSERT_EQ(rest.size(), 3u);
  EXPECT_EQ(rest[0].name(), all[2].name());
}

INSTANTIATE_TEST_SUITE_P(Engines, MembersTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
