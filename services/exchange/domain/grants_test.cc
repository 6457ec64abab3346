#include "services/exchange/domain/grants.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/exchange/domain/exchange_fixture.h"

namespace schutznetz::exchange {
namespace {

using access::Caller;
using common::v1::Rule;
using storage::ReadTransaction;
using storage::Transaction;
using testing::HasReason;
using testing::IsOk;
using v1::Grant;

class GrantsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Grant For(Rule::Access role) {
    Grant grant;
    grant.set_principal(anna_);
    grant.set_role(role);
    if (role == Rule::EDITOR) grant.add_lands("lands/DE-NW");
    if (role == Rule::COORDINATOR) grant.add_networks(kKoeln);
    if (role == Rule::MODERATOR) grant.add_rooms("rooms/fachfragen");
    return grant;
  }
  absl::StatusOr<Grant> Create(const Caller& caller, const Grant& grant) {
    return exchange_.Write([&](Transaction& tx) { return exchange_.grants().Create(tx, {caller, {}}, grant); });
  }
  absl::StatusOr<Grant> Approve(const Caller& caller, const Grant& grant) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.grants().Approve(tx, {caller, {}}, grant.name(), grant.etag());
    });
  }
  absl::StatusOr<Grant> Revoke(const Caller& caller, const std::string& name) {
    return exchange_.Write([&](Transaction& tx) { return exchange_.grants().Revoke(tx, {caller, {}}, name); });
  }

  Exchange exchange_{GetParam()};
  const std::string anna_ = exchange_.MadeMember("anna");
  const Caller one_ = Exchange::Operator("members/operator-one");
  const Caller two_ = Exchange::Operator("members/operator-two");
};

TEST_P(GrantsTest, EditorAndOperatorNeedASecondPerson) {
  for (const Rule::Access role : {Rule::EDITOR, Rule::OPERATOR}) {
    const auto proposed = Create(one_, For(role));
    ASSERT_THAT(proposed, IsOk());
    EXPECT_EQ(proposed->state(), Grant::PROPOSED);
    EXPECT_EQ(proposed->proposed_by(), one_.principal());
    EXPECT_THAT(Approve(one_, *proposed), HasReason("WRONG_STATE"));
    EXPECT_THAT(Approve(Exchange::Operator(anna_), *proposed), HasReason("WRONG_STATE"));
    const auto active = Approve(two_, *proposed);
    ASSERT_THAT(active, IsOk());
    EXPECT_EQ(active->state(), Grant::ACTIVE);
    EXPECT_EQ(active->approved_by(), two_.principal());
    EXPECT_THAT(Approve(two_, *active), HasReason("WRONG_STATE"));
  }
}

TEST_P(GrantsTest, CoordinatorAndModeratorHoldAtOnce) {
  EXPECT_EQ(Create(one_, For(Rule::COORDINATOR))->state(), Grant::ACTIVE);
  EXPECT_EQ(Create(one_, For(Rule::MODERATOR))->state(), Grant::ACTIVE);
}

TEST_P(GrantsTest, RolesAndPlacesMustFit) {
  for (const Rule::Access role : {Rule::PUBLIC, Rule::PROFESSIONAL, Rule::MEMBER, Rule::PARTNER, Rule::INTERNAL}) {
    EXPECT_THAT(Create(one_, For(role)), HasReason("INVALID_FIELD")) << role;
  }
  Grant grant = For(Rule::EDITOR);
  grant.clear_lands();
  EXPECT_THAT(Create(one_, grant), HasReason("INVALID_FIELD"));
  grant.add_lands("lands/DE-XX");
  EXPECT_THAT(Create(one_, grant), HasReason("INVALID_FIELD"));
  grant = For(Rule::OPERATOR);
  grant.add_networks(kKoeln);
  EXPECT_THAT(Create(one_, grant), HasReason("INVALID_FIELD"));
  grant = For(Rule::EDITOR);
  grant.mutable_expire_time()->set_seconds(1);
  EXPECT_THAT(Create(one_, grant), HasReason("INVALID_FIELD"));
  grant = For(Rule::EDITOR);
  grant.set_principal("members/nobody");
  EXPECT_THAT(Create(one_, grant), HasReason("REFERENCE_NOT_FOUND"));
}

TEST_P(GrantsTest, RevokingIsDoneOnceAndByOneOperator) {
  const auto grant = Create(one_, For(Rule::COORDINATOR));
  const int64_t before = exchange_.RightsVersion();
  const auto revoked = Revoke(two_, grant->name());
  ASSERT_THAT(revoked, IsOk());
  EXPECT_EQ(revoked->state(), Grant::REVOKED);
  EXPECT_EQ(revoked->revoked_by(), two_.principal());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1);
  EXPECT_THAT(Revoke(one_, grant->name()), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1);
}

TEST_P(GrantsTest, TheLastOperatorStays) {
  const std::string first = exchange_.MadeOperator("first");
  const std::string second = exchange_.MadeOperator("second");
  const auto grants =
      exchange_.Read([&](ReadTransaction& tx) { return GrantsOf(exchange_.records(), tx, MemberIdOf(first)); });
  const auto others =
      exchange_.Read([&](ReadTransaction& tx) { return GrantsOf(exchange_.records(), tx, MemberIdOf(second)); });
  ASSERT_EQ(grants->size(), 1u);
  EXPECT_THAT(Revoke(one_, (*grants)[0].resource.name()), IsOk());
  EXPECT_THAT(Revoke(one_, (*others)[0].resource.name()), HasReason("WRONG_STATE"));
}

TEST_P(GrantsTest, WhoIsNoOperatorIsNeverTheLastOne) {
  EXPECT_THAT(exchange_.database()
                  .WriteAndWait([&](Transaction& tx) { return exchange_.grants().CheckNotLastOperator(tx, anna_); })
                  .status(),
              IsOk());
}

TEST_P(GrantsTest, TheClockEndsAGrant) {
  Grant grant = For(Rule::COORDINATOR);
  *grant.mutable_expire_time() = TimestampOf(absl::Now() + absl::Hours(1));
  const auto made = Create(one_, grant);
  ASSERT_THAT(made, IsOk());
  const auto later = exchange_.Read(
      [&](ReadTransaction& tx) { return exchange_.grants().Get(tx, made->name(), absl::Now() + absl::Hours(2)); });
  EXPECT_EQ(later->state(), Grant::EXPIRED);
}

TEST_P(GrantsTest, ListsTakeConditionsAndGoOnWhereTheyStopped) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Create(one_, For(Rule::COORDINATOR)), IsOk());
  ASSERT_THAT(Create(one_, For(Rule::EDITOR)), IsOk());
  const auto list = [&](const GrantFilter& filter, const std::string& after, int count, std::string* last) {
    return *exchange_.Read(
        [&](ReadTransaction& tx) { return exchange_.grants().List(tx, filter, after, count, absl::Now(), last); });
  };
  std::string last;
  EXPECT_EQ(list({}, "", 50, &last).size(), 4u);
  EXPECT_EQ(last, "");
  EXPECT_EQ(list({"", Grant::PROPOSED}, "", 50, &last).size(), 1u);
  EXPECT_EQ(list({"members/x", Grant::STATE_UNSPECIFIED}, "", 50, &last).size(), 0u);
  EXPECT_EQ(list({}, "", 3, &last).size(), 3u);
  EXPECT_EQ(list({}, last, 3, &last).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Engines, GrantsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
