#include "services/exchange/domain/kinds.h"

#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"
#include "services/exchange/domain/bootstrap.h"

namespace schutznetz::exchange {
namespace {

using testing::HasReason;
using testing::IsOk;

TEST(KindsTest, NamesAndIdsBelongTogether) {
  EXPECT_EQ(IdOfName(kMembership, "networks/koeln/memberships/anna"), "koeln/anna");
  EXPECT_EQ(NameOfId(kMembership, "koeln/anna"), "networks/koeln/memberships/anna");
  EXPECT_EQ(NameOfId(kMember, "anna"), "members/anna");
  EXPECT_EQ(IdOfName(kMember, "partners/anna"), std::nullopt);
  EXPECT_EQ(ParentPart("koeln/anna"), "koeln");
  EXPECT_EQ(LastPart("koeln/anna"), "anna");
}

TEST(FirstOperatorTest, IsAnIssuerAndASubject) {
  ASSERT_THAT(ParseFirstOperator("https://login.example.org anna"), IsOk());
  EXPECT_EQ(ParseFirstOperator("https://login.example.org anna")->subject, "anna");
  for (const char* bad : {"", "issuer", "issuer ", " subject", "a b c"}) {
    EXPECT_THAT(ParseFirstOperator(bad), HasReason("INVALID_FIELD")) << bad;
  }
}

}  // namespace
}  // namespace schutznetz::exchange
