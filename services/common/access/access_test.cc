#include "gtest/gtest.h"
#include "services/common/access/caller.h"
#include "services/common/access/rule.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::access {
namespace {

using common::v1::Rule;
using testing::HasReason;
using testing::IsOk;

Rule WithAccess(Rule::Access access) {
  Rule rule;
  rule.set_access(access);
  rule.set_rate(Rule::READ);
  return rule;
}

constexpr Role kRoles[] = {Role::kProfessional, Role::kMember,  Role::kCoordinator, Role::kEditor,
                           Role::kModerator,    Role::kPartner, Role::kOperator,    Role::kInternal};
static_assert(std::size(kRoles) == kRoleCount);

// Rows: access level; columns: kRoles. The written table of ARCHITECTURE section 5.
struct Row {
  Rule::Access access;
  const char* allowed;
};
constexpr Row kTable[] = {
    {Rule::PUBLIC, "11111111"},
    {Rule::PROFESSIONAL, "11111000"},
    {Rule::MEMBER, "01111000"},
    {Rule::COORDINATOR, "00100000"},
    {Rule::EDITOR, "00010000"},
    {Rule::MODERATOR, "00001000"},
    {Rule::PARTNER, "00000100"},
    {Rule::OPERATOR, "00000010"},
    {Rule::INTERNAL, "00000001"},
    {Rule::EDITOR_OR_COORDINATOR, "00110000"},
    {Rule::ACCESS_UNSPECIFIED, "00000000"},
};

TEST(AllowsTest, RolesFollowTheWrittenTable) {
  for (const Row& row : kTable) {
    for (size_t i = 0; i < std::size(kRoles); ++i) {
      const Caller caller = Caller::Granted("p1", {.roles = {kRoles[i]}});
      const absl::Status status = Allows(WithAccess(row.access), caller);
      EXPECT_EQ(status.ok(), row.allowed[i] == '1') << Rule::Access_Name(row.access) << " role " << i;
      if (!status.ok()) {
        EXPECT_THAT(status, HasReason("ACCESS_DENIED"));
      }
    }
  }
}

TEST(AllowsTest, PublicCallersAreAskedForCredentials) {
  EXPECT_THAT(Allows(WithAccess(Rule::PUBLIC), Caller()), IsOk());
  EXPECT_THAT(Allows(WithAccess(Rule::EDITOR), Caller()), HasReason("CREDENTIALS_REQUIRED"));
}

TEST(AllowsTest, WhatIsOnesOwnNeedsCredentialsAndNoRole) {
  Rule rule = WithAccess(Rule::PUBLIC);
  rule.set_scope(Rule::SELF);
  EXPECT_THAT(CheckRuleComplete(rule), IsOk());
  EXPECT_THAT(Allows(rule, Caller()), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(Allows(rule, Caller::Granted("p1", {})), IsOk());
  rule.mutable_cache()->add_kinds("member");
  EXPECT_THAT(CheckRuleComplete(rule), HasReason("INVALID_FIELD"));
}

TEST(CheckRuleCompleteTest, NamesEverythingThatIsMissing) {
  EXPECT_EQ(errors::ViolationsOf(CheckRuleComplete(Rule())).size(), 2u);
  Rule rule = WithAccess(Rule::PUBLIC);
  EXPECT_THAT(CheckRuleComplete(rule), IsOk());
  rule.set_scope(Rule::LAND);
  EXPECT_THAT(CheckRuleComplete(rule), HasReason("INVALID_FIELD"));
  rule = WithAccess(Rule::EDITOR);
  rule.mutable_cache()->add_kinds("service");
  EXPECT_THAT(CheckRuleComplete(rule), HasReason("INVALID_FIELD"));
  rule = WithAccess(Rule::PUBLIC);
  rule.mutable_cache();
  EXPECT_THAT(CheckRuleComplete(rule), HasReason("INVALID_FIELD"));
}

TEST(CallerTest, PrincipalsNeverMeet) {
  EXPECT_EQ(Caller().principal(), "public");
  EXPECT_EQ(Caller::Granted("m-17", {}).principal(), "m-17");
  EXPECT_FALSE(Caller::Granted("m-17", {}).is_public());
}

}  // namespace
}  // namespace schutznetz::access
