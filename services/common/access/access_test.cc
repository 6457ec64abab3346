#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "services/common/access/operator_token.h"
#include "services/common/access/rule.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::access {
namespace {

using common::v1::Rule;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

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
    {Rule::PUBLIC, "11111111"},   {Rule::PROFESSIONAL, "11111000"},
    {Rule::MEMBER, "01111000"},   {Rule::COORDINATOR, "00100000"},
    {Rule::EDITOR, "00010000"},   {Rule::MODERATOR, "00001000"},
    {Rule::PARTNER, "00000100"},  {Rule::OPERATOR, "00000010"},
    {Rule::INTERNAL, "00000001"}, {Rule::ACCESS_UNSPECIFIED, "00000000"},
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

TEST(AllowsTest, LocalOperatorMayDoEverythingWithARule) {
  for (const Row& row : kTable) {
    EXPECT_EQ(Allows(WithAccess(row.access), Caller::LocalOperator()).ok(), row.access != Rule::ACCESS_UNSPECIFIED);
  }
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

TEST(OperatorTokenTest, TokensDifferAndHaveTheirForm) {
  const std::string token = NewOperatorToken();
  EXPECT_EQ(token.substr(0, 5), "snop_");
  EXPECT_EQ(token.size(), 48u);
  EXPECT_NE(token, NewOperatorToken());
  EXPECT_THAT(Authenticator::WithOperatorToken(token), IsOk());
}

TEST(OperatorTokenTest, OnlyTheTokenItselfAuthenticates) {
  const std::string token = NewOperatorToken();
  const Authenticator authenticator = *Authenticator::WithOperatorToken(token);
  EXPECT_TRUE(authenticator.Authenticate("Bearer " + token)->is_local_operator());
  EXPECT_TRUE(authenticator.Authenticate("bearer " + token)->is_local_operator());
  EXPECT_TRUE(authenticator.Authenticate("")->is_public());
  std::string other = token;
  other.back() = other.back() == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {std::string("Bearer"), std::string("Bearer "), token, "Basic " + token,
                                   "Bearer " + other, "Bearer " + token + " ", "Bearer " + NewOperatorToken()}) {
    EXPECT_THAT(authenticator.Authenticate(wrong), StatusIs(absl::StatusCode::kUnauthenticated)) << wrong.size();
  }
}

TEST(OperatorTokenTest, WithoutATokenEverybodyWithCredentialsIsRefused) {
  EXPECT_THAT(Authenticator().Authenticate("Bearer " + NewOperatorToken()), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_TRUE(Authenticator().Authenticate("")->is_public());
}

TEST(OperatorTokenTest, MisshapenTokensAreRefusedAtStart) {
  for (const char* token : {"", "snop_", "snop_short", "x", "sn_op_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_THAT(Authenticator::WithOperatorToken(token), HasReason("INVALID_FIELD")) << token;
  }
}

TEST(OperatorTokenTest, FileIsForItsOwnerOnlyAndNeverReplaced) {
  char directory[] = "/tmp/operator_token_XXXXXX";
  ASSERT_NE(mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/token";
  ASSERT_THAT(CreateOperatorTokenFile(path), IsOk());
  struct stat state = {};
  ASSERT_EQ(stat(path.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600u);
  std::ifstream file(path);
  std::string token;
  std::getline(file, token);
  EXPECT_THAT(Authenticator::WithOperatorToken(token), IsOk());
  EXPECT_THAT(CreateOperatorTokenFile(path), StatusIs(absl::StatusCode::kAlreadyExists));
  unlink(path.c_str());
  rmdir(directory);
}

TEST(CallerTest, PrincipalsNeverMeet) {
  EXPECT_EQ(Caller().principal(), "public");
  EXPECT_EQ(Caller::LocalOperator().principal(), "local-operator");
  EXPECT_EQ(Caller::Granted("m-17", {}).principal(), "m-17");
  EXPECT_FALSE(Caller::Granted("m-17", {}).is_public());
}

}  // namespace
}  // namespace schutznetz::access
