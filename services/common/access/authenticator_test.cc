#include "services/common/access/authenticator.h"

#include "gtest/gtest.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::access {
namespace {

using common::v1::Rule;
using testing::FakeClock;
using testing::HasReason;

Rule RuleFor(Rule::Access access, Rule::Scope scope = Rule::NONE) {
  Rule rule;
  rule.set_access(access);
  rule.set_scope(scope);
  rule.set_rate(Rule::READ);
  return rule;
}

class AuthenticatorTest : public ::testing::Test {
 protected:
  std::string Context(const Caller& caller) const { return **minter_->Mint(caller); }
  static Caller Editor(int64_t version) {
    return Caller::Granted("members/1", {.roles = {Role::kEditor}, .lands = {"lands/DE-NW"}},
                           {.id = "session", .rights_version = version});
  }

  FakeClock clock_;
  const ContextKeys keys_ = *ContextKeys::Parse(NewContextKeyLine("1", "gateway", "directory") +
                                                NewContextKeyLine("1", "events", "directory"));
  const std::unique_ptr<ContextMinter> minter_ = *ContextMinter::Create(keys_, "gateway", "directory", clock_);
  Authenticator authenticator_{keys_, "directory", clock_};
  const Rule open_ = RuleFor(Rule::PUBLIC);
  const Rule editors_ = RuleFor(Rule::EDITOR, Rule::LAND);
  const Rule own_ = RuleFor(Rule::PUBLIC, Rule::SELF);
};

TEST_F(AuthenticatorTest, WithoutAContextTheCallerIsThePublic) {
  const auto caller = authenticator_.Authenticate("", "", editors_);
  ASSERT_TRUE(caller.ok());
  EXPECT_TRUE(caller->is_public());
}

TEST_F(AuthenticatorTest, AContextOfTheGatewayIsThatCaller) {
  authenticator_.rights().Confirm(3, clock_.Now());
  const auto caller = authenticator_.Authenticate(Context(Editor(3)), "", editors_);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal(), "members/1");
  EXPECT_EQ(caller->grants().lands, std::vector<std::string>{"lands/DE-NW"});
}

TEST_F(AuthenticatorTest, WhatNobodyVouchesForIsRefusedOnOpenMethodsToo) {
  authenticator_.rights().Confirm(3, clock_.Now());
  std::string context = Context(Editor(3));
  context.back() ^= 1;
  for (const Rule& rule : {open_, editors_}) {
    EXPECT_THAT(authenticator_.Authenticate(context, "", rule), HasReason("CREDENTIALS_REQUIRED"));
    EXPECT_THAT(authenticator_.Authenticate(Context(Editor(3)), "events", rule), HasReason("CREDENTIALS_REQUIRED"));
  }
  Authenticator without_keys(ContextKeys(), "directory", clock_);
  EXPECT_THAT(without_keys.Authenticate(Context(Editor(3)), "", open_), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(AuthenticatorTest, RightsOfAnOlderVersionAreAskedForAnewEverywhere) {
  authenticator_.rights().Confirm(4, clock_.Now());
  for (const Rule& rule : {open_, editors_, own_}) {
    EXPECT_THAT(authenticator_.Authenticate(Context(Editor(3)), "", rule), HasReason("CONTEXT_OUTDATED"));
  }
}

TEST_F(AuthenticatorTest, UncheckedRightsOpenOnlyWhatIsOpenToAll) {
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(authenticator_.Authenticate(Context(Editor(3)), "", editors_), HasReason("TEMPORARILY_UNAVAILABLE"));
    EXPECT_THAT(authenticator_.Authenticate(Context(Editor(3)), "", own_), HasReason("TEMPORARILY_UNAVAILABLE"));
    const auto caller = authenticator_.Authenticate(Context(Editor(3)), "", open_);
    ASSERT_TRUE(caller.ok());
    EXPECT_TRUE(caller->is_public()) << "answered as everybody is";
    authenticator_.rights().Confirm(3, clock_.Now());  // second round: confirmed, but too long ago
    clock_.Advance(kRightsAgeMax + absl::Milliseconds(1));
  }
}

TEST_F(AuthenticatorTest, ProgramsNeedNoRightsVersion) {
  const auto caller = authenticator_.Authenticate(Context(Caller::Program("gateway")), "", RuleFor(Rule::INTERNAL));
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_TRUE(caller->grants().roles.Has(Role::kInternal));
}

}  // namespace
}  // namespace schutznetz::access
