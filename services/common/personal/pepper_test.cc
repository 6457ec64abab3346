#include "services/common/personal/pepper.h"

#include <string>

#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::personal {
namespace {

using testing::HasReason;

TEST(PepperTest, DigestsDependOnThePepperAndKeepPairsApart) {
  const Pepper pepper = *Pepper::FromText(std::string(32, 'a'));
  const Pepper other = *Pepper::FromText(std::string(32, 'b'));
  EXPECT_EQ(pepper.OfSubject("issuer", "subject").size(), 64u);
  EXPECT_EQ(pepper.OfSubject("issuer", "subject"), pepper.OfSubject("issuer", "subject"));
  EXPECT_NE(pepper.OfSubject("issuer", "subject"), other.OfSubject("issuer", "subject"));
  EXPECT_NE(pepper.OfSubject("ab", "c"), pepper.OfSubject("a", "bc"));
  EXPECT_THAT(Pepper::FromText("short"), HasReason("INVALID_FIELD"));
}

TEST(PepperTest, MailAddressesAreComparedInSmallLetters) {
  const Pepper pepper = *Pepper::FromText(std::string(32, 'a'));
  EXPECT_EQ(pepper.OfMail(NormalMail(" Anna@Example.org ")), pepper.OfMail("anna@example.org"));
  EXPECT_NE(pepper.OfMail("anna@example.org"), pepper.OfMail("anna+1@example.org"));
}

}  // namespace
}  // namespace schutznetz::personal
